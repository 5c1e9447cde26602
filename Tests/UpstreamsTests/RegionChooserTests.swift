import ProxyTerms
import Testing

@testable import Upstreams

@Suite("The nearest of several regions")
struct RegionChooserTests {
    private var random = SeededGenerator(seed: 3)

    /// Lets a round be measured by `ping`, which is told the endpoint.
    /// - Returns: the endpoints in the order in which they were asked.
    @discardableResult
    private mutating func round(_ it: inout RegionChooser, _ ping: (Int) -> Double?) -> [Int] {
        var asked: [Int] = []
        while true {
            let now = it.nextDeadline
            guard let endpoint = it.tick(now: now) else {
                Issue.record("nothing is due at the deadline")
                return asked
            }
            asked.append(endpoint)
            if it.measured(endpoint, ping(endpoint), now: now.adding(milliseconds: 100), using: &random) {
                return asked
            }
        }
    }

    @Test("The first round asks each node three times, one at a time, a second apart; then it rests for hours")
    mutating func rounds() {
        var it = RegionChooser([0, 1], now: at(5))
        #expect(it.nextDeadline == at(5) && it.tick(now: at(4)) == nil)
        #expect(it.tick(now: at(5)) == 0)
        #expect(it.nextDeadline == .never && it.tick(now: at(60)) == nil)
        let isEnd = it.measured(0, 30, now: at(6), using: &random)
        #expect(!isEnd && it.nextDeadline == at(7))
        it = RegionChooser([0, 1], now: at(0))
        #expect(round(&it) { _ in 30 } == [0, 1, 0, 1, 0, 1])
        #expect((3 * 3_600...5 * 3_600 + 20).contains(it.nextDeadline.seconds(since: at(0))))
    }

    // Fault D01.
    @Test("The shorter one leads after the first round, whatever the list said")
    mutating func first() {
        var it = RegionChooser([0, 1], now: at(0))
        #expect(it.regions.allSatisfy { $0.ping == nil })
        round(&it) { $0 == 0 ? 118 : 31 }
        #expect(it.order == [1, 0])
        #expect(it.regions == [.init(endpoint: 1, ping: 31), .init(endpoint: 0, ping: 118)])
    }

    @Test(
        "What is not a fifth and ten milliseconds nearer changes nothing",
        arguments: [(100.0, 81.0), (100, 95), (12, 3), (31, 31)])
    mutating func near(leader: Double, other: Double) {
        var it = RegionChooser([0, 1], now: at(0))
        for _ in 0..<4 { round(&it) { $0 == 0 ? leader : other } }
        #expect(it.order == [0, 1])
    }

    @Test("One lucky round trip of a far node counts for nothing, in the first round and in any later one")
    mutating func lucky() {
        for luckyTrip in 0..<12 {
            var it = RegionChooser([0, 1], now: at(0))
            var trips = 0
            for _ in 0..<4 {
                round(&it) { endpoint in
                    guard endpoint == 1 else { return 40 }
                    trips += 1
                    return trips - 1 == luckyTrip ? 1 : 120
                }
            }
            #expect(it.order == [0, 1], "trip \(luckyTrip)")
        }
    }

    @Test("A leader that is slow for one round stays, one that stays slow goes")
    mutating func slow() {
        var it = RegionChooser([0, 1], now: at(0))
        for _ in 0..<3 { round(&it) { $0 == 0 ? 30 : 110 } }
        round(&it) { $0 == 0 ? 400 : 110 }
        #expect(it.order == [0, 1])
        round(&it) { $0 == 0 ? 400 : 110 }
        #expect(it.order == [1, 0])
        #expect(it.regions.map(\.ping) == [110, 400])
    }

    @Test("A leader that answers no more goes; where nobody answers nothing changes, and it is looked again in minutes")
    mutating func silent() {
        var it = RegionChooser([0, 1], now: at(0))
        round(&it) { $0 == 0 ? 30 : 110 }
        for _ in 0..<2 { round(&it) { $0 == 0 ? nil : 110 } }
        #expect(it.order == [1, 0] && it.regions[1].ping == nil)
        var alone = RegionChooser([0, 1], now: at(0))
        round(&alone) { _ in nil }
        #expect(alone.order == [0, 1])
        #expect(alone.nextDeadline < at(800))
    }

    @Test("Other nodes: what stays keeps its place and its past, what comes is measured at once")
    mutating func changed() {
        var it = RegionChooser([0, 1], now: at(0))
        round(&it) { $0 == 0 ? 118 : 31 }
        it.change(to: [2, 0, 1], now: at(100))
        #expect(it.order == [1, 0, 2] && it.regions.map(\.ping) == [31, 118, nil])
        #expect(it.nextDeadline == at(100))
        round(&it) { [118, 31, 5][$0] }
        #expect(it.order == [2, 1, 0])
        it.change(to: [0], now: at(200))
        #expect(it.order == [0])
    }

    /// One world: two nodes by their least round trips, with queues, spikes, lucky measurements and outages.
    private struct World {
        let least: [Double]
        var random: SeededGenerator

        mutating func trip(_ endpoint: Int) -> Double? {
            let draw = random.unit()
            if draw < 0.02 { return nil }
            if draw < 0.07 { return least[endpoint] * 0.2 }
            if draw < 0.12 { return least[endpoint] + 500 * random.unit() }
            return least[endpoint] - 15 * Numerics.naturalLog(max(random.unit(), 1e-9))
        }
    }

    @Test(
        "A year of 40 seeds: the near one leads after the first day and ever after, though one trip in twenty is lucky")
    mutating func year() {
        var far = 0
        var rounds = 0
        for seed in 0..<40 {
            var world = World(
                least: seed % 2 == 0 ? [31, 118] : [118, 31], random: SeededGenerator(seed: UInt64(seed)))
            let near = seed % 2
            var it = RegionChooser([0, 1], now: at(0))
            for index in 0..<2_190 {
                round(&it) { world.trip($0) }
                guard index >= 6 else { continue }
                rounds += 1
                if it.order[0] != near { far += 1 }
            }
        }
        #expect(rounds == 40 * 2_184)
        #expect(Double(far) / Double(rounds) < 0.0001, "\(far) of \(rounds)")
    }

    @Test("A year of 20 seeds with two nodes that are equally far: they change places less than once a month")
    mutating func equal() {
        var changes = 0
        for seed in 0..<20 {
            var world = World(least: [90, 95], random: SeededGenerator(seed: UInt64(seed)))
            var it = RegionChooser([0, 1], now: at(0))
            for _ in 0..<2_190 {
                let before = it.order
                round(&it) { world.trip($0) }
                if it.order != before { changes += 1 }
            }
        }
        #expect(Double(changes) / 20 < 12, "\(changes) in 20 years")
    }
}
