import ProxyTerms
import SplitScheduler
import Testing

@testable import StratumProxy

@Suite("What the log says of the schedule")
struct ScheduleLogTests {
    private func seconds(_ value: Double) -> Instant { Instant.start.adding(seconds: value) }

    private func scheduler(_ tier: Tier? = nil) -> SplitScheduler {
        SplitScheduler(settings: SplitSettings(tier: tier), start: .start)
    }

    private func observe(_ scheduler: inout SplitScheduler, at second: Double) {
        scheduler.observed(
            p2pool: P2PoolReading(
                sidechainDifficulty: 85.5e6, pplnsWindow: 2160, poolHashrate: 8.55e6, rewardSharePercent: 0.05),
            at: seconds(second))
    }

    @Test("p2pool's figures: that they are held, that they are too old, that they are back; each once")
    func p2pool() {
        var log = ScheduleLog()
        var scheduler = scheduler()
        func said(at second: Double) -> [String] { log.changes(scheduler.status(at: seconds(second))).map(\.text) }
        #expect(said(at: 0) == [])
        observe(&scheduler, at: 1)
        #expect(said(at: 2) == [])
        #expect(
            said(at: 200) == ["p2pool's figures are 3 min 19 s old: using the last ones for up to ten minutes"])
        #expect(said(at: 260) == [])
        #expect(
            said(at: 700) == ["p2pool's figures are 11 min 39 s old: not used until new ones come"]
        )
        #expect(said(at: 5_000) == [])
        observe(&scheduler, at: 5_001)
        #expect(said(at: 5_002) == ["p2pool's figures are fresh again"])
    }

    @Test("A won round is told once, and so is its end")
    func wonRound() {
        var log = ScheduleLog()
        var scheduler = scheduler()
        func said(at second: Double) -> [String] { log.changes(scheduler.status(at: seconds(second))).map(\.text) }
        scheduler.observedWonRound(true, of: .vip, at: seconds(10))
        #expect(
            said(at: 11) == [
                "this wallet has won the VIP donor round: XvB gets a few more shares until it ends"
            ])
        scheduler.observedWonRound(true, of: .vip, at: seconds(70))
        #expect(said(at: 71) == [])
        scheduler.observedWonRound(false, at: seconds(4_000))
        #expect(said(at: 4_001) == ["the won round is over"])
        #expect(said(at: 4_100) == [])
    }

    @Test("XvB's figures that stand still for a quarter of an hour are no figures, and that is told once")
    func xvb() {
        var log = ScheduleLog()
        var scheduler = scheduler()
        var all: [String] = []
        for minute in 0..<40 {
            scheduler.observed(
                xvb: XvBReading(credited1h: 1_000, credited24h: 1_000), at: seconds(Double(minute) * 60))
            all += log.changes(scheduler.status(at: seconds(Double(minute) * 60 + 1))).map(\.text)
        }
        #expect(
            all == [
                "XvB's figures have not changed for 15 min 01 s: planning with our own accepted work only"
            ])
        scheduler.observed(xvb: XvBReading(credited1h: 1_001, credited24h: 1_000), at: seconds(2_460))
        #expect(
            log.changes(scheduler.status(at: seconds(2_461)))
                == [ScheduleLog.Line(level: .info, text: "XvB's figures are fresh again")])
    }

    @Test("That XvB counts nothing for who sends nothing is right for as long as it lasts, and no trouble")
    func nothingSent() {
        var log = ScheduleLog()
        var scheduler = scheduler()
        for minute in 0..<60 {
            let now = seconds(Double(minute) * 60)
            scheduler.observed(xvb: XvBReading(credited1h: 0, credited24h: 0), at: now)
            #expect(log.changes(scheduler.status(at: now.adding(seconds: 1))) == [])
            #expect(scheduler.status(at: now).xvbHealth == .fresh)
        }
        // What was sent in the last hour and is counted nowhere is another matter.
        scheduler.credited(work: 100_000, to: .xvb, at: seconds(3_600))
        #expect(scheduler.status(at: seconds(3_601)).xvbHealth == .stale)
    }

    @Test("Another tier is told with its hashrate; a moment without a plan for one is not")
    func tier() {
        var log = ScheduleLog()
        var scheduler = scheduler(.donor)
        func said(at second: Double) -> [String] {
            observe(&scheduler, at: second)
            _ = scheduler.advance(now: seconds(second), hashrate: HashrateInputs(total: 50_000))
            return log.changes(scheduler.status(at: seconds(second))).map(\.text)
        }
        #expect(said(at: 0) == [])
        scheduler.settings.tier = .vip
        #expect(said(at: 600) == ["tier: up from donor to VIP donor (10 kH/s)"])
        scheduler.reported(.xvb, usable: false, at: seconds(1_200))
        #expect(said(at: 1_200) == [])
        scheduler.reported(.xvb, usable: true, at: seconds(1_210))
        #expect(said(at: 1_210) == [])
        scheduler.settings.tier = .donor
        #expect(said(at: 1_800) == ["tier: down from VIP donor to donor (1 kH/s)"])
    }

    @Test("Once a day it says for how long the tier was held, and at which price")
    func day() {
        var log = ScheduleLog()
        var scheduler = scheduler(.donor)
        var lines: [(second: Int, text: String)] = []
        for second in stride(from: 0, through: 180_000, by: 150) {
            let now = seconds(Double(second))
            observe(&scheduler, at: Double(second))
            scheduler.credited(work: 153_000, to: .xvb, at: now)
            _ = scheduler.advance(now: now, hashrate: HashrateInputs(total: 50_000))
            guard second % 3_600 == 0 else { continue }
            lines += log.changes(scheduler.status(at: now)).map { (second, $0.text) }
        }
        #expect(lines.map(\.second) == [86_400, 172_800])
        #expect(
            lines.last?.text == "tier: donor held 24.0 of the last 24 h at 1.02 times its price: XvB got 1.02 kH/s",
            "\(lines)")
    }
}
