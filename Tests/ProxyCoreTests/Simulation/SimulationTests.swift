import ProxyTerms
import SimulatedPeers
import Testing

@testable import ProxyCore

@Suite("The whole core between simulated rigs and pools")
struct SimulationTests {
    static let seedsPerCase: UInt64 = 10

    @Test("Whatever a seed brings, the invariants hold", arguments: 0..<20 as Range<UInt64>)
    func seeds(group: UInt64) {
        for seed in group * Self.seedsPerCase..<(group + 1) * Self.seedsPerCase {
            let world = SimulatedWorld(.drawn(seed: seed))
            world.run()
            if world.failure != nil { Issue.record("\(world.report)") }
        }
    }

    @Test("The same seed gives the same run")
    func sameSeed() {
        func totals() -> [String] {
            let world = SimulatedWorld(.drawn(seed: 42))
            world.run()
            return world.rigs.map { "\($0.rig.counters)" } + ["\(world.events)"]
        }
        #expect(totals() == totals())
    }
}
