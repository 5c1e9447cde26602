import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Quarantine")
struct QuarantineTests {
    private let home = ClientAddress(ipv4: 0xC000_0207)
    private func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }
    private func place(_ name: String, _ address: ClientAddress? = nil) -> Quarantine.Place {
        Quarantine.Place(address: address ?? home, name: name)
    }

    // Fault R30.
    @Test("A liar is cut off for a minute, then twice as long each time, up to an hour, and comes back on probation")
    func doubling() {
        var quarantine = Quarantine()
        #expect(quarantine.admission(of: place("liar"), now: at(0)) == .welcome)
        var now = 0.0
        var cuts: [Int] = []
        for _ in 0..<8 {
            guard
                case .cutOff(let seconds) = quarantine.bad(
                    place("liar"), lies: true, canWatch: true, for: .provenWrong, now: at(now))
            else {
                Issue.record("not cut off")
                return
            }
            cuts.append(seconds)
            #expect(
                quarantine.admission(of: place("liar"), now: at(now + 0.5)) == .cutOff(seconds: seconds, .provenWrong))
            #expect(
                quarantine.admission(of: place("liar"), now: at(now + Double(seconds) - 1))
                    == .cutOff(seconds: 1, .provenWrong))
            now += Double(seconds)
            #expect(quarantine.admission(of: place("liar"), now: at(now)) == .probation(isItself: true))
        }
        #expect(cuts == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600])
    }

    @Test("Other rigs behind its address stay, on probation; rigs elsewhere with its name are welcome")
    func others() {
        var quarantine = Quarantine()
        _ = quarantine.bad(place("x"), lies: true, canWatch: true, for: .provenWrong, now: at(0))
        #expect(quarantine.admission(of: place("garage"), now: at(1)) == .probation(isItself: false))
        let elsewhere = ClientAddress(ipv4: 0xC000_0208)
        #expect(quarantine.admission(of: place("x", elsewhere), now: at(1)) == .welcome)
        #expect(quarantine.admission(of: place("garage", elsewhere), now: at(1)) == .welcome)
    }

    @Test(
        "A rig that can be watched is not cut off for single bad shares; one that can't is with the second within minutes"
    )
    func watched() {
        var quarantine = Quarantine()
        for second in 0..<20 {
            #expect(
                quarantine.bad(place("a"), lies: false, canWatch: true, for: .provenWrong, now: at(Double(second)))
                    == .watched)
        }
        #expect(quarantine.bad(place("b"), lies: false, canWatch: false, for: .refusedAsWrong, now: at(0)) == .watched)
        #expect(
            quarantine.bad(place("b"), lies: false, canWatch: false, for: .refusedAsWrong, now: at(599))
                == .cutOff(seconds: 60))
        #expect(quarantine.bad(place("c"), lies: false, canWatch: false, for: .refusedAsWrong, now: at(0)) == .watched)
        #expect(
            quarantine.bad(place("c"), lies: false, canWatch: false, for: .refusedAsWrong, now: at(601)) == .watched)
    }

    @Test(
        "An address whose every rig lies, under ever new names, is cut off itself; not where an honest rig is behind it"
    )
    func newNames() {
        for isGoodToo in [false, true] {
            var quarantine = Quarantine()
            for number in 0..<Quarantine.mostNames {
                let now = at(Double(number))
                #expect(quarantine.admission(of: place("next"), now: now) != .cutOff(seconds: 60, .provenWrong))
                if isGoodToo { quarantine.proven(at: home, now: now) }
                _ = quarantine.bad(place("liar\(number)"), lies: true, canWatch: true, for: .provenWrong, now: now)
            }
            let admission = quarantine.admission(of: place("next"), now: at(Double(Quarantine.mostNames - 1)))
            #expect(admission == (isGoodToo ? .probation(isItself: false) : .cutOff(seconds: 60, .provenWrong)))
        }
    }

    /// So many names of `home` were cut off at 0, and with them the address.
    private func cutAddress(_ names: Int = Quarantine.mostNames) -> Quarantine {
        var quarantine = Quarantine()
        for number in 0..<names {
            _ = quarantine.bad(place("liar\(number)"), lies: true, canWatch: true, for: .provenWrong, now: at(0))
        }
        return quarantine
    }

    @Test("While an address is cut off, a name that was never caught is let in once a minute, and one that was is not")
    func trial() {
        var quarantine = cutAddress()
        let latest = Quarantine.trialSeconds + Double(Quarantine.trialSpread)
        let early = quarantine.takesTrial(place("new"), now: at(59))
        #expect(quarantine.isCutOff(home, now: at(59)) && !early)
        for number in 1...3 {
            let now = at(Double(number) * latest)
            // A liar knows of no end: its address is cut off for ever longer.
            _ = quarantine.bad(place("more\(number)"), lies: true, canWatch: true, for: .provenWrong, now: now)
            #expect(quarantine.isCutOff(home, now: now))
            #expect(!quarantine.isCutOff(home, now: now.adding(seconds: latest)))
            let again = quarantine.takesTrial(place("liar0"), now: now.adding(seconds: latest))
            #expect(!again)
        }
        let now = at(4 * latest)
        let taken = quarantine.takesTrial(place("new"), now: now)
        let more = quarantine.takesTrial(place("next"), now: now)
        #expect(taken && !more && quarantine.isCutOff(home, now: now))
    }

    @Test("Trials come at uneven times, so that whoever knocks in step isn't the first one each time")
    func unevenTrials() {
        var waits: Set<Int> = []
        for number in 0..<20 {
            var quarantine = cutAddress(12)
            let taken = quarantine.takesTrial(place("new\(number)"), now: at(100))
            #expect(taken)
            waits.insert((160...180).first { !quarantine.isCutOff(home, now: at(Double($0))) } ?? 0)
        }
        #expect(waits.count > 5 && !waits.contains(0))
    }

    @Test("A share that is proven opens its address again")
    func opened() {
        var quarantine = cutAddress()
        quarantine.proven(at: home, now: at(1))
        #expect(!quarantine.isCutOff(home, now: at(1)))
        #expect(quarantine.admission(of: place("new"), now: at(1)) == .probation(isItself: false))
        #expect(quarantine.admission(of: place("liar0"), now: at(1)) == .cutOff(seconds: 59, .provenWrong))
    }

    @Test("A rig that floods is cut off, and says nothing about its address")
    func flood() {
        var quarantine = Quarantine()
        #expect(quarantine.flooded(place("flood"), now: at(0)) == 60)
        #expect(quarantine.flooded(place("flood"), now: at(61)) == 120)
        #expect(quarantine.admission(of: place("flood"), now: at(100)) == .cutOff(seconds: 81, .flood))
        #expect(quarantine.admission(of: place("garage"), now: at(100)) == .welcome)
    }

    @Test("After a day without a bad share all is forgotten")
    func forgotten() {
        var quarantine = Quarantine()
        _ = quarantine.bad(place("liar"), lies: true, canWatch: true, for: .provenWrong, now: at(0))
        #expect(quarantine.admission(of: place("liar"), now: at(86_399)) == .probation(isItself: true))
        #expect(quarantine.admission(of: place("liar"), now: at(86_400)) == .welcome)
        #expect(
            quarantine.bad(place("liar"), lies: true, canWatch: true, for: .provenWrong, now: at(90_000))
                == .cutOff(seconds: 60))
    }

    // Fault R28.
    @Test("However many names and addresses lie, so many are remembered, the newest among them")
    func bounded() {
        var quarantine = Quarantine(capacity: 100)
        for number in 0..<5_000 {
            let address = ClientAddress(ipv4: UInt32(number))
            quarantine.proven(at: address, now: at(Double(number)))
            _ = quarantine.bad(
                place("liar\(number)", address), lies: true, canWatch: true, for: .provenWrong, now: at(Double(number)))
            #expect(quarantine.count.places <= 100)
            #expect(quarantine.count.addresses <= 100)
            #expect(
                quarantine.admission(of: place("liar\(number)", address), now: at(Double(number)))
                    == .cutOff(seconds: 60, .provenWrong))
        }
    }
}

@Suite("Where a rig connects from")
struct ClientAddressTests {
    // Fault S11.
    @Test("IPv4 is an address of its own, however it is written; IPv6 counts by its /64")
    func keys() {
        let v4 = ClientAddress(ipv4: 0xC000_0207)
        #expect("\(v4)" == "192.0.2.7")
        #expect(ClientAddress(ipv6High: 0, low: 0xFFFF_C000_0207) == v4)
        let high: UInt64 = 0x2001_0DB8_0001_0002
        #expect(ClientAddress(ipv6High: high, low: 1) == ClientAddress(ipv6High: high, low: 2))
        #expect("\(ClientAddress(ipv6High: high, low: 1))" == "2001:db8:1:2::/64")
        #expect(ClientAddress(ipv6High: high + 1, low: 1) != ClientAddress(ipv6High: high, low: 1))
        #expect("\(ClientAddress.unknown)" == "-")
    }
}

@Suite("What a pool session has seen")
struct SessionRiskTests {
    @Test("No more than two shares that nobody has proven may turn out bad")
    func most() {
        var risk = SessionRisk()
        #expect(risk.mayRisk)
        risk.sent()
        risk.sent()
        #expect(!risk.mayRisk)
        risk.settled()
        risk.sawBad()
        #expect(!risk.mayRisk)
        risk.settled()
        #expect(risk.mayRisk)
        #expect(risk.isTainted)
        risk.sawBad()
        #expect(!risk.mayRisk)
        #expect(!SessionRisk().isTainted)
    }
}
