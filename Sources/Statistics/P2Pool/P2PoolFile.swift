import StrictJSON

/// The documents of p2pool's API that are read (docs/protocol.md#p2pool-api-files). Each is replaced as a whole, and only when its content
/// changed.
public enum P2PoolFile: UInt8, CaseIterable, Hashable, Sendable {
    /// The sidechain: difficulty, window, hashrate, height. Written at each new template, every few seconds.
    case poolStats
    /// Our own Stratum figures and the share of the block reward. Needs `--local-api`; at most every 20 s.
    case localStratum
    /// Peers, and how long monerod has been silent. Needs `--local-api`; every 60 s.
    case localP2P

    /// Where it stands below p2pool's `--data-api` directory, or below the base URL.
    public var path: String {
        switch self {
        case .poolStats: "pool/stats"
        case .localStratum: "local/stratum"
        case .localP2P: "local/p2p"
        }
    }

    /// Whether it exists only with `--local-api`; the public mirrors have none.
    public var isLocal: Bool {
        switch self {
        case .localStratum, .localP2P: true
        case .poolStats: false
        }
    }

    /// The largest content that is looked at, in bytes: the shell reads no more than this and one byte.
    public static let longest = 1 << 20
}

/// Why a document could not be had at all.
public enum FileFailure: Equatable, Sendable {
    /// There is none (or 404).
    case missing
    /// The rights forbid it (or 401, 403).
    case unreadable
    /// A FIFO, a directory, a loop of symbolic links.
    case notAFile
    /// More than `P2PoolFile.longest` bytes.
    case tooLarge
    /// Any other error: errno, or the HTTP status.
    case failed(Int32)
}

/// How a document is.
public enum FileHealth: Equatable, Sendable {
    /// Not read yet.
    case unread
    /// Read, complete, plausible, and new enough.
    case good
    /// It could not be had.
    case failed(FileFailure)
    /// Nothing in it: p2pool's disk is full.
    case empty
    /// Cut off, or not JSON.
    case broken(JSONFault.Code)
    /// A member without which it is of no use is not there: p2pool is older than the member.
    case lacks(P2PoolMember)
    /// A member is of the wrong type or beyond reason.
    case implausible(P2PoolMember)
    /// Written this many seconds in the future: one of the clocks is wrong.
    case inFuture(Double)
    /// Not written for this many seconds.
    case stale(Double)
    /// Not written since p2pool took a share of ours this many seconds ago, which changes it: p2pool can't write it any more.
    case notRewritten(Double)

    /// Whether nothing is wrong with it.
    public var isGood: Bool { self == .good }
}
