import ProxyTerms
import SplitScheduler
import Testing
import Upstreams

@testable import ProxyCore

/// Accepted work is booked in one step, and every screen reads that.
@Suite("The book of work")
struct ShareBookTests {
    private let start = Instant(milliseconds: 1_000_000)

    private func book() -> (ShareBook, Schedule) {
        let schedule = Schedule(SplitScheduler(settings: SplitSettings(), start: start))
        let refusals = RefusalLog(rigs: RigTable(), outbox: Outbox(), agenda: Agenda())
        return (ShareBook(schedule: schedule, refusals: refusals, now: start), schedule)
    }

    @Test("An accepted share is counted and credited to the schedule at once")
    func accepted() {
        let (book, schedule) = book()
        book.submitted(to: .xvb, isLate: false)
        book.accepted(work: 3_600_000, hash: .max, by: .xvb, isPreferred: true, nil, at: start.adding(seconds: 5))
        #expect(book.counts.xvb.accepted == 1 && book.counts.xvb.acceptedWork == 3_600_000 && book.pending == 0)
        #expect(schedule.scheduler.status(at: start.adding(seconds: 10)).routed.xvb.hour == 1_000)
    }

    @Test("Whatever becomes of a share, the books balance")
    func balance() {
        let (book, _) = book()
        for _ in 0..<5 { book.submitted(to: .p2pool, isLate: true) }
        #expect(book.pending == 5 && book.counts.p2pool.late == 5)
        book.accepted(work: 1, hash: .max, by: .p2pool, isPreferred: true, nil, at: start)
        book.rejected(.stale, by: .p2pool, nil, at: start)
        book.rejected(.lowDifficulty, by: .p2pool, nil, at: start)
        book.lost(by: .p2pool, nil, at: start)
        let counts = book.counts.p2pool
        #expect(
            counts.isBalanced && counts.stale == 1 && counts.rejected == 1 && counts.lost == 1 && counts.pending == 1)
    }

    @Test("After a restart the upstreams' hashrates are those that the schedule restored")
    func restart() {
        var scheduler = SplitScheduler(settings: SplitSettings(), start: start)
        scheduler.credited(work: 7_200_000, to: .xvb, at: start)
        let none = CoreUpstream(endpoints: [], profile: .p2pool)
        let core = ProxyCore(
            settings: CoreSettings(upstreams: PerUpstream(p2pool: none, xvb: none), agent: "test/1"),
            scheduler: scheduler, seed: 1, now: start.adding(seconds: 60))
        let snapshot = core.snapshot(now: start.adding(seconds: 60))
        #expect(snapshot.upstreams.xvb.routed.hour == 2_000)
        #expect(snapshot.upstreams.xvb.routed == snapshot.schedule.routed.xvb)
    }
}
