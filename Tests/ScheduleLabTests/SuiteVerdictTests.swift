import ProxyTerms
import Testing

@testable import ScheduleLab
@testable import SplitScheduler

extension ModelWorld: CustomTestStringConvertible {
    /// The case in the output of the tests.
    public var testDescription: String { "\(name), \(Quantity.hashrate(hashrate))" }
}

@Suite("The verdict over the suite")
struct SuiteVerdictTests {
    private let world = Scenarios.shareNoise(hashrate: 10_000, tier: .donor, xvbShare: 50_000)

    private func row(_ policy: PolicyName, below: Double, day: Double = 0, sent: Double) -> SimulationRow {
        var tally = SimulationTally()
        tally.time = 86_400_000
        tally.hourAt = times(below: below)
        tally.dayAt = times(below: day)
        tally.heldAt = times(below: max(below, day))
        tally.sent = sent * 1_000 * 86_400
        return SimulationRow(policy, world: world, tally: tally)
    }

    /// So many percent of a day with no tier, the rest with donor.
    private func times(below percent: Double) -> SIMD8<Double> {
        var times = SIMD8<Double>()
        times[0] = percent / 100 * 86_400_000
        times[1] = 86_400_000 - times[0]
        return times
    }

    private func verdict(_ rows: [SimulationRow]) -> SuiteVerdict {
        var verdict = SuiteVerdict()
        verdict.add(SimulationTable(world: world, rows: rows))
        return verdict
    }

    @Test("Who holds the tier longer with no more work beats ours, and the verdict says who and where")
    func beaten() {
        let verdict = verdict([row(.ours, below: 1, sent: 1.04), row(.gupaxx, below: 0.5, sent: 1.03)])
        #expect(!verdict.isGood)
        #expect(verdict.lines[0] == "Ours is beaten:")
        #expect(
            verdict.lines[1]
                == "share-noise: gupaxx beats ours (the tier not held): 0.50 % at 1.030 x, ours 1.00 % at 1.040 x")
    }

    @Test("Who holds it longer with more work, or sends less and holds it shorter, doesn't")
    func notBeaten() {
        let verdict = verdict([
            row(.draft, below: 0.1, sent: 1.25), row(.ours, below: 1, sent: 1.04), row(.pithead, below: 30, sent: 0.9),
        ])
        #expect(verdict.isGood)
        #expect(verdict.defeats.isEmpty)
        #expect(
            verdict.lines == [
                "In none of 1 worlds does another policy hold the tier for more of the time with no more work sent."
            ])
    }

    @Test("An average alone is told, but a tier is held by both")
    func oneAverage() {
        let verdict = verdict([
            row(.ours, below: 1, day: 8, sent: 1.08), row(.gupaxx, below: 40, day: 7, sent: 1.07),
        ])
        #expect(verdict.isGood)
        #expect(verdict.defeats.map(\.measure) == [.day])
        #expect(verdict.lines.count == 2)
    }

    @Test("Where the tier is chosen, who holds more with no more work beats ours, whatever tier that is")
    func chosen() {
        var chosen = world
        chosen.choosesTier = true
        func row(_ policy: PolicyName, worth: Double, sent: Double) -> SimulationRow {
            var row = self.row(policy, below: 0, sent: sent)
            row.worthHashrate = worth
            return row
        }
        func verdict(_ other: SimulationRow) -> SuiteVerdict {
            var verdict = SuiteVerdict()
            verdict.add(SimulationTable(world: chosen, rows: [row(.ours, worth: 990, sent: 1.04), other]))
            return verdict
        }
        #expect(verdict(row(.draft, worth: 980, sent: 1)).isGood)
        #expect(verdict(row(.draft, worth: 5_000, sent: 1.5)).isGood)
        #expect(!verdict(row(.draft, worth: 995, sent: 1.04)).isGood)
    }

    @Test("The mean over seeds is the mean of every column")
    func mean() throws {
        let mean = try #require(
            SimulationRow(mean: [row(.ours, below: 1, day: 2, sent: 1), row(.ours, below: 3, day: 6, sent: 1.5)]))
        #expect(abs(mean.below1hPercent - 2) < 1e-9)
        #expect(abs(mean.below24hPercent - 4) < 1e-9)
        #expect(abs(mean.belowTierPercent - 4) < 1e-9)
        #expect(abs(mean.sentRatio - 1.25) < 1e-9)
        #expect(SimulationRow(mean: []) == nil)
    }

    @Test("In no world of the suite is ours beaten (four days here; 20 by the command)", arguments: Scenarios.suite)
    func suite(world: ModelWorld) {
        var short = world
        short.days = 4
        var verdict = SuiteVerdict()
        verdict.add(
            SimulationTable(world: short, rows: PolicyName.allCases.map { Simulator.run($0, in: short, seed: 2) }))
        // The lines tell more of a defeat than the whole verdict would.
        let lines = verdict.isGood ? [] : verdict.lines
        #expect(lines == [])
    }
}
