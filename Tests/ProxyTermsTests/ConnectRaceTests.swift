import ProxyTerms
import Testing

@Suite("Which address is connected to")
struct ConnectRaceTests {
    private static let start = Instant(milliseconds: 1000)

    private func at(_ milliseconds: Int64) -> Instant { Self.start.adding(milliseconds: milliseconds) }

    /// All that is due at a moment.
    private func steps(_ race: inout ConnectRace, _ milliseconds: Int64) -> [ConnectRace.Step] {
        var steps: [ConnectRace.Step] = []
        while let step = race.step(now: at(milliseconds)) {
            steps.append(step)
            if step == .lost { break }
        }
        return steps
    }

    @Test("The first address has a head start of 250 ms, then the next is tried beside it")
    func headStart() {
        var race = ConnectRace(addresses: 2, now: Self.start)
        #expect(steps(&race, 0) == [.attempt(0)])
        #expect(race.nextDeadline == at(250))
        #expect(steps(&race, 249).isEmpty)
        #expect(steps(&race, 250) == [.attempt(1)])
    }

    @Test("After a failure the next address is tried at once")
    func failure() {
        var race = ConnectRace(addresses: 3, now: Self.start)
        _ = steps(&race, 0)
        race.failed(0, now: at(3))
        #expect(steps(&race, 3) == [.attempt(1)])
        #expect(race.nextDeadline == at(253))
    }

    @Test("Each address has a deadline of its own, counted from its own try")
    func deadlines() {
        var race = ConnectRace(addresses: 2, now: Self.start)
        _ = steps(&race, 0)
        _ = steps(&race, 250)
        #expect(race.nextDeadline == at(5000))
        #expect(steps(&race, 5000) == [.giveUp(0)])
        #expect(race.nextDeadline == at(5250))
        #expect(steps(&race, 5250) == [.giveUp(1), .lost])
    }

    @Test("The race is lost when all addresses have failed, and not before", arguments: [0, 1, 2, 5])
    func lost(count: Int) {
        var race = ConnectRace(addresses: count, now: Self.start)
        for index in 0..<count {
            #expect(steps(&race, Int64(index)) == [.attempt(index)])
            race.failed(index, now: at(Int64(index)))
        }
        #expect(steps(&race, Int64(count)) == [.lost])
        #expect(race.nextDeadline == .never)
    }

    @Test("A name with hundreds of addresses is over within a lane's ten seconds")
    func bound() {
        var race = ConnectRace(addresses: 500, now: Self.start)
        var attempts = 0
        var now: Int64 = 0
        while true {
            let steps = steps(&race, now)
            attempts += steps.count { if case .attempt = $0 { true } else { false } }
            if steps.last == .lost { break }
            now = race.nextDeadline.milliseconds - Self.start.milliseconds
        }
        #expect(attempts == ConnectRace.mostAddresses)
        #expect(now < 10_000)
    }
}

@Suite("In which order addresses are tried")
struct AddressOrderTests {
    /// Addresses below 100 are IPv4.
    private func sorted(_ order: AddressOrder<Int>, _ addresses: [Int]) -> [Int] {
        order.sorted(addresses) { $0 >= 100 }
    }

    @Test("The families take turns, the first stays first")
    func interleaved() {
        let order = AddressOrder<Int>()
        #expect(sorted(order, [101, 102, 103, 1, 2]) == [101, 1, 102, 2, 103])
        #expect(sorted(order, [1, 2, 101]) == [1, 101, 2])
        #expect(sorted(order, []).isEmpty)
    }

    @Test("What failed is tried last the next time, what failed longest ago before it")
    func failures() {
        var order = AddressOrder<Int>()
        order.failed(101)
        #expect(sorted(order, [101, 1]) == [1, 101])
        order.failed(1)
        #expect(sorted(order, [101, 1]) == [101, 1])
    }

    @Test("A login that goes through clears an address")
    func worked() {
        var order = AddressOrder<Int>()
        order.failed(1)
        order.worked(1)
        #expect(sorted(order, [1, 2]) == [1, 2])
    }

    @Test("Only so many failures are remembered, the last ones")
    func bound() {
        var order = AddressOrder<Int>()
        for address in 0..<100 { order.failed(address) }
        // The first 36 are forgotten.
        #expect(sorted(order, [99, 36, 35]) == [35, 36, 99])
    }
}
