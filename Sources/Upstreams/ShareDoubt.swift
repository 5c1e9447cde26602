/// Whether an endpoint's verdicts show that it takes no shares: one count for all lanes to it, since one rig that computes wrong
/// hashes is told from a pool by what the others' shares come to.
///
/// Each refusal in a row is a point; one that says plainly that nothing behind the pool takes shares is half
/// of what it takes. Late and repeated shares say nothing. An endpoint that was left comes back on probation: a login proves
/// nothing there, a share that is accepted does, and half the points are enough to leave it again.
struct ShareDoubt: Equatable, Sendable {
    /// Points that are enough to leave an endpoint.
    static let enough = 50
    /// Points of a refusal that names the cause.
    static let plain = 25

    private var points = 0
    /// Left before, and no share accepted since.
    private(set) var isOnProbation = false

    /// A share was accepted.
    mutating func accepted() {
        points = 0
        isOnProbation = false
    }

    /// A share was refused.
    /// - Returns: why to leave the endpoint, where this was one too many; it is on probation from now on.
    mutating func refused(_ kind: Rejection.Kind) -> PoolFault? {
        switch kind {
        case .stale, .duplicate: return nil
        case .lowDifficulty, .invalid, .banned, .unauthenticated, .other: points += 1
        case .noService: points += Self.plain
        }
        guard points >= (isOnProbation ? Self.enough / 2 : Self.enough) else { return nil }
        points = 0
        isOnProbation = true
        return kind == .noService ? .noService : .refusesShares
    }
}
