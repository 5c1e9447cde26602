/// What a rig claims with a share, in the form in which it can be proven: bytes, so that it goes through an arena without a copy.
///
/// 32 bytes of the job's RandomX seed, 32 of the hash that the rig claims, then the job's blob with the share's nonce in it.
public enum ShareClaim {
    /// Bytes of the seed, and of the hash.
    public static let hashBytes = 32
    /// Bytes before the blob.
    public static let headBytes = 2 * hashBytes
    /// The longest blob that is taken, bytes: xmrig's own bound is 407 (docs/protocol.md#job-fields).
    public static let longestBlob = 512
    /// Where the nonce stands in a blob.
    public static let nonceOffset = 39
}

/// What came of the attempt to prove a share.
public enum ProofOutcome: UInt8, Equatable, Sendable, CaseIterable {
    /// The hash is what the rig claims.
    case proven
    /// It is another one.
    case wrong
    /// It can't be known here: the job is of another algorithm, or there is no memory for it.
    case notKnown
    /// There was no time for it.
    case tooBusy
}
