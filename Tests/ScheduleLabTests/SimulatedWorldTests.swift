import ProxyTerms
import Testing

@testable import ScheduleLab
@testable import SplitScheduler

/// The worlds are to be as unkind as they say.
@Suite("The simulator's unkind worlds")
struct SimulatedWorldTests {
    // MARK: XvB's jobs

    private func lanes(_ interval: Double, rigs: Int, maxLanes: Int = 64, spacing: Double = 60) -> SimulatedLanes {
        var model = JobModel(interval: interval, rigs: rigs)
        model.maxLanes = maxLanes
        return SimulatedLanes(model, spacing: spacing, seed: 1)
    }

    @Test("Rigs that left XvB's job find no lane for it again, but find the next one")
    func spentJob() {
        var lanes = lanes(30, rigs: 3)
        lanes.move()
        #expect(lanes.movedAll)
        lanes.leave()
        let hasMoved = lanes.move()
        #expect(!hasMoved)
        #expect(lanes.moved == 0)
        lanes.jobCame(at: lanes.nextJob)
        let movesThen = lanes.move()
        #expect(movesThen)
        #expect(lanes.movedAll)
    }

    @Test("A spare lane for each rig is one more slice for a job, and no more")
    func spareLanes() {
        // Jobs as often as slices: two lanes a rig.
        var lanes = lanes(60, rigs: 3)
        for _ in 0..<2 {
            lanes.move()
            #expect(lanes.movedAll)
            lanes.leave()
        }
        lanes.move()
        #expect(lanes.moved == 0)
    }

    @Test("With fewer lanes than rigs need some stay, and are told of")
    func fewLanes() {
        var lanes = lanes(60, rigs: 30, maxLanes: 40)
        lanes.move()
        lanes.leave()
        let fresh = lanes.fresh(hashrate: 30_000, at: 0)
        #expect(fresh.now == 10_000)
        #expect(fresh.again == 0)
        lanes.move()
        #expect(lanes.moved == 10)
        #expect(abs(lanes.movedPart - 1 / 3.0) < 1e-12)
    }

    @Test("A job that comes while rigs are on XvB is searched by them, and by those who had to wait")
    func jobInSlice() {
        var lanes = lanes(30, rigs: 4, maxLanes: 6)
        lanes.move()
        lanes.leave()
        #expect(lanes.fresh(hashrate: 4, at: 0).now == 0)
        lanes.jobCame(at: lanes.nextJob)
        lanes.move()
        lanes.jobCame(at: lanes.nextJob)
        #expect(lanes.movedAll)
        lanes.leave()
        // The four lanes that rigs were on are searched; there are four.
        #expect(lanes.fresh(hashrate: 4, at: 0).now == 0)
    }

    @Test(
        "Where one rig has one lane and a job lasts long, ours counts slices that moved nobody; who reconnects isn't limited"
    )
    func wholeSlices() throws {
        var world = plain(10_000, .donor, 50_000, days: 0.5)
        var model = JobModel(interval: 600, rigs: 2)
        model.maxLanes = 2
        world.jobs = model
        let draft = Simulator.run(.draft, in: world, seed: 1)
        let gupaxx = Simulator.run(.gupaxx, in: world, seed: 1)
        #expect(try #require(draft.wholeSlicesPercent) <= 100)
        #expect(gupaxx.wholeSlicesPercent == 100)
        var quick = world
        quick.jobs = JobModel(interval: 10, rigs: 2)
        #expect(Simulator.run(.ours, in: quick, seed: 1).wholeSlicesPercent == 100)
    }

    // MARK: XvB's counting

    @Test("XvB loses as many shares as the world says, and counts as much of the others")
    func lostShares() {
        var model = ServiceModel()
        model.lostShares = 0.15
        model.creditRatio = 0.98
        var service = SimulatedService(model, seed: 3)
        for share in 0..<20_000 { service.accept(100, at: Int64(share)) }
        #expect(abs(service.hourWork / (20_000 * 100 * 0.98) - 0.85) < 0.01)
        #expect(service.hourWork == service.dayWork)
    }

    @Test("Averages that fade lose 63 % in their time constant, and fall below a tier when they say")
    func fading() {
        var model = ServiceModel()
        model.averaging = .fading
        var service = SimulatedService(model)
        service.warmUp(hashrate: 1_020, share: 50_000)
        #expect(service.hourRank == 1 && service.dayRank == 1)
        let fall = service.nextFall
        // ln 1.02 of an hour.
        #expect(abs(Double(fall) - 3_600_000 * 0.019_803) < 100)
        service.advance(to: fall - 2)
        #expect(service.hourRank == 1)
        service.advance(to: fall)
        #expect(service.hourRank == 0 && service.dayRank == 1)
        service.advance(to: 3_600_000)
        #expect(abs(service.hourWork / 3_600 - 1_020 * 0.367_879) < 0.01)
    }

    @Test("The tier that an average is at follows its work, up and down")
    func ranks() {
        var service = SimulatedService()
        service.accept(3_599_999, at: 0)
        #expect(service.hourRank == 0)
        service.accept(1, at: 1)
        #expect(service.hourRank == 1)
        service.accept(400_000_000, at: 2)
        #expect(service.hourRank == 3 && service.dayRank == 1)
        service.advance(to: 3_600_000)
        #expect(service.hourRank == 3)
        service.advance(to: 3_600_002)
        #expect(service.hourRank == 0 && service.dayRank == 1)
    }

    // MARK: Shares

    @Test("A vardiff stays between its bounds, goes near both, and is 150k on average")
    func vardiff() throws {
        for name in ["vardiff-slow-vip", "vardiff-fast-vip"] {
            let world = try scenario(name, days: 1)
            var difficulty = SimulatedDifficulty(base: world.xvbShare, model: world.difficulty, seed: 5)
            var lowest = Double.infinity
            var highest = 0.0
            var sum = 0.0
            for tick in 1...400_000 as ClosedRange<Int64> {
                _ = difficulty.change(at: tick * 30_000)
                lowest = min(lowest, difficulty.current)
                highest = max(highest, difficulty.current)
                sum += difficulty.current
            }
            #expect(lowest >= 10_000 && lowest < 15_000)
            #expect(highest <= 1_000_000 && highest > 700_000)
            #expect(abs(sum / 400_000 - 150_000) < 15_000)
        }
    }

    @Test("Rigs with shares of their own size all do the same work")
    func perRig() {
        var difficulty = SimulatedDifficulty(base: 100, model: .perRig([0.5, 1, 4]), seed: 5)
        #expect(abs(difficulty.sharesPerHash - (1 / 50.0 + 1 / 100.0 + 1 / 400.0) / 3) < 1e-12)
        var work: [Double: Double] = [:]
        for _ in 0..<60_000 {
            let share = difficulty.found()
            work[share, default: 0] += share
        }
        let all = work.values.reduce(0, +)
        #expect(work.count == 3)
        for part in work.values { #expect(abs(part / all - 1 / 3.0) < 0.02) }
    }

    @Test("Others with the same wallet have luck: they are not at the tier all the time where they are on average")
    func othersLuck() throws {
        var world = plain(25_000, .vip, 500_000, days: 3)
        world.outside.xvb = 10_000
        world.tellsShares = false
        var simulation = Simulation(world: world, policy: Listener(), seed: 1)
        let row = SimulationRow(.draft, world: world, tally: simulation.run())
        #expect(row.below1hPercent > 20 && row.below1hPercent < 80)
    }

    // MARK: Days

    @Test(
        "Day and night: the hashrate is all at noon and the night's part at midnight, 62.5 % on average for a quarter at night"
    )
    func cosine() {
        var weather = HashrateWeather()
        weather.night = 0.25
        var random = SeededGenerator(seed: 1)
        var rigs = SimulatedRigs(base: 1_000, weather: weather, isWatched: false, random: &random)
        rigs.change(at: 0, random: &random)
        #expect(abs(rigs.hashrate - 1_000) < 0.01)
        rigs.change(at: 43_200_000, random: &random)
        #expect(abs(rigs.hashrate - 250) < 0.01)
        var sum = 0.0
        for minute in 0..<1_440 as Range<Int64> {
            rigs.change(at: minute * 60_000, random: &random)
            sum += rigs.hashrate
        }
        #expect(abs(sum / 1_440 - 625) < 1)
    }

    // MARK: Sleep

    @Test(
        "In a night's sleep nothing is told and nothing hashed; the policy's clock has gone on after it, or stood still"
    )
    func sleep() throws {
        for isStill in [false, true] {
            var world = plain(10_000, .donor, 50_000, days: 1)
            world.sleep.spans = [ModelSpan(from: 36_000, to: 64_800)]
            world.sleep.clockStandsStill = isStill
            var simulation = Simulation(world: world, policy: Listener(), seed: 1)
            let row = SimulationRow(.draft, world: world, tally: simulation.run())
            #expect(abs(row.lostPercent - 100 / 3.0) < 0.1)
            let last = try #require(simulation.policy.told.last?.at)
            #expect(last.milliseconds == (isStill ? 86_340_000 - 28_800_000 : 86_340_000))
            #expect(
                !simulation.policy.told.contains { $0.at.milliseconds > 36_060_000 && $0.at.milliseconds < 64_800_000 }
                    || isStill)
        }
    }

    @Test("Only the times that a world has judged count")
    func judged() {
        var world = plain(10_000, .donor, 50_000, days: 2)
        world.judged = [ModelSpan(from: 0, to: 1_800)]
        var simulation = Simulation(world: world, policy: Listener(), seed: 1)
        // Nobody sends anything: the hour is above the tier for a minute or two only.
        let row = SimulationRow(.draft, world: world, tally: simulation.run())
        #expect(row.below1hPercent > 80 && row.below1hPercent < 99)
        #expect(row.below24hPercent < 10)
    }

    // MARK: Won rounds

    @Test("A won round dies at the first look at which the hour is below; a dip between two looks is not seen")
    func rounds() {
        var rounds = SimulatedRounds()
        rounds.draw(.vip, at: 1_000)
        #expect(rounds.isNamed(at: 2_000))
        rounds.below(from: 62_500, to: 119_000)
        let lives0 = rounds.finish()
        #expect(lives0 == [false, true, true])
        rounds.draw(.vip, at: 1_000)
        rounds.below(from: 62_500, to: 121_500)
        #expect(!rounds.isNamed(at: 130_000))
        let lives1 = rounds.finish()
        #expect(lives1 == [false, false, true])
        rounds.draw(.vip, at: 1_000)
        rounds.below(from: 2_000 + SimulatedRounds.length, to: 900_000_000)
        let lives2 = rounds.finish()
        #expect(lives2 == [true, true, true])
    }

    @Test("Who holds nothing wins nothing; who holds the tier wins each 30 h")
    func wins() {
        let world = plain(10_000, .donor, 50_000, days: 5)
        let ours = Simulator.run(.ours, in: world, seed: 1)
        #expect(ours.rounds == 3)
        var simulation = Simulation(world: world, policy: Listener(), seed: 1)
        let idle = SimulationRow(.draft, world: world, tally: simulation.run())
        #expect(idle.rounds == 0)
        #expect(idle.survivalPercent.isEmpty)
    }
}
