import ProxyTerms
import SplitScheduler
import Testing

@testable import StratumProxy

@Suite("The daemon mines on, whatever its sources of statistics do", .serialized)
struct MiningThroughBrokenAnswersTests {
    private static let averages = #"{"fails":0,"donor_1hr_avg":1.25,"donor_24hr_avg":0.5}"#

    @Test("XvB's averages and p2pool's figures come to the schedule over https and http")
    func good() throws {
        try MiningFarm.run(xvb: { _ in .text(Self.averages) }) { farm in
            try farm.run {
                let snapshot = farm.daemon.core.snapshot(now: farm.loop.now)
                return snapshot.xvbReading != nil && snapshot.p2poolReading != nil
            }
            let snapshot = farm.daemon.core.snapshot(now: farm.loop.now)
            #expect(snapshot.xvbReading?.value == XvBReading(credited1h: 1250, credited24h: 500, fails: 0))
            #expect(snapshot.p2poolReading?.value.shareInWindow == true)
            #expect(snapshot.isRegistered)
            #expect(farm.log.lines(of: "XvB API") == [] && farm.log.lines(of: "p2pool API") == [])
            // The whole wallet is asked for, and is in no line of the log.
            let wallet = DemoFarm.wallet.text
            #expect(farm.xvbAPI.requests.first?.path.hasSuffix("address=\(wallet)") == true)
            #expect(farm.log.lines.allSatisfy { !$0.contains(wallet) })
        }
    }

    @Test("A wallet that XvB does not know is known to the schedule, and where to register is in the log")
    func unregistered() throws {
        try MiningFarm.run(xvb: { _ in .reply(422) }) { farm in
            try farm.run { !farm.daemon.core.snapshot(now: farm.loop.now).isRegistered }
            #expect(farm.log.lines(of: "XvB API").count == 1)
            #expect(farm.log.lines(of: "XvB API").first?.contains("p2pool_bonus_submit.cgi") == true)
        }
    }

    @Test("Rigs' shares are accepted while XvB's API is broken", arguments: BrokenAnswer.allCases)
    func broken(kind: BrokenAnswer) throws {
        try MiningFarm.run(xvb: { kind.answer($0).0 }) { farm in
            // Those that answer too slowly are not waited for: the mining goes on meanwhile.
            let isSlow = kind == .silence || kind == .drip
            try farm.run {
                !farm.xvbAPI.requests.isEmpty && (isSlow || !farm.log.lines(of: "XvB API").isEmpty)
            }
            let before = farm.counts.p2pool.accepted
            try farm.run { farm.counts.p2pool.accepted >= before + 20 }
            #expect(farm.counts.p2pool.rejected == 0)
            // On a slow machine the deadline of the slow ones has passed meanwhile.
            #expect((isSlow ? 0...1 : 1...1).contains(farm.log.lines(of: "XvB API").count))
            #expect(farm.daemon.core.snapshot(now: farm.loop.now).xvbReading == nil)
        }
    }

    @Test(
        "Rigs' shares are accepted while p2pool's API is broken; its last good figures stay",
        arguments: BrokenAnswer.allCases)
    func brokenP2Pool(kind: BrokenAnswer) throws {
        try MiningFarm.run(xvb: { _ in .text(Self.averages) }) { farm in
            try farm.run { farm.daemon.core.snapshot(now: farm.loop.now).p2poolReading != nil }
            let good = try #require(farm.daemon.core.snapshot(now: farm.loop.now).p2poolReading?.value)
            let server = farm.p2poolAPI
            var broken = 0
            server.answer = { [unowned server] _ in
                broken += 1
                return kind.answer(server).0
            }
            let isSlow = kind == .silence || kind == .drip
            try farm.run { broken > 0 && (isSlow || !farm.log.lines(of: "p2pool API").isEmpty) }
            let before = farm.counts.p2pool.accepted
            try farm.run { farm.counts.p2pool.accepted >= before + 20 }
            #expect(farm.counts.p2pool.rejected == 0)
            let last = try #require(farm.daemon.core.snapshot(now: farm.loop.now).p2poolReading?.value)
            #expect(last.sidechainDifficulty == good.sidechainDifficulty && last.pplnsWindow == good.pplnsWindow)
        }
    }
}
