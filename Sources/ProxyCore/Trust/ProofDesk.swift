import ProxyTerms
import StratumCodec

/// A share that waits for its proof before a pool sees it.
struct HeldShare {
    let submit: Submit
    /// The rig's own line, which `submit` was decoded from.
    let line: [UInt8]
    let issued: IssuedJob
}

/// A proof that was asked for.
struct ProofTicket {
    let rig: RigID
    /// Whose share it is, should the rig be gone when the outcome comes.
    let place: Quarantine.Place
    /// What the share proves of the rig, hashes.
    let work: Double
    /// nil where the share went its way.
    let held: HeldShare?
    /// How often the prover had no time for it.
    var tries = 0
}

/// Shares on their way to the prover and back.
final class ProofDesk {
    /// Proofs asked for at a time; the prover itself holds fewer.
    private static let mostTickets = 256
    /// So many of them only for shares that wait for their proof: many new rigs whose shares are proven beside leave that room.
    private static let keptForHeld = 128
    /// Shares of one rig held at a time.
    static let mostHeld: UInt8 = 8
    /// How often a trusted rig's share is asked for that can neither be proven in time nor be risked: 15 s in all.
    static let mostTries = 3
    /// Seconds without another attempt after there was no memory for a proof.
    private static let unavailableSeconds = 600.0

    var mode: VerifyShares
    private let outbox: Outbox
    private var tickets: [UInt32: ProofTicket] = [:]
    private var nextToken: UInt32 = 1
    private var notBefore = Instant.start

    init(settings: CoreSettings, outbox: Outbox) {
        mode = settings.verifyShares
        self.outbox = outbox
    }

    /// Proofs that are awaited.
    var count: Int { tickets.count }

    /// Whether a share of `job` can be proven: the library knows rx/0.
    @inline(__always)
    func canProve(_ job: LaneJob, now: Instant) -> Bool {
        mode != .off && job.algorithm == .rx0 && now >= notBefore
    }

    /// The same of the lane's job; false where it has none.
    func canProve(on lane: Lane?, now: Instant) -> Bool { lane?.current.map { canProve($0, now: now) } ?? false }

    /// Asks for a proof.
    /// - Returns: false where too many are awaited.
    func ask(_ ticket: ProofTicket, _ submit: Submit, line: UnsafeRawBufferPointer, _ job: LaneJob) -> Bool {
        let most = ticket.held == nil ? Self.mostTickets - Self.keptForHeld : Self.mostTickets
        guard tickets.count < most else { return false }
        let token = nextToken
        nextToken &+= 1
        tickets[token] = ticket
        let start = outbox.end
        job.seed.write(to: &outbox.effects.bytes)
        for offset in stride(from: Int(submit.resultText.start), to: submit.resultText.end, by: 8) {
            let word = Hex.word(line, at: offset).value
            for byte in 0..<4 as Range<UInt32> {
                outbox.effects.bytes.append(UInt8(truncatingIfNeeded: word >> (8 * byte)))
            }
        }
        job.template.writeBlob(nonce: submit.nonce, to: &outbox.effects.bytes)
        let span = outbox.effects.span(from: start)
        outbox.add(ticket.held == nil ? .proveBeside(token, span) : .proveFirst(token, span))
        return true
    }

    /// The ticket that an outcome is for.
    func take(_ token: UInt32) -> ProofTicket? { tickets.removeValue(forKey: token) }

    /// It turned out that nothing can be proven now.
    /// - Returns: whether that is news.
    func isUnavailable(now: Instant) -> Bool {
        let isNews = now >= notBefore
        notBefore = now.adding(seconds: Self.unavailableSeconds)
        return isNews
    }
}
