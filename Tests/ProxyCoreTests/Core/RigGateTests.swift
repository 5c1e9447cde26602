import ProxyTerms
import Testing

@testable import ProxyCore

/// Who comes in, and who keeps a place (docs/security.md).
@Suite("The gate for rigs")
struct RigGateTests {
    private let here = ClientAddress(ipv4: 0xC000_0201)
    private let there = ClientAddress(ipv4: 0xC000_0202)

    private func harness(rigs: Int = 8, _ change: (inout CoreSettings) -> Void = { _ in }) -> CoreHarness {
        let harness = CoreHarness {
            $0.limits = AddressBounds(rigs: rigs, connectionsPerSecond: 1000, loginsPerSecond: 1000)
            change(&$0)
        }
        harness.bringUp()
        return harness
    }

    /// Has a rig find a share.
    private func mine(_ harness: CoreHarness, _ rig: RigID) throws {
        let line = try #require(harness.take(rig).last)
        let nonce = try slot(of: line) | 1
        harness.submit(rig, id: 2, job: try #require(member("job_id", of: line)), nonce: nonce, hash: 1)
    }

    private func refusals(_ harness: CoreHarness, _ limit: AddressLimit) -> [Int] {
        harness.notices.compactMap {
            if case .addressRefused(_, limit, let count) = $0 { count } else { nil }
        }
    }

    // Fault R26.
    @Test("Connections without a login keep nobody of their own address out: the oldest goes")
    func idle() {
        let harness = harness(rigs: 4)
        let idle = (0..<4).map { _ in harness.connect(from: here) }
        harness.advance(0.1)
        let rig = harness.login(from: here)
        #expect(harness.closedRigs == [idle[0]])
        #expect(harness.take(rig).count == 1)
        #expect(refusals(harness, .rigs) == [1])
        // Not for want of places: the log would have LimitNOFILE raised.
        let reasons = harness.notices.compactMap {
            if case .connectionDropped(_, _, let reason) = $0 { reason } else { nil }
        }
        #expect(reasons == [.addressFull])
    }

    @Test("Rigs that have logged in keep further ones of their address out, and nobody else")
    func full() {
        let harness = harness(rigs: 3)
        for _ in 0..<3 { _ = harness.login(from: here) }
        #expect(harness.core.rigConnected(from: here, now: harness.now) == nil)
        #expect(harness.take(harness.login(from: there)).count == 1)
        #expect(harness.closedRigs.isEmpty)
    }

    // Fault R29.
    @Test("A wrong password's answer waits, ever longer; the right one's never does, from the same address as well")
    func delay() {
        let harness = harness { $0.accessPassword = "secret" }
        let first = harness.login(pass: "guess", from: here)
        #expect(harness.take(first).isEmpty && harness.closedRigs.isEmpty)
        let right = harness.login(pass: "secret", from: here)
        #expect(harness.take(right).first?.range(of: "\"OK\"") != nil)
        harness.advance(0.25)
        #expect(harness.take(first).first?.range(of: "Permission denied") != nil)
        #expect(harness.closedRigs == [first])
        let second = harness.login(pass: "secret2", from: here)
        harness.advance(0.4)
        #expect(harness.take(second).isEmpty)
        harness.advance(0.1)
        #expect(harness.closedRigs == [first, second])
        #expect(refusals(harness, .guesses) == [1])
    }

    @Test("Who waits for the answer to a wrong password has had its try")
    func oneTry() {
        let harness = harness { $0.accessPassword = "secret" }
        let rig = harness.login(pass: "guess", from: here)
        harness.send(rig, "{\"id\":2,\"method\":\"login\",\"params\":{\"login\":\"x\",\"pass\":\"secret\"}}")
        harness.advance(0.25)
        #expect(harness.take(rig).count == 1)
        #expect(harness.closedRigs == [rig])
    }

    @Test("A storm of guesses leaves neither answers nor addresses behind")
    func storm() {
        let harness = harness(rigs: 256) { $0.accessPassword = "secret" }
        var gone = 0
        func leave() {
            for rig in harness.closedRigs[gone...] { harness.disconnect(rig) }
            gone = harness.closedRigs.count
        }
        for _ in 0..<200 {
            _ = harness.login(pass: "guess", from: here)
            leave()
        }
        #expect(harness.core.gate.remembered.waiting <= AddressLimits.mostWaiting)
        harness.advance(9)
        leave()
        #expect(harness.core.gate.remembered.waiting == 0)
        #expect(harness.core.registry.rigs.count == 0)
    }

    @Test("A login over the rate is told so and closed")
    func loginRate() {
        let harness = harness(rigs: 3) { $0.limits?.loginsPerSecond = 0.1 }
        for _ in 0..<3 { harness.disconnect(harness.login(from: here)) }
        harness.advance(0.1)
        let late = harness.login(from: here)
        #expect(harness.take(late).first?.range(of: "Too many logins") != nil)
        #expect(harness.closedRigs == [late])
        #expect(harness.take(harness.login(from: there)).first?.range(of: "\"OK\"") != nil)
    }

    // Fault R26.
    @Test("Where all places are taken the rig that was longest without a share goes, and never one that found one")
    func places() throws {
        let harness = harness { $0.maxRigs = 3 }
        let miner = harness.login(from: here)
        try mine(harness, miner)
        let idle = (0..<2).map { _ in harness.login(from: there) }
        // Nobody's first share is to be expected at once.
        #expect(harness.core.rigConnected(from: here, now: harness.now) == nil)
        harness.advance(61)
        let late = harness.login(from: here)
        #expect(harness.closedRigs == [idle[0]])
        #expect(harness.take(late).count == 1)
    }

    @Test("Of rigs that have mined nothing for ten minutes an address keeps so many")
    func withoutShare() throws {
        let harness = harness { $0.limits?.rigsWithoutShare = 2 }
        let miner = harness.login(from: here)
        try mine(harness, miner)
        let idle = (0..<4).map { number in
            harness.advance(Double(number))
            return harness.login(from: here)
        }
        let other = harness.login(from: there)
        for minute in 0..<13 {
            harness.advance(60)
            for rig in idle + [miner, other] where !harness.closedRigs.contains(rig) {
                harness.send(rig, "{\"id\":\(minute + 9),\"method\":\"keepalived\",\"params\":{}}")
            }
        }
        #expect(harness.closedRigs == Array(idle[..<2]))
        #expect(refusals(harness, .withoutShare).first != nil)
    }

    @Test("Another password and other bounds count from now on; who is there stays")
    func changed() {
        let harness = CoreHarness {
            $0.accessPassword = "old"; $0.limits = AddressBounds(rigs: 4)
        }
        harness.bringUp()
        let here = ClientAddress(ipv4: 0x0A00_0009)
        let first = harness.login("first", pass: "old", from: here)
        harness.core.changeRigs(password: "new", limits: AddressBounds(rigs: 1), verifyShares: .off)
        #expect(harness.core.rigConnected(from: here, now: harness.now) == nil)
        let second = harness.login("second", pass: "new", from: ClientAddress(ipv4: 0x0A00_000A))
        #expect(harness.take(second).first?.range(of: "\"OK\"") != nil)
        #expect(harness.closedRigs.isEmpty && harness.take(first).first?.range(of: "\"OK\"") != nil)
    }
}
