import ProxyTerms
import Testing

@testable import ScheduleLab
@testable import SplitScheduler

func plain(_ hashrate: Double, _ tier: Tier, _ share: Double, days: Double) -> ModelWorld {
    var world = Scenarios.shareNoise(hashrate: hashrate, tier: tier, xvbShare: share)
    world.days = days
    return world
}

func scenario(_ name: String, days: Double) throws -> ModelWorld {
    var world = try #require(Scenarios.suite.first { $0.name == name })
    world.days = days
    return world
}

/// Stays on p2pool and writes down what XvB's API told, and when.
struct Listener: JudgedPolicy {
    let reconnects = false
    let upstream = Upstream.p2pool
    let nextDeadline = Instant.never
    let promisedRisk: Double? = nil
    let aimedAt: Tier? = nil
    private(set) var told: [(at: Instant, reading: XvBReading)] = []

    init() {}
    init(world: ModelWorld) {}

    mutating func credited(work: Double, to upstream: Upstream, at now: Instant) {}
    mutating func observed(p2pool: P2PoolReading, at now: Instant) -> P2PoolReadingFault? { nil }
    mutating func observed(xvb: XvBReading, at now: Instant) -> XvBReadingFault? {
        told.append((now, xvb))
        return nil
    }
    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {}
    mutating func advance(now: Instant, hashrate: HashrateInputs) -> SchedulerStep { .none }
    mutating func restarted(died: Instant, now: Instant, in world: ModelWorld) {}
}

@Suite("The simulator against known figures")
struct SimulatorTests {
    @Test("Open loop with a 25 % buffer: 2 to 3 % of the time below at 1.25 times the work")
    func draft() {
        let row = Simulator.run(.draft, in: plain(10_000, .donor, 50_000, days: 20), seed: 1)
        #expect(row.below1hPercent > 1.5 && row.below1hPercent < 3.5)
        #expect(abs(row.sentRatio - 1.25) < 0.015)
        #expect(row.switchesPerHour > 11.9 && row.switchesPerHour < 12.1)
    }

    @Test(
        "The draft takes off what others send, as in its third example: it holds VIP with little where 8 kH/s come from outside"
    )
    func draftOutside() throws {
        let row = Simulator.run(.draft, in: try scenario("outside", days: 3), seed: 1)
        // 12.5 kH/s, its buffer in, less 8 are 0.45 of the tier, while p2pool's luck shows the 2 kH/s there.
        #expect(row.sentRatio > 0.15 && row.sentRatio < 0.46)
        #expect(row.below1hPercent < 80)
    }

    @Test("Where there is only its own work the draft sees none of others")
    func draftAlone() {
        var policy = DraftPolicy(world: plain(10_000, .donor, 50_000, days: 1))
        for share in 0..<80 {
            policy.credited(work: 50_000, to: .xvb, at: .start.adding(seconds: Double(share) * 48.5 + 0.3))
        }
        let now = Instant.start.adding(seconds: 79 * 48.5 + 0.4)
        // XvB counts those of the last 3,600 s to the millisecond: 75.
        policy.observed(xvb: XvBReading(credited1h: 75 * 50_000 / 3_600, credited24h: 46), at: now)
        policy.observed(p2pool: SimulatedChain(.mini).reading(at: 0, tellsShares: false), at: now)
        policy.advance(now: now, hashrate: HashrateInputs(total: 10_000))
        #expect(policy.aimedAt == .donor)
        #expect(policy.upstream == .p2pool)
        #expect(policy.nextDeadline == now.adding(seconds: 525))
    }

    @Test("XvB's API tells both averages as they are, from the first reading on")
    func told() throws {
        var simulation = Simulation(
            world: plain(10_000, .donor, 50_000, days: 0.02), policy: Listener(), seed: 1)
        _ = simulation.run()
        let readings = simulation.policy.told.map(\.reading)
        #expect(readings.count == 29)
        let first = try #require(readings.first)
        #expect(abs(first.credited1h - 1_020) < 15 && abs(first.credited24h - 1_020) < 1)
        let last = try #require(readings.last)
        #expect(abs(last.credited1h - 1_020 * (1 - 28 / 60.0)) < 15)
    }

    @Test("Gupaxx's 60 s policy: 37 to 38 % of the time below at 1.03 times the work")
    func gupaxx() {
        var below = 0.0
        var sent = 0.0
        for seed in 1...2 as ClosedRange<UInt64> {
            let row = Simulator.run(.gupaxx, in: plain(10_000, .donor, 50_000, days: 15), seed: seed)
            below += row.below1hPercent / 2
            sent += row.sentRatio / 2
        }
        #expect(below > 35 && below < 41)
        #expect(abs(sent - 1.03) < 0.015)
    }

    @Test("The same seed gives the same run, another one another")
    func seeds() {
        let world = plain(10_000, .donor, 50_000, days: 0.5)
        let first = Simulator.run(.ours, in: world, seed: 4)
        #expect(Simulator.run(.ours, in: world, seed: 4) == first)
        #expect(Simulator.run(.ours, in: world, seed: 5) != first)
    }

    @Test("XvB's sliding sums are what a plain list of shares gives")
    func service() {
        var service = SimulatedService()
        var random = SeededGenerator(seed: 2)
        var shares: [(at: Int64, work: Double)] = []
        var now: Int64 = 0
        for _ in 0..<3_000 {
            now += Int64(random.next() % 90_000)
            service.advance(to: now)
            let work = Double(random.next() % 1_000)
            service.accept(work, at: now)
            shares.append((now, work))
        }
        #expect(service.hourWork == shares.filter { $0.at > now - 3_600_000 }.reduce(0) { $0 + $1.work })
        #expect(service.dayWork == shares.filter { $0.at > now - 86_400_000 }.reduce(0) { $0 + $1.work })
    }

    @Test("A table has a head and a row for each policy, in lines for people and in JSON")
    func table() {
        let world = plain(10_000, .donor, 50_000, days: 0.1)
        let table = SimulationTable(world: world, rows: [Simulator.run(.draft, in: world, seed: 1)])
        #expect(table.lines.count == 3)
        #expect(table.json.hasPrefix("[{\"policy\":\"draft\",\"below_1h_percent\":"))
        #expect(table.json.hasSuffix("}]"))
        #expect(table.jsonWithWorld.contains("\"world\":\"share-noise\""))
        let figures = "(10 kH/s, tier donor, XvB shares of 50k, mini, 0 days)"
        #expect(table.markdown.hasPrefix("| share-noise: nothing scatters but the shares at XvB \(figures) | "))
        #expect(table.markdown.split(separator: "|").count == 1 + table.rows.count)
    }

    @Test("Every world of the suite has a name of its own, and the command line finds it")
    func names() {
        let names = Scenarios.names.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(Scenarios.world(named: name, hashrate: 10_000, tier: .donor, xvbShare: 50_000) != nil)
        }
        #expect(Scenarios.world(named: "moon", hashrate: 10_000, tier: .donor, xvbShare: 50_000) == nil)
        #expect(Scenarios.suite.count == names.count + 3)
    }

    @Test("A named world is the suite's own, for as many days as are asked for, with its troubles on all of them")
    func ownRigs() throws {
        for world in Scenarios.suite.dropFirst(4) { #expect(Scenarios.world(named: world.name) == world) }
        #expect(Scenarios.world(named: "share-noise") == Scenarios.suite[0])
        #expect(Scenarios.suite(days: 3).allSatisfy { $0.days == 3 })
        let long = try #require(Scenarios.world(named: "restarts", days: 40))
        #expect(long.restarts.contains { $0 > 39 * 86_400 })
    }
}
