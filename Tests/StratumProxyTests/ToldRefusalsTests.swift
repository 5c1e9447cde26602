import ProxyTerms
import Testing

@testable import StratumProxy

@Suite("Refusals: told once of each cause and peer, counted after that")
struct ToldRefusalsTests {
    private func at(_ seconds: Double) -> Instant { Instant(milliseconds: 1_000_000).adding(seconds: seconds) }

    private func peer(_ number: Int) -> ClientAddress { ClientAddress(ipv4: 0x0A00_0000 + UInt32(number)) }

    /// A refusal; its line, if it is told.
    private func refuse(
        _ told: inout ToldRefusals, _ cause: String, _ number: Int?, at seconds: Double
    ) -> String? {
        let address = number.map(peer)
        return told.add(cause, of: address, .warning, .rigs, now: at(seconds)) { count in
            "\(cause): \(count), the last \(address.map { "\($0)" } ?? "-")"
        }?.text
    }

    // Fault D07.
    @Test(
        "The first login of each rig that can't mine the fork is told, and all that follow are counted, the last ones too"
    )
    func forkDay() {
        var told = ToldRefusals()
        #expect(refuse(&told, "algorithm", 1, at: 0) == "algorithm: 1, the last 10.0.0.1")
        #expect(refuse(&told, "algorithm", 2, at: 1) == "algorithm: 1, the last 10.0.0.2")
        // They knock every five seconds, and give up after a while.
        for second in stride(from: 5.0, through: 30, by: 5) {
            #expect(
                refuse(&told, "algorithm", 1, at: second) == nil && refuse(&told, "algorithm", 2, at: second) == nil)
        }
        #expect(told.due(now: at(59)).isEmpty)
        #expect(told.due(now: at(75)).map(\.text) == ["algorithm: 12, the last 10.0.0.2"])
        #expect(told.due(now: at(7_200)).isEmpty)
    }

    // Fault D08.
    @Test("Causes are told and counted each for itself; what has no peer is news again after an hour of silence")
    func causes() {
        var told = ToldRefusals()
        #expect(refuse(&told, "strangers", 1, at: 0) != nil)
        #expect(refuse(&told, "tls", 1, at: 0) != nil)
        #expect(refuse(&told, "crowd", nil, at: 0) == "crowd: 1, the last -")
        for cause in ["strangers", "tls", "tls"] { #expect(refuse(&told, cause, 1, at: 10) == nil) }
        #expect(refuse(&told, "crowd", nil, at: 10) == nil)
        #expect(
            told.due(now: at(60)).map(\.text) == [
                "crowd: 1, the last -", "strangers: 1, the last 10.0.0.1", "tls: 2, the last 10.0.0.1",
            ])
        _ = told.due(now: at(10_000))
        #expect(refuse(&told, "crowd", nil, at: 10_001) == "crowd: 1, the last -")
    }

    @Test("A rig that knocks all day costs some thirty lines, and each knock is in one of them")
    func allDay() {
        var told = ToldRefusals()
        var lines = 0
        var counted = 0
        for second in 0..<86_400 {
            if second % 5 == 0, let line = refuse(&told, "algorithm", 1, at: Double(second)) {
                #expect(line.hasPrefix("algorithm: 1,"))
                counted += 1
            }
            for line in told.due(now: at(Double(second))) {
                lines += 1
                counted += Int(line.text.dropFirst("algorithm: ".count).prefix { $0 != "," }) ?? 0
            }
        }
        #expect((20...35).contains(lines))
        counted += told.due(now: at(100_000)).reduce(0) { sum, line in
            sum + (Int(line.text.dropFirst("algorithm: ".count).prefix { $0 != "," }) ?? 0)
        }
        #expect(counted == 17_280)
    }

    @Test("However many peers and causes there are, memory is bounded, and the first of each peer is told")
    func bounded() {
        var told = ToldRefusals()
        for number in 0..<10_000 { #expect(refuse(&told, "algorithm", number, at: Double(number)) != nil) }
        for number in 0..<2_000 { _ = refuse(&told, "cause \(number / 2)", 1, at: 10_000) }
        #expect((1...ToldRefusals.mostCauses).contains(told.due(now: at(20_000)).count))
    }
}
