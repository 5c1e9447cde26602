import ProxyCore
import ProxyTerms
import SplitScheduler
import Store
import Testing

@testable import History
@testable import StratumProxy

@Suite("Rows of what happens")
struct EventRowsTests {
    private let none = PerUpstream(p2pool: 0.0, xvb: 0.0)

    private func noticed(
        _ notice: Notice, _ events: inout EventRows, at: Int64, work: PerUpstream<Double>? = nil
    ) -> [Row] {
        events.noticed(notice, now: Instant(milliseconds: at - 1_000_000), at: { at }, work: { work ?? none })
    }

    private func switched(_ upstream: Upstream, plannedAt: Int64) -> Notice {
        .switched(
            to: upstream, cause: .planned, MoveCount(), plannedAt: Instant(milliseconds: plannedAt - 1_000_000))
    }

    @Test("Slices follow each other without a gap, each with the work of its upstream while it lasted")
    func slices() {
        var events = EventRows()
        let start = events.started(at: 2_000_000, .p2pool, work: 50, awaited: [])
        #expect(start.contains(.slice(at: 2_000_000, until: nil, .p2pool, work: 0)))
        let rows = noticed(
            switched(.xvb, plannedAt: 2_000_990), &events, at: 2_001_000, work: PerUpstream(p2pool: 80, xvb: 7))
        #expect(rows[0] == .slice(at: 2_000_000, until: 2_001_000, .p2pool, work: 30))
        #expect(rows[1] == .slice(at: 2_001_000, until: nil, .xvb, work: 0))
        #expect(rows[2].table == .switches && rows[2].values[0] == .integer(2_001_000))
        #expect(rows[2].values[1] == .integer(2_000_990))
        // Forged work was taken back meanwhile: a slice has none, not less than none.
        let end = events.ended(at: 2_005_000, work: PerUpstream(p2pool: 80, xvb: 3))
        #expect(end.contains(.slice(at: 2_001_000, until: 2_005_000, .xvb, work: 0)))
        #expect(end.contains(.run(at: 2_000_000, until: 2_005_000, version: Version.current)))
    }

    @Test("A connection that comes back within seconds is no outage; one that lasts is told while it does, and ended")
    func outages() {
        var events = EventRows()
        #expect(noticed(.upstreamDown(.xvb, other: .up), &events, at: 10_000).isEmpty)
        #expect(events.passed(at: 15_000).isEmpty)
        #expect(noticed(.upstreamUp(.xvb, endpoint: "a"), &events, at: 19_000).isEmpty)
        _ = noticed(.upstreamDown(.xvb, other: .up), &events, at: 30_000)
        #expect(events.passed(at: 40_000) == [.outage(at: 30_000, until: nil, .xvb)])
        #expect(events.passed(at: 42_000).isEmpty)
        #expect(
            noticed(.upstreamUp(.xvb, endpoint: "a"), &events, at: 90_000)
                == [.outage(at: 30_000, until: 90_000, .xvb)])
        #expect(noticed(.upstreamUp(.xvb, endpoint: "a"), &events, at: 91_000).isEmpty)
    }

    @Test("An upstream that can't be reached from the start on has an outage from the start on")
    func never() {
        var events = EventRows()
        _ = events.started(at: 1_000, .p2pool, work: 0, awaited: [.p2pool])
        #expect(events.passed(at: 11_000) == [.outage(at: 1_000, until: nil, .p2pool)])
        #expect(events.ended(at: 20_000, work: none).contains(.outage(at: 1_000, until: 20_000, .p2pool)))
    }

    @Test("Two shares of one moment are two rows")
    func shares() {
        var events = EventRows()
        let share = Notice.sidechainShare(name: "a", difficulty: 9, shares: 1)
        let rows = noticed(share, &events, at: 5_000) + noticed(share, &events, at: 5_000)
        #expect(rows.map { $0.values[0] } == [.integer(5_000), .integer(5_001)])
    }

    @Test("Figures that come often are kept once a minute, those of each upstream apart")
    func readings() {
        var events = EventRows()
        let p2pool = Observation.p2pool(P2PoolReading(sidechainDifficulty: 1, pplnsWindow: 1, poolHashrate: 1))
        let xvb = Observation.xvb(XvBReading(credited1h: 1, credited24h: 2))
        #expect(events.observed(p2pool, at: 0).count == 1)
        #expect(events.observed(xvb, at: 10_000).count == 1)
        #expect(events.observed(p2pool, at: 59_000).isEmpty)
        #expect(events.observed(p2pool, at: 60_000).count == 1)
        #expect(events.observed(.xvbUnregistered, at: 69_000).isEmpty)
        #expect(events.observed(.xvbUnregistered, at: 70_000).count == 1)
    }

    @Test("A won round is one row however often it is seen, also over a restart; the next one is another")
    func wins() {
        var events = EventRows()
        let won = Observation.xvbRound(isOurs: true, .vip)
        #expect(events.observed(won, at: 1_000) == [.win(at: 1_000, until: 1_000, tier: "vip")])
        #expect(events.observed(won, at: 61_000) == [.win(at: 1_000, until: 61_000, tier: "vip")])
        var restarted = EventRows(win: StoredWork.Win(at: 1_000, until: 61_000, tier: "vip"))
        #expect(restarted.observed(won, at: 90_000) == [.win(at: 1_000, until: 90_000, tier: "vip")])
        #expect(restarted.observed(.xvbRound(isOurs: false, nil), at: 95_000).isEmpty)
        #expect(restarted.observed(won, at: 99_000) == [.win(at: 99_000, until: 99_000, tier: "vip")])
        #expect(
            restarted.observed(won, at: 99_000 + 5_400_001).first?.values.first == .integer(99_000 + 5_400_001))
    }

    @Test("When the clock is set, what is going on keeps the row that it has")
    func clock() {
        var events = EventRows()
        _ = events.started(at: 100_000, .p2pool, work: 0, awaited: [])
        _ = noticed(.upstreamDown(.xvb, other: .up), &events, at: 101_000)
        _ = events.passed(at: 120_000)
        events.shift(ClockShift(by: 1_000, from: 100, through: 130))
        let rows = events.ended(at: 1_140_000, work: none)
        #expect(rows.contains(.slice(at: 1_100_000, until: 1_140_000, .p2pool, work: 0)))
        #expect(rows.contains(.outage(at: 1_101_000, until: 1_140_000, .xvb)))
    }

    @Test("A storm of logins does not fill the table of rigs")
    func storm() {
        var events = EventRows()
        var rows = 0
        for number in 0..<5_000 as Range<Int64> {
            let joined = Notice.rigJoined(
                RigID(index: 1, generation: 1), name: "rig\(number)", agent: "a", fullNonceSpace: false)
            rows += noticed(joined, &events, at: 2_000_000 + number).count
        }
        #expect(rows >= 400 && rows <= 410)
    }
}
