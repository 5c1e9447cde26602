import ProxyTerms
import Testing

@testable import ScheduleLab
@testable import SplitScheduler

/// What was found wrong with this schedule itself, each in its world of the simulator (docs/faults.md#schedule). Few days here, so that
/// the tests stay quick; the figures of 20 days are in docs/algorithm.md#what-is-wanted.
@Suite("What was found in the real world, in its model world")
struct FoundWorldTests {
    private func run(in name: String, days: Double) throws -> SimulationRow {
        Simulator.run(.ours, in: try scenario(name, days: days), seed: 1)
    }

    // Fault W01.
    @Test(
        "Where a job comes each two minutes every slice moves every rig, and the tier is held", arguments: [1, 3, 30])
    func rareJobs(rigs: Int) throws {
        let row = try run(in: "jobs-120-\(rigs)-donor", days: 1)
        #expect(row.wholeSlicesPercent == 100)
        #expect(row.below1hPercent < 0.5)
        #expect(row.sentRatio < 1.05)
    }

    // Fault W02, W13.
    @Test("Who has the tier only in some hours, and chooses, holds the lower one for its work")
    func desktops() throws {
        let row = try run(in: "desktop-18", days: 4)
        #expect(row.price.map { $0 < 1.25 } == true)
        #expect(row.forNothingPercent < 5)
        #expect(row.held(.donor) > 90)
    }

    // Fault W13.
    @Test("A tier that is asked for is kept through the dips of a day in which it is worth its price")
    func kept() throws {
        let row = try run(in: "desktop", days: 6)
        #expect(row.tierChangesPerDay == 0)
        #expect(row.held(.vip) > 80)
    }

    // Fault W13.
    @Test(
        "A tier that is asked for and not worth its price gives way to the next lower one, unless the operator pays more"
    )
    func asked() throws {
        var world = try scenario("desktop-20-vip", days: 6)
        let row = Simulator.run(.ours, in: world, seed: 1)
        #expect(try #require(row.price) < 1.25)
        #expect(row.held(.donor) > 90)
        world.settings.mostTierPrice = 2
        let dear = Simulator.run(.ours, in: world, seed: 1)
        #expect(try #require(dear.price) > 1.25)
        #expect(dear.held(.vip) > 65)
    }

    // Fault W02.
    @Test(
        "By the first day alone nobody buys a tier for nights that nobody has seen",
        arguments: ["day-night-14", "day-night-9"])
    func firstNight(name: String) throws {
        let row = try run(in: name, days: 4)
        #expect(try #require(row.price) < 1.25)
        #expect(row.held(.donor) > 90)
    }

    // Fault W03.
    @Test("Others with the wallet who find shares with luck are no constant: the tier is held with them")
    func others() throws {
        let row = try run(in: "others", days: 3)
        #expect(row.below1hPercent < 0.5)
    }

    // Fault W04.
    @Test(
        "Half a percent that XvB doesn't count, one share in twenty that it never does: its own figures are acted upon",
        arguments: [("counts-995-donor", 1.5), ("loses-5-vip", 3)])
    func uncounted(name: String, below: Double) throws {
        #expect(try run(in: name, days: 4).below1hPercent < below)
    }

    // Fault W05.
    @Test("A won round that is looked at each minute survives")
    func rounds() throws {
        let row = try run(in: "won-donor-200k", days: 8)
        #expect(row.rounds >= 5)
        #expect(row.survivalPercent[1] == 100)
    }

    // Fault W05.
    @Test("xvb.buffer is what it says on average, also where one share is more than the buffer")
    func buffer() {
        func sent(_ buffer: Double) -> Double {
            var world = plain(10_000, .donor, 200_000, days: 3)
            world.settings.xvbBuffer = buffer
            return Simulator.run(.ours, in: world, seed: 1).sentRatio
        }
        // One share is 5.6 % of the tier's hour.
        #expect(abs(sent(3) - sent(0) - 0.03) < 0.012)
    }

    // Fault W06.
    @Test(
        "A sleep of eight hours a day costs the day's average what eight hours of a dead process do",
        arguments: ["sleep", "sleep-still"])
    func sleeps(name: String) throws {
        let dead = try run(in: "dead-8h", days: 5)
        let slept = try run(in: name, days: 5)
        #expect(slept.below24hPercent < dead.below24hPercent + 1.5)
    }

    // Fault W07.
    @Test("Shares that don't divide the tier cost the part of a share that is too much, and little more")
    func sizes() {
        // 73.5 shares an hour, where 74 are needed: 1.007; 7.2, where 8 are: 1.111.
        let small = Simulator.run(.ours, in: plain(10_000, .donor, 49_000, days: 2), seed: 1)
        let large = Simulator.run(.ours, in: plain(10_000, .donor, 500_000, days: 2), seed: 1)
        #expect(small.sentRatio > 1.007 && small.sentRatio < 1.03)
        #expect(large.sentRatio > 1.111 && large.sentRatio < 1.25)
    }

    // Fault W09.
    @Test("An API that rounds to 0.1 kH/s costs donor no more than one that doesn't")
    func rounded() throws {
        #expect(try run(in: "rounded-donor", days: 3).sentRatio < 1.03)
    }

    // Fault W10.
    @Test("In the steady world the overhead is what was published: 1.012 at 10 kH/s, donor and shares of 50k")
    func steady() {
        let row = Simulator.run(.ours, in: plain(10_000, .donor, 50_000, days: 4), seed: 1)
        #expect(abs(row.sentRatio - 1.012) < 0.008)
    }

    // Fault W12.
    @Test("Half an hour without p2pool doesn't echo in the day after it")
    func echo() throws {
        let row = try run(in: "echo", days: 5)
        #expect(row.below1hPercent < 0.5)
    }
}
