import ProxyTerms

/// Whether an endpoint's verdicts show that it takes no shares: one count for all lanes to it, since one rig that computes wrong
/// hashes is told from a pool by what the others' shares come to.
///
/// Each refusal in a row is a point; one that says plainly that nothing behind the pool takes shares is half
/// of what it takes. Where there is work elsewhere, the first such refusal is enough, once in ten minutes: a single odd one costs
/// seconds, and a pool that sends one now and then does not drive the rigs to and fro. Late and repeated shares say nothing.
///
/// An endpoint that was left comes back on probation: a login proves nothing there, a share that is accepted does, and half the
/// points are enough to leave it again, for longer.
struct ShareDoubt: Equatable, Sendable {
    /// Points that are enough to leave an endpoint.
    static let enough = 50
    /// Points of a refusal that names the cause.
    static let plain = 25
    /// Seconds between two times that an endpoint is left with the first refusal.
    static let secondsBetweenHaste = 600.0

    private var points = 0
    /// Left before, and no share accepted since.
    private(set) var isOnProbation = false
    private var noHasteBefore = Instant.start

    /// A share was accepted.
    mutating func accepted() {
        points = 0
        isOnProbation = false
    }

    /// A share was refused; `isWorkElsewhere`: its rigs find work at once where they are sent.
    /// - Returns: why to leave the endpoint, where this was one too many; it is on probation from now on.
    mutating func refused(_ kind: Rejection.Kind, isWorkElsewhere: Bool, now: Instant) -> PoolFault? {
        switch kind {
        case .stale, .duplicate: return nil
        case .lowDifficulty, .invalid, .banned, .unauthenticated, .other: points += 1
        case .noService:
            points += Self.plain
            if isWorkElsewhere, !isOnProbation, points < Self.enough, now >= noHasteBefore {
                noHasteBefore = now.adding(seconds: Self.secondsBetweenHaste)
                points = Self.enough
            }
        }
        guard points >= (isOnProbation ? Self.enough / 2 : Self.enough) else { return nil }
        // On probation the login was answered, and proved nothing: no other one is asked for soon.
        let fault: PoolFault = kind == .noService && !isOnProbation ? .noService : .refusesShares
        points = 0
        isOnProbation = true
        return fault
    }
}
