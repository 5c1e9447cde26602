import ProxyTerms
import Testing

@testable import ProxyCore

/// A rig of shares of the same work, one each ten seconds unless the test says otherwise.
private struct TrustedRig {
    var trust: RigTrust
    var random = SeededGenerator(seed: 5)
    var second: UInt32 = 1000
    var mode = VerifyShares.suspects
    /// Shares that were proven, by number from 1.
    var proofs: [Int] = []
    var counted = 0.0
    var sent = 0
    static let work = 100_000.0

    init(isSuspect: Bool = false, mode: VerifyShares = .suspects) {
        trust = RigTrust(isSuspect: isSuspect, second: 1000)
        self.mode = mode
    }

    /// One share; a proof asked for is given at once.
    @discardableResult
    mutating func share(
        right: Bool = true, claimsMuch: Bool = false, canProve: Bool = true, after seconds: UInt32 = 10
    ) -> RigTrust.Decision {
        second += seconds
        sent += 1
        let decision = trust.judge(
            work: Self.work, claimsMuch: claimsMuch, mode: mode, canProve: canProve, second: second, random: &random)
        counted += decision.counted
        if decision.scrutiny != .none {
            proofs.append(sent)
            if right {
                counted += trust.proven(work: Self.work, second: second)
            } else {
                _ = trust.wrong(byProof: true)
            }
        }
        return decision
    }
}

@Suite("Trust in a rig")
struct RigTrustTests {
    @Test("An honest rig's first shares are proven, then ever fewer, and all its work counts")
    func everFewer() {
        var rig = TrustedRig()
        for _ in 0..<10_000 { rig.share() }
        #expect(rig.proofs.prefix(2) == [1, 2])
        // 2 ln 10,000 is 18.
        #expect(rig.proofs.count > 6 && rig.proofs.count < 40)
        #expect(rig.proofs.filter { $0 > 5_000 }.count <= 6)
        #expect(rig.counted == 10_000 * TrustedRig.work)
    }

    @Test("In the mode sample one share in about 64 is proven for ever")
    func sample() {
        var rig = TrustedRig(mode: .sample)
        for _ in 0..<64_000 { rig.share() }
        #expect(rig.proofs.count > 800 && rig.proofs.count < 1_300)
    }

    @Test("What is proven can't be foreseen: other random numbers, other shares")
    func unforeseeable() {
        var rig = TrustedRig()
        var other = TrustedRig()
        other.random = SeededGenerator(seed: 6)
        for _ in 0..<2_000 {
            rig.share()
            other.share()
        }
        #expect(rig.proofs != other.proofs)
    }

    @Test("Nothing counts before the first proof; then all that waited does")
    func firstProof() {
        var trust = RigTrust(second: 0)
        var random = SeededGenerator(seed: 1)
        func share() -> RigTrust.Decision {
            trust.judge(
                work: 1_000, claimsMuch: false, mode: .suspects, canProve: true, second: 3, random: &random)
        }
        #expect(share() == RigTrust.Decision(scrutiny: .beside, counted: 0))
        // One proof at a time.
        #expect(share() == RigTrust.Decision(scrutiny: .none, counted: 0))
        #expect(trust.proven(work: 1_000, second: 3) == 2_000)
        #expect(trust.standing == .proven)
        #expect(share().counted == 1_000)
    }

    @Test("Where the prover has no time, the next share is proven, and what waited isn't lost")
    func busy() {
        var trust = RigTrust(second: 0)
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5 {
            let decision = trust.judge(
                work: 1_000, claimsMuch: false, mode: .suspects, canProve: true, second: 3, random: &random)
            #expect(decision == RigTrust.Decision(scrutiny: .beside, counted: 0))
            trust.notProven()
        }
        // The prover turns out not to work: everything counts, as with no proof at all.
        let decision = trust.judge(
            work: 1_000, claimsMuch: false, mode: .suspects, canProve: false, second: 3, random: &random)
        #expect(decision == RigTrust.Decision(scrutiny: .none, counted: 6_000))
    }

    @Test("Work far above the proven rate doesn't count until proven, and each proof lets the rig do twice as much")
    func jump() {
        var rig = TrustedRig()
        for _ in 0..<1_000 { rig.share() }
        let before = rig.counted
        let proven = Double(rig.trust.provenRate)
        #expect(proven > 8_000 && proven < 30_000)
        // A hundred times as fast, forged and not proven yet: four times the rate and a little luck counts, no more.
        var forger = TrustedRig()
        for _ in 0..<1_000 { forger.share() }
        forger.second += 100
        var forged = 0.0
        for _ in 0..<600 {
            let decision = forger.trust.judge(
                work: TrustedRig.work, claimsMuch: false, mode: .suspects, canProve: true, second: forger.second,
                random: &forger.random)
            forged += decision.counted
        }
        #expect(forged <= Double(RigTrust.growth) * 60 * Double(forger.trust.provenRate) + 8 * TrustedRig.work)
        #expect(before == 1_000 * TrustedRig.work)
        // Honest, it catches up with some proofs.
        let provenBefore = rig.proofs.count
        var honest = TrustedRig()
        for _ in 0..<1_000 { honest.share() }
        for _ in 0..<60_000 { honest.share(after: honest.sent % 10 == 0 ? 1 : 0) }
        #expect(honest.proofs.count - provenBefore < 40)
        #expect(honest.counted == 61_000 * TrustedRig.work)
    }

    @Test(
        "A share that claims to be one of the sidechain is proven before it is sent while the rig has no proof, beside it after"
    )
    func sidechainShares() {
        var rig = TrustedRig()
        #expect(rig.share(claimsMuch: true).scrutiny == .before)
        for _ in 0..<100 { rig.share() }
        #expect(rig.share(claimsMuch: true).scrutiny == .beside)
        // A second one while the first is not settled waits for its proof.
        for scrutiny in [Scrutiny.beside, .before] {
            let decision = rig.trust.judge(
                work: TrustedRig.work, claimsMuch: true, mode: .suspects, canProve: true, second: rig.second + 70,
                random: &rig.random)
            #expect(decision == RigTrust.Decision(scrutiny: scrutiny, counted: TrustedRig.work))
        }
    }

    @Test(
        "A wrong share ends the trust and forfeits what was counted since the last proof; eight right ones in a row give it back"
    )
    func wrong() {
        var rig = TrustedRig()
        while rig.proofs.count < 12 { rig.share() }
        let last = rig.sent
        while rig.proofs.last == last, rig.sent < last + 3 {
            rig.share()
            rig.trust.credited(work: 30, to: .p2pool)
            rig.trust.credited(work: 50, to: .xvb)
        }
        let forfeit = rig.trust.wrong(byProof: false)
        #expect(forfeit.counted == 3 * TrustedRig.work)
        #expect(forfeit.credited == PerUpstream(p2pool: 90, xvb: 150))
        #expect(forfeit.finding == .unstable(wrong: 1, of: 13))
        for left in (1...RigTrust.sharesToClear).reversed() {
            #expect(rig.trust.standing == .suspect, "\(left) to go")
            #expect(rig.share() == RigTrust.Decision(scrutiny: .before, counted: 0))
        }
        #expect(rig.trust.standing == .proven)
        #expect(rig.share().scrutiny == .beside)
    }

    @Test("A new rig whose first share is wrong lies; one of which half of the last eight are wrong does, too")
    func lies() {
        var liar = RigTrust(second: 0)
        #expect(liar.wrong(byProof: false).finding == .lies)

        var turned = TrustedRig(isSuspect: true)
        for _ in 0..<40 { turned.share() }
        var findings: [RigTrust.Finding] = []
        for _ in 0..<4 { findings.append(turned.trust.wrong(byProof: false).finding) }
        #expect(findings.last == .lies)
        #expect(findings.dropLast().allSatisfy { $0 != .lies })
    }

    @Test("A rig with bad memory is unstable: three of its last forty")
    func unstable() {
        var rig = TrustedRig(isSuspect: true, mode: .sample)
        var last: RigTrust.Finding?
        for number in 1...400 {
            guard number % 13 == 0 else {
                rig.share()
                if rig.trust.standing != .suspect { rig.trust = RigTrust(isSuspect: true, second: rig.second) }
                continue
            }
            _ = rig.trust.judge(
                work: TrustedRig.work, claimsMuch: false, mode: .sample, canProve: true, second: rig.second,
                random: &rig.random)
            last = rig.trust.wrong(byProof: true).finding
        }
        guard case .unstable(let wrong, let of) = last else {
            Issue.record("\(String(describing: last))")
            return
        }
        #expect(wrong < of)
    }

    @Test("Without proof everything counts and nothing is proven", arguments: [VerifyShares.off, .suspects, .sample])
    func off(mode: VerifyShares) {
        var rig = TrustedRig(isSuspect: mode == .sample, mode: mode)
        for _ in 0..<100 { rig.share(claimsMuch: true, canProve: mode == .off) }
        #expect(rig.proofs.isEmpty)
        #expect(rig.counted == 100 * TrustedRig.work)
    }

    @Test("It is 64 bytes, for a farm has ten thousand of them")
    func size() {
        #expect(MemoryLayout<RigTrust>.size <= 64)
        #expect(MemoryLayout<RigCounts>.size <= 80)
    }
}
