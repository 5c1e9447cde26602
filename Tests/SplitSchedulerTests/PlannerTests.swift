import ProxyTerms
import Testing

@testable import SplitScheduler

/// The draft's sidechain: 85.5 M difficulty, 2,160 blocks of 10 s.
func draftInputs(
    _ hashrate: Double, movable: Double? = nil, share: Bool? = true, outsideP2Pool: Double = 0, outsideXvB: Double = 0
) -> PlanInputs {
    PlanInputs(
        hashrate: hashrate, movableHashrate: movable, sidechainDifficulty: 85.5e6, pplnsWindow: 2160, blockTime: 10,
        shareInWindow: share, externalP2Pool: outsideP2Pool, externalXvB: outsideXvB)
}

func bare(_ mode: SplitMode, manual: Double = 0) -> SplitSettings {
    SplitSettings(mode: mode, manualXvBSeconds: manual, p2poolBuffer: 0, xvbBuffer: 0)
}

struct TableRow: Sendable {
    var mode: SplitMode
    var hashrate: Double
    var outsideP2Pool = 0.0
    var outsideXvB = 0.0
    var p2pool: Double
    var xvb: Double
    var switchSecond: Int
    var tier: Tier
}

@Suite("The plan of a window")
struct PlannerTests {
    @Test(
        "The draft's examples come out to a tenth of a second",
        arguments: [
            TableRow(mode: .default, hashrate: 2_000, p2pool: 600, xvb: 0, switchSecond: 600, tier: .none),
            TableRow(mode: .hero, hashrate: 2_000, p2pool: 600, xvb: 0, switchSecond: 600, tier: .none),
            TableRow(mode: .default, hashrate: 10_000, p2pool: 540, xvb: 60, switchSecond: 540, tier: .donor),
            TableRow(mode: .hero, hashrate: 10_000, p2pool: 237.5, xvb: 362.5, switchSecond: 238, tier: .donor),
            TableRow(
                mode: .default, hashrate: 5_000, outsideP2Pool: 2_000, outsideXvB: 8_000, p2pool: 360, xvb: 240,
                switchSecond: 360, tier: .vip),
            TableRow(
                mode: .hero, hashrate: 5_000, outsideP2Pool: 2_000, outsideXvB: 8_000, p2pool: 235, xvb: 365,
                switchSecond: 235, tier: .vip),
        ])
    func table(row: TableRow) {
        let plan = Planner.plan(
            bare(row.mode),
            draftInputs(row.hashrate, outsideP2Pool: row.outsideP2Pool, outsideXvB: row.outsideXvB))
        #expect(abs(plan.p2poolSeconds - row.p2pool) < 0.05)
        #expect(abs(plan.xvbSeconds - row.xvb) < 0.05)
        #expect(plan.switchSecond == row.switchSecond)
        #expect(plan.tier == row.tier)
    }

    @Test("A need of p2pool's that is shorter than the least slice gets the least slice, none gets none (gupaxx #124)")
    func leastP2PoolSlice() {
        // 8 H/s of 25,000 are a fifth of a second of 600.
        let little = Planner.plan(bare(.hero), draftInputs(25_000, outsideP2Pool: 3_950))
        #expect(abs(little.p2poolSeconds - 0.2) < 0.01)
        #expect(little.switchSecond == 5)
        #expect(Planner.plan(bare(.hero), draftInputs(25_000, outsideP2Pool: 4_000)).switchSecond == 0)
        // Manual seconds are the operator's.
        #expect(Planner.plan(bare(.manual, manual: 599), draftInputs(25_000)).switchSecond == 1)
    }

    @Test("p2pool's need is one expected share a window, times the buffer, less what others send")
    func requirement() {
        var settings = bare(.default)
        #expect(abs(Planner.plan(settings, draftInputs(10_000)).requiredP2PoolHashrate - 3_958.333) < 0.001)
        settings.p2poolBuffer = 25
        #expect(abs(Planner.plan(settings, draftInputs(10_000)).requiredP2PoolHashrate - 4_947.917) < 0.001)
        let outside = Planner.plan(settings, draftInputs(10_000, outsideP2Pool: 2_000))
        #expect(abs(outside.requiredP2PoolHashrate - 2_947.917) < 0.001)
        let enough = Planner.plan(settings, draftInputs(10_000, outsideP2Pool: 9_000))
        #expect(enough.requiredP2PoolHashrate == 0)
    }

    @Test("A confidence sets the expected shares instead of the buffer")
    func confidence() {
        var settings = bare(.default)
        settings.confidence = 0.95
        #expect(abs(settings.wantedShares - 2.995_732_27) < 1e-8)
        #expect(
            abs(Planner.plan(settings, draftInputs(20_000)).requiredP2PoolHashrate - 2.995_732_27 * 3_958.3333) < 0.01)
    }

    @Test("The plan states the shares to expect and the risk of none")
    func risk() {
        let plan = Planner.plan(bare(.default), draftInputs(10_000))
        #expect(abs(plan.expectedShares - 9_000 / 3_958.333) < 1e-4)
        #expect(abs(plan.noShareProbability - 0.1029) < 1e-3)
    }

    @Test("Without a share in the window all goes to p2pool, in every mode", arguments: SplitMode.allCases)
    func noShare(mode: SplitMode) {
        let plan = Planner.plan(bare(mode, manual: 100), draftInputs(1e6, share: false))
        #expect(plan.xvbSeconds == 0)
        #expect(plan.switchSecond == 600)
        #expect(plan.cause == (mode == .p2pool ? .p2poolMode : .noShare))
    }

    @Test("When nobody knows about a share, all goes to p2pool and the plan says so")
    func shareUnknown() {
        let plan = Planner.plan(bare(.hero), draftInputs(1e6, share: nil))
        #expect(plan.xvbSeconds == 0)
        #expect(plan.cause == .shareUnknown)
    }

    @Test("Manual gives XvB its seconds whatever p2pool needs, and never more than the window")
    func manual() {
        #expect(Planner.plan(bare(.manual, manual: 100), draftInputs(2_000)).xvbSeconds == 100)
        // Only a share that is missing for certain is against it: XvB skips a winner without one.
        #expect(Planner.plan(bare(.manual, manual: 100), draftInputs(2_000, share: nil)).xvbSeconds == 100)
        #expect(Planner.plan(bare(.manual, manual: 100), draftInputs(2_000, share: false)).cause == .noShare)
        #expect(Planner.plan(bare(.manual, manual: 100), draftInputs(2_000)).switchSecond == 500)
        #expect(Planner.plan(bare(.manual, manual: 9_999), draftInputs(2_000)).xvbSeconds == 600)
        #expect(Planner.plan(bare(.manual, manual: -1), draftInputs(2_000)).xvbSeconds == 0)
        #expect(Planner.plan(bare(.manual, manual: .nan), draftInputs(2_000)).xvbSeconds == 0)
    }

    @Test("A tier that is met exactly counts; a hash less doesn't")
    func thresholds() {
        let mHR = 85.5e6 / 21_600
        #expect(Planner.plan(bare(.default), draftInputs(10_000 + mHR + 1e-6)).tier == .vip)
        #expect(Planner.plan(bare(.default), draftInputs(10_000 + mHR - 1)).tier == .donor)
    }

    @Test(
        "A tier that is asked for is the highest that is held, and a lower one takes its place when it is out of reach")
    func askedTier() {
        var settings = bare(.default)
        settings.tier = .donor
        let modest = Planner.plan(settings, draftInputs(150_000))
        #expect(modest.tier == .donor)
        #expect(abs(modest.xvbSeconds - 4) < 1e-9)
        settings.tier = .whale
        let beyond = Planner.plan(settings, draftInputs(50_000))
        #expect(beyond.cause == .holdTier(.vip))
        #expect(beyond.higher == .outOfReach(.whale) && modest.higher == nil)
    }

    @Test("Rigs that can't be moved mine to p2pool all the time, and the tier is what the lanes can carry")
    func lanes() {
        let plan = Planner.plan(bare(.default), draftInputs(20_000, movable: 4_000))
        #expect(plan.tier == .donor)
        #expect(abs(plan.xvbSeconds - 150) < 1e-9)
        #expect(plan.isLimitedByLanes)
        #expect(plan.movableHashrate == 4_000 && plan.hashrate == 20_000)
        let hero = Planner.plan(bare(.hero), draftInputs(20_000, movable: 4_000))
        #expect(hero.xvbSeconds == 600)
        #expect(hero.switchSecond == 0)
        #expect(hero.isLimitedByLanes)
        let none = Planner.plan(bare(.hero), draftInputs(20_000, movable: 0))
        #expect(none.xvbSeconds == 0)
    }

    @Test("Work from outside that holds the tier alone leaves everything to p2pool")
    func outsideHolds() {
        let plan = Planner.plan(bare(.default), draftInputs(5_000, outsideXvB: 12_000))
        #expect(plan.xvbSeconds == 0)
        #expect(plan.tier == .vip)
        #expect(plan.cause == .tierHeldOutside(.vip))
    }

    @Test("What the ledger says is missing is planned instead of the tier's hashrate, within what p2pool can spare")
    func needed() {
        var inputs = draftInputs(10_000)
        inputs.neededXvBWork = 800_000
        #expect(abs(Planner.plan(bare(.default), inputs).xvbSeconds - 80) < 1e-9)
        inputs.neededXvBWork = 1e9
        #expect(abs(Planner.plan(bare(.default), inputs).xvbSeconds - 362.5) < 1e-9)
        inputs.neededXvBWork = 0
        #expect(Planner.plan(bare(.default), inputs).xvbSeconds == 0)
    }

    @Test("A tier that was chosen before is kept although it is out of reach for a while")
    func aim() {
        var inputs = draftInputs(10_000)
        inputs.aim = .vip
        let plan = Planner.plan(bare(.default), inputs)
        #expect(plan.tier == .vip)
        #expect(abs(plan.xvbSeconds - 362.5) < 1e-9)
    }

    @Test("The whole second rounds XvB's need up while p2pool can spare it, and never cuts p2pool's need")
    func wholeSeconds() {
        let spare = Planner.plan(bare(.default), draftInputs(9_900))
        #expect(abs(spare.xvbSeconds - 60.606) < 0.001)
        #expect(spare.switchSecond == 539)
        // Both needs fill the window: 239.9 s for p2pool, 360.1 s for XvB.
        let mHR = 85.5e6 / 21_600
        let tight = Planner.plan(bare(.hero), draftInputs(mHR * 600 / 239.9))
        #expect(tight.switchSecond == 240)
    }

    @Test("No slice is shorter than the least slice")
    func leastSlice() {
        let plan = Planner.plan(bare(.default), draftInputs(900_000, movable: 900_000))
        #expect(plan.tier == .whale)
        var settings = bare(.default)
        settings.tier = .donor
        let short = Planner.plan(settings, draftInputs(900_000))
        #expect(abs(short.xvbSeconds - 0.6667) < 0.001)
        #expect(short.switchSecond == 595)
    }

    @Test(
        "Figures that make no sense leave everything to p2pool",
        arguments: [0, -1, .nan, .infinity] as [Double])
    func insane(bad: Double) {
        var inputs = draftInputs(10_000)
        inputs.sidechainDifficulty = bad
        #expect(Planner.plan(bare(.default), inputs).xvbSeconds == 0)
        inputs = draftInputs(bad)
        #expect(Planner.plan(bare(.hero), inputs).xvbSeconds == 0)
        inputs = draftInputs(10_000)
        inputs.blockTime = bad
        #expect(Planner.plan(bare(.default), inputs).cause == .insaneInputs)
    }

    @Test(
        "Whatever the inputs, the parts fill the window and p2pool's need is not cut",
        arguments: 0..<50 as Range<UInt64>)
    func properties(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let modes = SplitMode.allCases
            var settings = SplitSettings(mode: modes[Int(random.next() % 4)])
            settings.window = 1 + Int(random.next() % 1_200)
            settings.manualXvBSeconds = random.unit() * 800
            settings.p2poolBuffer = random.unit() * 300 - 100
            settings.xvbBuffer = random.unit() * 60 - 10
            settings.minSlice = Int(random.next() % 20)
            if random.unit() < 0.3 { settings.tier = .vip }
            let hashrate = Numerics.exponential(random.unit() * 16)
            let inputs = PlanInputs(
                hashrate: hashrate, movableHashrate: hashrate * random.unit() * 1.2,
                sidechainDifficulty: Numerics.exponential(random.unit() * 25 + 1),
                pplnsWindow: 1 + random.unit() * 2_159, blockTime: random.unit() < 0.5 ? 10 : 30,
                shareInWindow: random.unit() < 0.9, externalP2Pool: random.unit() < 0.5 ? 0 : hashrate * random.unit(),
                externalXvB: random.unit() < 0.5 ? 0 : hashrate * random.unit(),
                neededXvBWork: random.unit() < 0.5 ? nil : random.unit() * hashrate * 600)
            let plan = Planner.plan(settings, inputs)
            let window = Double(settings.window)
            #expect(abs(plan.p2poolSeconds + plan.xvbSeconds - window) < 1e-6)
            #expect(plan.p2poolSeconds >= 0 && plan.xvbSeconds >= 0)
            #expect(plan.switchSecond >= 0 && plan.switchSecond <= settings.window)
            #expect(plan.noShareProbability >= 0 && plan.noShareProbability <= 1)
            if plan.xvbSeconds > 0, settings.mode != .manual {
                #expect(plan.p2poolHashrate >= plan.requiredP2PoolHashrate - hashrate * 1e-9)
                let switched = window - Double(plan.switchSecond)
                let kept = plan.hashrate - plan.movableHashrate * switched / window
                #expect(kept >= plan.requiredP2PoolHashrate - plan.movableHashrate * 2e-4 / window)
            }
        }
    }

    @Test(
        "p2pool's need counts over its window: what it got beyond it in the last one may be lacking now, and never more is asked than the need"
    )
    func needOverTheWindow() {
        func required(_ recent: Double?, outside: Double = 0) -> Double {
            var inputs = PlanInputs(
                hashrate: 12_000, sidechainDifficulty: 85.5e6, pplnsWindow: 2_160, blockTime: 10, shareInWindow: true,
                externalP2Pool: outside)
            inputs.recentP2Pool = recent
            return inputs.requiredP2Pool(shares: 1)
        }
        let need = 85.5e6 / 21_600
        #expect(required(nil) == need)
        #expect(required(need) == need)
        #expect(required(1_000) == need)
        #expect(abs(required(need + 100) - (need - 800)) < 1e-6)
        #expect(required(need * 1.13) == 0)
        #expect(abs(required(need - 900, outside: 1_000) - (need - 1_800)) < 1e-6)
    }
}
