import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Bounds of an address")
struct AddressLimitsTests {
    private let here = ClientAddress(ipv4: 0xC000_0201)
    private let there = ClientAddress(ipv4: 0xC000_0202)

    /// `#expect` changes no values.
    private final class Table {
        private var limits: AddressLimits

        init(_ limits: AddressLimits) { self.limits = limits }

        var count: Int { limits.count }
        func connections(of address: ClientAddress) -> Int { limits.connections(of: address) }
        func connects(_ address: ClientAddress, now: Instant) -> AddressLimits.Admission {
            limits.connects(address, now: now)
        }
        func left(_ address: ClientAddress) { limits.left(address) }
        func logsIn(_ address: ClientAddress, now: Instant) -> Bool { limits.logsIn(address, now: now) }
        func rightPassword(_ address: ClientAddress, now: Instant) { limits.rightPassword(address, now: now) }
        func wrongPassword(_ address: ClientAddress, now: Instant) -> Double? {
            limits.wrongPassword(address, now: now)
        }
        func answered(_ address: ClientAddress) { limits.answered(address) }
        func refused(_ address: ClientAddress, _ limit: AddressLimit, now: Instant) -> Int? {
            limits.refused(address, limit, now: now)
        }
    }

    private func limits(_ bounds: AddressBounds, capacity: Int = 100) -> Table {
        Table(AddressLimits(bounds, capacity: capacity))
    }

    private func at(_ seconds: Double) -> Instant { Instant(milliseconds: Int64(1_000_000 + seconds * 1000)) }

    @Test("An address has so many connections at a time, and another one its own")
    func rigs() {
        let limits = limits(AddressBounds(rigs: 3, connectionsPerSecond: 100))
        for _ in 0..<3 { #expect(limits.connects(here, now: at(0)) == .admitted) }
        #expect(limits.connects(here, now: at(1)) == .refused(.rigs))
        #expect(limits.connects(there, now: at(1)) == .admitted)
        limits.left(here)
        #expect(limits.connects(here, now: at(2)) == .admitted)
        #expect(limits.connections(of: here) == 3)
    }

    // Fault R27, R33.
    @Test("A whole farm may come at once; after that connections come at their rate")
    func connectionRate() {
        let limits = limits(AddressBounds(rigs: 10, connectionsPerSecond: 2))
        func comeAndGo(_ now: Instant) -> AddressLimits.Admission {
            let admission = limits.connects(here, now: now)
            if admission == .admitted { limits.left(here) }
            return admission
        }
        for _ in 0..<10 { #expect(comeAndGo(at(0)) == .admitted) }
        #expect(comeAndGo(at(0)) == .refused(.connectionRate))
        #expect(comeAndGo(at(0.5)) == .admitted)
        #expect(comeAndGo(at(0.5)) == .refused(.connectionRate))
        // A long quiet time gives no more than the burst.
        let admitted = (0..<50).filter { _ in comeAndGo(at(10_000)) == .admitted }.count
        #expect(admitted == 10)
    }

    // Fault R28.
    @Test("Logins have a rate of their own")
    func loginRate() {
        let limits = limits(AddressBounds(rigs: 5, loginsPerSecond: 1))
        #expect(limits.connects(here, now: at(0)) == .admitted)
        let good = (0..<8).filter { _ in limits.logsIn(here, now: at(0)) }.count
        #expect(good == 5)
        #expect(limits.logsIn(here, now: at(1)))
        #expect(!limits.logsIn(here, now: at(1)))
    }

    // Fault S11.
    @Test("All of a /64 is one address; IPv4 written as IPv6 is that IPv4 address")
    func prefixes() {
        let limits = limits(AddressBounds(rigs: 2))
        let prefix: UInt64 = 0x2001_0DB8_0001_0002
        for host in UInt64(1)...2 {
            #expect(limits.connects(ClientAddress(ipv6High: prefix, low: host), now: at(0)) == .admitted)
        }
        #expect(limits.connects(ClientAddress(ipv6High: prefix, low: 99), now: at(0)) != .admitted)
        #expect(limits.connects(ClientAddress(ipv6High: prefix + 1, low: 1), now: at(0)) == .admitted)
        _ = limits.connects(here, now: at(0))
        _ = limits.connects(ClientAddress(ipv6High: 0, low: 0xFFFF_C000_0201), now: at(0))
        #expect(limits.connections(of: here) == 2)
    }

    // Fault R29.
    @Test("The answer to each further wrong password waits twice as long, up to 8 s; ten quiet minutes forgive")
    func delay() {
        let limits = limits(AddressBounds(rigs: 100))
        _ = limits.connects(here, now: at(0))
        var delays: [Double?] = []
        for number in 0..<8 {
            delays.append(limits.wrongPassword(here, now: at(Double(number))))
            limits.answered(here)
        }
        #expect(delays == [0.25, 0.5, 1, 2, 4, 8, 8, 8])
        #expect(limits.wrongPassword(here, now: at(700)) == 0.25)
    }

    @Test("No more than 16 answers of an address wait: further guesses get none")
    func waiting() {
        let limits = limits(AddressBounds(rigs: 100))
        _ = limits.connects(here, now: at(0))
        let answers = (0..<20).filter { _ in limits.wrongPassword(here, now: at(0)) != nil }.count
        #expect(answers == AddressLimits.mostWaiting)
        limits.answered(here)
        #expect(limits.wrongPassword(here, now: at(0)) != nil)
    }

    // Fault R29.
    @Test("3,000 guesses within an hour lock an address out, for a minute, then two; others come in")
    func lockout() {
        let limits = limits(AddressBounds(rigs: 100))
        func guess(_ count: Int, _ now: Instant) {
            for _ in 0..<count { _ = limits.wrongPassword(here, now: now) }
        }
        _ = limits.connects(here, now: at(0))
        guess(AddressLimits.mostGuesses - 1, at(0))
        #expect(limits.connects(here, now: at(0)) == .admitted)
        guess(1, at(0))
        #expect(limits.connects(here, now: at(59)) == .refused(.guesses))
        #expect(limits.connects(there, now: at(59)) == .admitted)
        #expect(limits.connects(here, now: at(60)) == .admitted)
        guess(AddressLimits.mostGuesses, at(60))
        #expect(limits.connects(here, now: at(179)) == .refused(.guesses))
        #expect(limits.connects(here, now: at(180)) == .admitted)
    }

    @Test("An address from which a right password came is never locked out: honest rigs are behind it")
    func shared() {
        let limits = limits(AddressBounds(rigs: 100))
        _ = limits.connects(here, now: at(0))
        limits.rightPassword(here, now: at(0))
        for _ in 0..<10_000 { _ = limits.wrongPassword(here, now: at(1)) }
        #expect(limits.connects(here, now: at(1)) == .admitted)
    }

    // Fault R28, R29.
    @Test("What was refused is told once a minute an address, with its count")
    func told() {
        let limits = limits(AddressBounds(rigs: 1))
        _ = limits.connects(here, now: at(0))
        #expect(limits.refused(here, .guesses, now: at(0)) == 1)
        for second in 1..<60 { #expect(limits.refused(here, .guesses, now: at(Double(second))) == nil) }
        #expect(limits.refused(here, .rigs, now: at(30)) == 1)
        #expect(limits.refused(here, .guesses, now: at(60)) == 60)
    }

    // Fault R28.
    @Test("The table is bounded however many addresses come, and never forgets one with a connection")
    func bounded() {
        let limits = limits(AddressBounds(rigs: 2), capacity: 50)
        _ = limits.connects(here, now: at(0))
        for number in 0..<10_000 {
            let guest = ClientAddress(ipv6High: 0x2001_0DB8_0000_0000 + UInt64(number), low: 0)
            #expect(limits.connects(guest, now: at(Double(number))) == .admitted)
            _ = limits.wrongPassword(guest, now: at(Double(number)))
            limits.answered(guest)
            limits.left(guest)
            #expect(limits.count <= 50)
        }
        #expect(limits.connections(of: here) == 1)
    }

    @Test("A connection without an address of its own has no bounds")
    func unknown() {
        let limits = limits(AddressBounds(rigs: 1))
        for _ in 0..<100 { #expect(limits.connects(.unknown, now: at(0)) == .admitted) }
        #expect(limits.count == 0)
    }

    @Test(
        "One key is enough for a farm of 2,000 behind one address: it comes at once, and again after a lost connection")
    func farm() {
        let limits = limits(AddressBounds(rigs: 2_000))
        for start in [0.0, 300] {
            for _ in 0..<2_000 {
                #expect(limits.connects(here, now: at(start)) == .admitted)
                #expect(limits.logsIn(here, now: at(start)))
            }
            for _ in 0..<2_000 { limits.left(here) }
        }
    }
}
