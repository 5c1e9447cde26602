import ProxyTerms

/// How far a rig's shares are believed. 64 bytes.
///
/// The k-th share of a rig is proven with a chance of 2/k: the first two always, then ever fewer, some log k in all, and none of them can
/// be foreseen. What a rig does beyond twice its proven rate counts when it has proven a share at that rate. Any wrong share ends
/// the trust: from then on each is proven before a pool sees it, until `sharesToClear` in a row were right.
struct RigTrust: Equatable {
    enum Standing: UInt8, Equatable {
        /// No share of it was proven yet.
        case unproven
        case proven
        /// A share of it was wrong, or it comes from where one lied.
        case suspect
    }

    /// What is to be done with a share.
    struct Decision: Equatable {
        var scrutiny: Scrutiny
        /// Work that counts as the rig's hashrate now, hashes: this share's, none, or with it what had waited.
        var counted: Double
    }

    /// What a wrong share shows.
    enum Finding: Equatable {
        /// Some of many: `wrong` of its last `of` shares whose truth is known.
        case unstable(wrong: Int, of: Int)
        /// Most of what is known of it is wrong.
        case lies
    }

    /// What a wrong share takes with it.
    struct Forfeit: Equatable {
        var finding: Finding
        /// Work that was counted since the last proof, and so is not believed any more, hashes.
        var counted: Double
        /// The part of it that each upstream was credited with.
        var credited: PerUpstream<Double>
    }

    /// Shares in a row that clear a suspect.
    static let sharesToClear: UInt8 = 8
    /// A rig may do so many times what it has proven.
    static let growth: Float = 2
    /// Shares beyond that which luck may bring.
    static let luck: Float = 8
    /// Over which a rig's rate is looked at, seconds.
    private static let period: Float = 60
    /// A rate is measured over no less, seconds.
    private static let leastElapsed: Float = 15
    /// Shares from one proof to the next in the mode `sample`, on average.
    private static let sampled = 64.0
    /// Shares whose truth is remembered.
    private static let remembered = 40
    /// A rig lies of which half of so many, and at least `wrongToLie`, were wrong; and one of which nothing else is known.
    private static let lately = 8
    private static let wrongToLie = 2

    private(set) var standing: Standing
    /// Proofs under way.
    private(set) var inProof: UInt8 = 0
    private var rightInARow: UInt8 = 0
    private var knownCount: UInt8 = 0
    /// The last shares whose truth is known, the newest in bit 0: 1 is wrong.
    private var known: UInt64 = 0
    private var wrongTotal: UInt16 = 0
    /// Good shares, and the one that is proven next.
    private var shares: UInt32 = 0
    private var nextProof: UInt32 = 1
    /// The highest rate at which a share was proven, H/s.
    private(set) var provenRate: Float = 0
    /// The second in which the running period began, and its work.
    private var periodStart: UInt32
    private var periodWork: Float = 0
    /// Work that counts with the next proof.
    private(set) var waiting: Float = 0
    /// Work counted and credited since the last proof.
    private var counted: Float = 0
    private var credited = PerUpstream<Float>(p2pool: 0, xvb: 0)

    /// A rig that joins now; a suspect where it comes from a place that is on probation.
    init(isSuspect: Bool = false, second: UInt32) {
        standing = isSuspect ? .suspect : .unproven
        periodStart = second
    }

    // MARK: Shares

    /// A share that is good as far as can be seen without a proof came. `claimsMuch`: a pool that finds it wrong holds it against the
    /// session, for it claims to be a share of the sidechain. `canProve`: proof is possible for its job now; if not, everything
    /// counts, and the quarantine's other means are left.
    @inline(__always)
    mutating func judge(
        work: Double, claimsMuch: Bool, mode: VerifyShares, canProve: Bool, second: UInt32,
        random: inout SeededGenerator
    ) -> Decision {
        guard mode != .off, canProve else { return unprovable(work) }
        let work32 = Float(work)
        let elapsed = second &- periodStart
        if elapsed >= UInt32(Self.period) {
            periodStart = second
            periodWork = 0
        }
        periodWork += work32
        guard standing == .proven, !claimsMuch, !jumps(work32) else {
            return scrutinize(work32, claimsMuch: claimsMuch)
        }
        shares &+= 1
        counted += work32
        guard shares >= nextProof else { return Decision(scrutiny: .none, counted: work) }
        drawNextProof(mode, &random)
        return Decision(scrutiny: beside(), counted: work)
    }

    /// Whether the rig does far more than it has proven.
    @inline(__always)
    private func jumps(_ work: Float) -> Bool {
        periodWork > provenRate * (Self.growth * Self.period) + Self.luck * work
    }

    private mutating func unprovable(_ work: Double) -> Decision {
        defer { waiting = 0 }
        return Decision(scrutiny: .none, counted: work + Double(waiting))
    }

    @inline(never)
    private mutating func scrutinize(_ work: Float, claimsMuch: Bool) -> Decision {
        switch standing {
        case .suspect:
            // It counts when it is proven: `proven` is told its work.
            inProof &+= 1
            return Decision(scrutiny: .before, counted: 0)
        case .unproven:
            waiting += work
            return Decision(scrutiny: claimsMuch ? before() : beside(), counted: 0)
        case .proven:
            if jumps(work) {
                waiting += work
                return Decision(scrutiny: claimsMuch ? before() : beside(), counted: 0)
            }
            shares &+= 1
            counted += work
            // One at a time goes unseen: a trusted rig that has begun to lie costs a session one bad share.
            return Decision(scrutiny: inProof == 0 ? beside() : before(), counted: Double(work))
        }
    }

    private mutating func before() -> Scrutiny {
        inProof &+= 1
        return .before
    }

    /// One at a time is enough where nothing is held up.
    private mutating func beside() -> Scrutiny {
        guard inProof == 0 else { return .none }
        inProof = 1
        return .beside
    }

    private mutating func drawNextProof(_ mode: VerifyShares, _ random: inout SeededGenerator) {
        // The chance that none of the shares k+1 ... n is proven is (k/n)² where each is with 2/i.
        let next = Double(shares) / max(max(random.unit(), random.unit()), 1e-6)
        let most = mode == .sample ? Double(shares) + 1 + 2 * Self.sampled * random.unit() : Double(UInt32.max)
        nextProof = UInt32(min(max(next.rounded(.up), Double(shares) + 1), most, Double(UInt32.max)))
    }

    /// A pool accepted a share of it, and the upstream is credited with its work.
    @inline(__always)
    mutating func credited(work: Double, to upstream: Upstream) {
        credited[upstream] += Float(work)
    }

    // MARK: Proofs

    /// A share was proven right; a suspect's `work` counts only now.
    /// - Returns: work that counts with it, hashes.
    mutating func proven(work: Double, second: UInt32) -> Double {
        endProof()
        remember(wrong: false)
        rightInARow &+= rightInARow < .max ? 1 : 0
        var counts = Double(waiting)
        if standing == .suspect {
            counts += work
            guard rightInARow >= Self.sharesToClear else {
                waiting = 0
                return counts
            }
            // It begins anew: its next shares are proven as a new rig's.
            shares = 0
            nextProof = 1
        }
        standing = .proven
        let elapsed = max(Float(second &- periodStart), Self.leastElapsed)
        provenRate = max(provenRate, periodWork / elapsed)
        beginAnew()
        return counts
    }

    /// A share was wrong: by proof, or a pool said so.
    mutating func wrong(byProof: Bool) -> Forfeit {
        if byProof { endProof() }
        remember(wrong: true)
        rightInARow = 0
        let forfeit = Forfeit(
            finding: finding, counted: Double(counted),
            credited: PerUpstream(p2pool: Double(credited.p2pool), xvb: Double(credited.xvb)))
        standing = .suspect
        provenRate = 0
        beginAnew()
        return forfeit
    }

    /// What was since the last proof is settled: believed, or taken back.
    private mutating func beginAnew() {
        waiting = 0
        counted = 0
        credited = PerUpstream(p2pool: 0, xvb: 0)
    }

    /// There was no proof: no time for it, or it isn't possible.
    mutating func notProven() { endProof() }

    private mutating func endProof() {
        if inProof > 0 { inProof -= 1 }
    }

    // MARK: Reconnects

    /// It is back: what was under way when it left is over. `isSuspect`: it comes from where one was caught.
    mutating func resume(isSuspect: Bool, second: UInt32) {
        inProof = 0
        periodStart = second
        periodWork = 0
        beginAnew()
        if isSuspect { distrust() }
    }

    /// A share of it was wrong, as was seen when it had gone.
    mutating func distrust() {
        standing = .suspect
        rightInARow = 0
        provenRate = 0
    }

    /// Whether so many shares of a suspect wait for their proofs that no further one can.
    @inline(__always)
    var holdsAllItMay: Bool { standing == .suspect && inProof >= ProofDesk.mostHeld }

    // MARK: What is known

    private mutating func remember(wrong: Bool) {
        known = known << 1 | (wrong ? 1 : 0)
        if wrong { wrongTotal &+= 1 }
        if knownCount < UInt8(Self.remembered) { knownCount += 1 }
    }

    /// Wrong shares since it connected, as far as is remembered.
    var wrongInAll: Int { wrong(ofLast: Self.remembered).wrong }

    /// Whether the newest wrong share is worth a line: the first, the third, and each fourth after that.
    var isWrongNews: Bool { wrongTotal == 1 || wrongTotal & 3 == 3 }

    /// Of its last shares, at most `count`: those that were wrong, and how many there were.
    private func wrong(ofLast count: Int) -> (wrong: Int, of: Int) {
        let of = min(Int(knownCount), count)
        return ((known & (1 << UInt64(of) - 1)).nonzeroBitCount, of)
    }

    private var finding: Finding {
        let lately = wrong(ofLast: Self.lately)
        let lies = lately.wrong == lately.of || (lately.wrong >= Self.wrongToLie && lately.wrong * 2 >= lately.of)
        let all = wrong(ofLast: Self.remembered)
        return lies ? .lies : .unstable(wrong: all.wrong, of: all.of)
    }
}
