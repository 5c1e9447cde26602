import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("The warden: what becomes of rigs whose shares are wrong")
struct WardenTests {
    private static let hash: UInt64 = 1 << 40
    private let home = ClientAddress(ipv4: 0xC000_0207)

    private func harness(_ mode: VerifyShares, hasXvB: Bool = false) -> CoreHarness {
        let harness = CoreHarness(hasXvB: hasXvB) { $0.verifyShares = mode }
        if hasXvB { for lane in harness.lanes(.xvb) { harness.logIn(lane) } } else { harness.bringUp() }
        return harness
    }

    /// The pool's verdict on all that it was sent: yes, or that error.
    private func answerAll(_ harness: CoreHarness, _ lane: LaneID, error: String? = nil) {
        for line in harness.take(lane) where member("method", of: line) == "submit" {
            harness.verdict(line, from: lane, error: error)
        }
    }

    private func refuseAll(_ harness: CoreHarness, _ lane: LaneID) {
        answerAll(harness, lane, error: "Invalid PoW")
    }

    /// A rig at home whose first share was proven and accepted.
    private func trusted(_ harness: CoreHarness, _ login: String) -> RigID {
        let (rig, job, slot) = harness.mining(login, from: home)
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        harness.prove(.proven)
        for lane in harness.lanes(.p2pool) { answerAll(harness, lane) }
        return rig
    }

    private func trust(_ harness: CoreHarness, _ rig: RigID) -> RigTrust.Standing? {
        harness.core.registry.rigs.find(rig)?.tally.record?.trust.standing
    }

    @Test("A rig that has proven its shares is believed after a reconnect: nothing is proven anew")
    func reconnect() {
        let harness = harness(.suspects)
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        for nonce in 1...2 as ClosedRange<UInt32> {
            harness.submit(rig, id: 2, job: job, nonce: slot | nonce, hash: Self.hash)
            harness.prove(.proven)
        }
        #expect(trust(harness, rig) == .proven)
        harness.disconnect(rig)
        let (back, _, _) = harness.mining("garage+100", from: home)
        #expect(trust(harness, back) == .proven)
        let (elsewhere, _, _) = harness.mining("garage+100", from: ClientAddress(ipv4: 9))
        #expect(trust(harness, elsewhere) == nil)
    }

    @Test("Suspects that flood, each under a new name, take no nonces from the job that honest rigs mine as well")
    func floodingSuspects() {
        let harness = harness(.suspects)
        let honest = trusted(harness, "honest+100")
        let job = harness.core.registry.rigs.find(honest)?.newestIssued
        for name in 0..<3 {
            let (liar, job, slot) = harness.mining("liar\(name)+100", from: home)
            if name == 0 {
                harness.submit(liar, id: 2, job: job, nonce: slot, hash: Self.hash)
                harness.prove(.wrong)
                continue
            }
            for nonce in 0..<1_000 as Range<UInt32> {
                harness.submit(liar, id: 3, job: job, nonce: slot | nonce, hash: Self.hash)
            }
            // It waits for a second, and with it what it sends.
            #expect(harness.pausedRigs.contains(liar))
            harness.prove(.wrong)
            #expect(harness.closedRigs.contains(liar))
        }
        let nonces = job.flatMap { harness.core.jobs.job(of: $0) }?.nonces.count
        #expect(nonces.map { $0 <= 2 + 2 * Int(ProofDesk.mostHeld) } == true)
    }

    @Test("A farm's new rigs, whose first shares are proven beside, leave room for one that is proven before")
    func roomForHeld() throws {
        let harness = harness(.suspects)
        let lane = try #require(harness.lanes(.p2pool).first)
        for number in 0..<300 {
            if number % 100 == 99 { harness.job(lane, "job\(number)", blob: number) }
            let (rig, job, slot) = harness.mining("new\(number)+100", from: home)
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: .max / 1_000)
            harness.disconnect(rig)
        }
        let (rig, job, slot) = harness.mining("lucky+100", from: home)
        _ = harness.take(rig)
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: 1)
        // It waits for its proof; without room it would be refused.
        #expect(harness.take(rig).isEmpty)
        #expect(harness.core.proofs.count <= 256)
    }

    @Test("A pool refuses a share whose rig has left: it comes back as a suspect, and with the second it is cut off")
    func goneWithoutProof() throws {
        let harness = harness(.off)
        for round in 1...2 {
            let (rig, job, slot) = harness.mining("garage+100", from: home)
            harness.submit(rig, id: 2, job: job, nonce: slot | UInt32(round), hash: Self.hash)
            harness.disconnect(rig)
            for lane in harness.lanes(.p2pool) { refuseAll(harness, lane) }
            harness.advance(0.1)
            for lane in harness.lanes(.p2pool)
            where harness.core.lanes.p2pool.find(lane)?.session.phase == .connecting { harness.logIn(lane) }
            harness.advance(0.1)
        }
        #expect(harness.notices.contains(.rigCutOff(name: "garage", home, seconds: 60, .refusedAsWrong)))
        let knocks = harness.login("garage+100", from: home)
        let answer = harness.take(knocks).first.flatMap { member("message", of: $0) }
        #expect(answer == "Cut off for 60 s: the pool found its shares wrong (overclock, memory?)")
        #expect(harness.closedRigs.contains(knocks))
        let isTold = harness.notices.contains {
            if case .cutOffKnocked("garage", home, 60, .refusedAsWrong) = $0 { true } else { false }
        }
        #expect(isTold)
    }

    @Test("A proof of a rig that has left comes back wrong: it is a suspect when it comes back, whatever it had proven")
    func goneBeforeProof() {
        let harness = harness(.sample)
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        for nonce in 1...2 as ClosedRange<UInt32> {
            harness.submit(rig, id: 2, job: job, nonce: slot | nonce, hash: Self.hash)
            harness.prove(.proven)
        }
        var nonce: UInt32 = 3
        while harness.proofs.isEmpty, nonce < 400 {
            harness.submit(rig, id: 3, job: job, nonce: slot | nonce, hash: Self.hash)
            for lane in harness.lanes(.p2pool) { answerAll(harness, lane) }
            nonce += 1
        }
        harness.disconnect(rig)
        harness.prove(.wrong)
        let (back, _, _) = harness.mining("garage+100", from: home)
        #expect(trust(harness, back) == .suspect)
    }

    @Test("A trusted rig at XvB: the third share while two are without a verdict is proven before it is sent")
    func thirdAtXvB() throws {
        let harness = harness(.suspects, hasXvB: true)
        let lane = try #require(harness.lanes(.xvb).first)
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        func submits() -> Int { harness.take(lane).filter { member("method", of: $0) == "submit" }.count }
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        #expect(submits() == 0)
        harness.prove(.proven)
        harness.submit(rig, id: 3, job: job, nonce: slot | 2, hash: Self.hash)
        harness.prove(.proven)
        #expect(submits() == 2)
        harness.submit(rig, id: 4, job: job, nonce: slot | 3, hash: Self.hash)
        #expect(submits() == 0)
        harness.prove(.wrong)
        #expect(submits() == 0)
        #expect(trust(harness, rig) == .suspect)
    }

    @Test("A liar's address that is cut off as a whole is refused at the connection")
    func address() {
        let harness = harness(.suspects)
        for number in 0..<Quarantine.mostNames {
            let (rig, job, slot) = harness.mining("liar\(number)+100", from: home)
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: 1)
            harness.prove(.wrong)
        }
        #expect(harness.core.rigConnected(from: home, now: harness.now) == nil)
        #expect(harness.core.rigConnected(from: ClientAddress(ipv4: 9), now: harness.now) != nil)
    }

    @Test("An address is cut off while its honest rig is away: that one is let in again, and other names aren't")
    func honestReturns() {
        let harness = harness(.suspects)
        harness.advance(5)
        let rig = trusted(harness, "garage+100")
        harness.disconnect(rig)
        // Its last proof is long ago when the liar comes.
        for minute in 1...11 {
            harness.advance(60)
            for lane in harness.lanes(.p2pool) { harness.job(lane, "minute\(minute)") }
        }
        for number in 0..<Quarantine.mostNames {
            let (liar, job, slot) = harness.mining("liar\(number)+100", from: home)
            harness.submit(liar, id: 2, job: job, nonce: slot | 1, hash: 1)
            harness.prove(.wrong)
        }
        let stranger = harness.login("stranger", from: home)
        #expect(harness.core.registry.rigs.find(stranger)?.life.phase != .mining)
        let (back, _, _) = harness.mining("garage+100", from: home)
        #expect(harness.core.registry.rigs.find(back)?.life.phase == .mining)
        // It is watched like any rig of an address that lied, and away once more it is still known.
        #expect(trust(harness, back) == .suspect)
        harness.disconnect(back)
        let (again, _, _) = harness.mining("garage+100", from: home)
        #expect(harness.core.registry.rigs.find(again)?.life.phase == .mining)
        // While it is here nobody else is let in.
        #expect(harness.core.rigConnected(from: home, now: harness.now) == nil)
    }

    @Test("A rig that was never seen before gets in beside a liar that takes ever new names, in a few minutes")
    func newBesideLiar() {
        let harness = harness(.suspects)
        /// Whether the login of `name` is taken, once what it finds was proven.
        func comes(_ name: String) -> Bool {
            guard let knock = harness.core.rigConnected(from: home, now: harness.now) else { return false }
            harness.disconnect(knock)
            let (rig, job, slot) = harness.mining("\(name)+100", from: home)
            guard harness.core.registry.rigs.find(rig)?.life.phase == .mining else { return false }
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
            harness.prove(name == "garage" ? .proven : .wrong)
            return true
        }
        for number in 0..<Quarantine.mostNames { _ = comes("first\(number)") }
        var waited = 0
        var isIn = false
        while !isIn, waited < 3_600 {
            harness.advance(3)
            waited += 5
            // Each of them knocks every five seconds.
            _ = comes("liar\(waited)")
            harness.advance(2)
            isIn = comes("garage")
            for lane in harness.lanes(.p2pool) { harness.job(lane, "job\(waited)") }
        }
        #expect((60...600).contains(waited))
        #expect(comes("attic"), "its proven share has opened the address")
    }

    @Test("An address isn't cut off for a liar while a trusted rig is logged in from it, if its last proof is long ago")
    func addressOfTrusted() {
        let harness = harness(.suspects)
        let rig = trusted(harness, "garage+100")
        for minute in 1...11 {
            harness.advance(60)
            for lane in harness.lanes(.p2pool) { harness.job(lane, "minute\(minute)") }
            harness.send(rig, "{\"id\":\(minute + 9),\"method\":\"keepalived\",\"params\":{}}")
        }
        #expect(trust(harness, rig) == .proven)
        for number in 0..<Quarantine.mostNames {
            let (liar, job, slot) = harness.mining("liar\(number)+100", from: home)
            harness.submit(liar, id: 2, job: job, nonce: slot | 1, hash: 1)
            harness.prove(.wrong)
        }
        #expect(harness.core.rigConnected(from: home, now: harness.now) != nil)
    }
}

@Suite("The proof desk")
struct ProofDeskTests {
    private func job(_ algorithm: String = "rx/0") throws -> (LaneJob, Submit, [UInt8]) {
        let blob = String(repeating: "10", count: 39) + "00000000" + String(repeating: "7", count: 66)
        let line = Array(
            ("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":\"\(blob)\",\"job_id\":\"1\",\"target\":\"ffffffffffffff00\","
                + "\"algo\":\"\(algorithm)\",\"height\":1,\"seed_hash\":\"\(String(repeating: "a", count: 64))\"}}")
                .utf8)
        let submit = Array(
            ("{\"id\":1,\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"000000000001\",\"nonce\":\"01020304\","
                + "\"result\":\"\(String(repeating: "ab", count: 32))\"}}").utf8)
        let ledger = JobLedger(origin: 1)
        let lane = LaneID(upstream: .p2pool, index: 0, epoch: 1)
        let made = try line.withUnsafeBytes { bytes -> LaneJob? in
            guard case .job(let job) = try decodePoolLine(bytes) else { return nil }
            return ledger.issue(lane: lane, line: bytes, job: job)
        }
        let read = try submit.withUnsafeBytes { bytes -> Submit? in
            guard case .submit(let submit) = try decodeRigLine(bytes) else { return nil }
            return submit
        }
        return (try #require(made), try #require(read), submit)
    }

    private func desk(_ mode: VerifyShares = .suspects) -> (ProofDesk, Outbox) {
        var settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: CoreUpstream(endpoints: [], profile: .p2pool), xvb: CoreUpstream(endpoints: [], profile: .xvb)),
            agent: "test")
        settings.verifyShares = mode
        let outbox = Outbox()
        return (ProofDesk(settings: settings, outbox: outbox), outbox)
    }

    private func ticket() -> ProofTicket {
        ProofTicket(
            rig: RigID(index: 1, generation: 1), place: Quarantine.Place(address: .unknown, name: "a"), work: 1,
            held: nil)
    }

    @Test("The claim has seed, hash and the blob with the rig's nonce; its ticket is taken once")
    func claim() throws {
        let (job, submit, line) = try job()
        let (desk, outbox) = desk()
        #expect(line.withUnsafeBytes { desk.ask(ticket(), submit, line: $0, job) })
        guard case .proveBeside(let token, let span)? = outbox.effects.list.first else {
            Issue.record("no proof was asked for")
            return
        }
        let claim = outbox.effects.bytes[Int(span.start)..<Int(span.start + span.count)]
        #expect(claim.prefix(32).allSatisfy { $0 == 0xAA })
        #expect(claim.dropFirst(32).prefix(32).allSatisfy { $0 == 0xAB })
        #expect(Array(claim.dropFirst(64 + 39).prefix(4)) == [1, 2, 3, 4])
        #expect(desk.take(token) != nil && desk.take(token) == nil && desk.count == 0)
    }

    @Test(
        "What can be proven: rx/0, not where it is off, and not for ten minutes after there was no memory; no more than 128 that nobody waits for"
    )
    func bounds() throws {
        let (rx0, submit, line) = try job()
        let (rx2, _, _) = try job("rx/2")
        let (desk, _) = desk()
        #expect(desk.canProve(rx0, now: .start) && !desk.canProve(rx2, now: .start))
        #expect(!self.desk(.off).0.canProve(rx0, now: .start))
        let asked = (0..<300).filter { _ in line.withUnsafeBytes { desk.ask(ticket(), submit, line: $0, rx0) } }
        #expect(asked.count == 128)
        #expect(desk.isUnavailable(now: .start))
        #expect(!desk.isUnavailable(now: .start.adding(seconds: 1)))
        #expect(!desk.canProve(rx0, now: .start.adding(seconds: 600)))
        #expect(desk.canProve(rx0, now: .start.adding(seconds: 601)))
    }
}
