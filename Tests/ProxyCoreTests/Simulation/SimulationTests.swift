import Foundation
import ProxyTerms
import SimulatedPeers
import Testing

@testable import ProxyCore

@Suite("The whole core between simulated rigs and pools")
struct SimulationTests {
    static let seedsPerCase: UInt64 = 10

    // Fault S12.
    @Test("Whatever a seed brings, the invariants hold", arguments: 0..<20 as Range<UInt64>)
    func seeds(group: UInt64) {
        for seed in group * Self.seedsPerCase..<(group + 1) * Self.seedsPerCase {
            let world = SimulatedWorld(.drawn(seed: seed))
            world.run()
            if world.failure != nil { Issue.record("\(world.report)") }
        }
    }

    /// A few seeds beyond those; more with `SIM_FROM=200 SIM_TO=2000 SIM_TRACE=400 swift test --filter furtherSeeds`.
    @Test("Seeds beyond those of every day")
    func furtherSeeds() {
        let first = Self.number("SIM_FROM") ?? 200
        for seed in first..<max(first + 1, Self.number("SIM_TO") ?? first + 2) {
            let world = SimulatedWorld(.drawn(seed: seed))
            world.trace.length = Self.number("SIM_TRACE").map(Int.init) ?? 50
            world.run()
            if world.failure != nil { Issue.record("\(world.report)") }
        }
    }

    private static func number(_ name: String) -> UInt64? { environment(name).flatMap { UInt64($0) } }

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    @Test("The same seed gives the same run")
    func sameSeed() {
        func totals() -> [String] {
            let world = SimulatedWorld(.drawn(seed: 42))
            world.run()
            return world.rigs.map { "\($0.rig.counters.submitted) \($0.rig.counters.hashes)" } + ["\(world.events)"]
        }
        #expect(totals() == totals())
    }
}
