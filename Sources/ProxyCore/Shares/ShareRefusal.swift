/// Why a submit is refused here, without a pool. What else can become of a share only a pool can say (`ShareCounts`); what its rig's owner
/// is shown is of both, in fewer words (`RigCounts.Outcome`).
public enum ShareRefusal: UInt8, Equatable, Sendable, CaseIterable {
    /// Below the rig's own difficulty.
    case lowDifficulty
    /// The same nonce for the same job again.
    case duplicate
    /// Byte 42 of the nonce was not the rig's own (docs/invariants.md#rule-5).
    case wrongNonceRange
    /// A job id that was never given to this rig.
    case unknownJob
    /// A job that its pool no longer takes shares for.
    case expiredJob
    /// Not understood, or longer than the pool may be sent.
    case malformed
    /// The rig has no job yet.
    case notLoggedIn
    /// More than a lane can carry or a job can remember: nothing is wrong with it.
    case tooMany
    /// Its hash is not what the rig claims: proven here.
    case wrongHash
    /// The orderly stop has begun: its verdict could not be waited for.
    case stopping

    /// What the rig is told.
    var text: StaticString {
        switch self {
        case .lowDifficulty: "Low difficulty share"
        case .duplicate: "Duplicate share"
        case .wrongNonceRange: "Nonce outside the assigned range"
        case .unknownJob: "Unknown job"
        case .expiredJob: "Stale share"
        case .malformed: "Malformed share"
        case .notLoggedIn: "Log in first"
        case .tooMany: "Too many shares"
        case .wrongHash: "Invalid share: wrong hash"
        case .stopping: "The proxy is stopping"
        }
    }

    /// What it counts as for the rig.
    var outcome: RigCounts.Outcome {
        switch self {
        case .lowDifficulty: .lowDifficulty
        case .duplicate: .duplicate
        case .wrongNonceRange: .wrongNonceRange
        case .unknownJob: .unknownJob
        case .expiredJob: .stale
        case .malformed, .notLoggedIn: .malformed
        case .tooMany: .tooMany
        case .wrongHash: .wrongHash
        case .stopping: .lost
        }
    }
}
