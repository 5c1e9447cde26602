import SplitScheduler

/// What is wrong with p2pool as far as its API tells. Daemon and `check` find it with the same code (`P2PoolState.troubles`) and say it in
/// the same words.
public enum P2PoolTrouble: Equatable, Sendable {
    /// A document is not good.
    case file(P2PoolFile, FileHealth)
    /// p2pool has no peers, so its sidechain stands still; it may refuse logins (docs/protocol.md#p2pool-api-files).
    case noPeers
    /// p2pool has not heard from monerod for this many seconds: its jobs are old.
    case monerodSilent(Double)
    /// p2pool has never heard from monerod.
    case monerodNeverHeard
    /// The figures that the documents make together can't be planned with.
    case figures(P2PoolReadingFault)
    /// p2pool pays to this wallet, another one than the configuration's.
    case otherWallet(String)
    /// p2pool pays to a subaddress (`--subaddress`): whether XvB finds its shares is not known.
    case subaddress(String)
    /// p2pool tells of a share in its window, yet the newest one that was found here is this many seconds old, more than a window.
    case shareFromElsewhere(Double)
    /// p2pool is too old to tell this, and a guard is off without it.
    case untold(P2PoolMember)

    /// What the trouble is about: of one topic there is one trouble at a time.
    public enum Topic: Hashable, Sendable {
        case file(P2PoolFile)
        case peers
        case monerod
        case figures
        case wallet
        case share
        case untold(P2PoolMember)
    }

    /// What it is about.
    public var topic: Topic {
        switch self {
        case .file(let file, _): .file(file)
        case .noPeers: .peers
        case .monerodSilent, .monerodNeverHeard: .monerod
        case .figures: .figures
        case .otherWallet, .subaddress: .wallet
        case .shareFromElsewhere: .share
        case .untold(let member): .untold(member)
        }
    }

    /// The same for the same trouble at another time: without the seconds that it has lasted.
    public var kind: P2PoolTrouble {
        switch self {
        case .file(let file, .stale): .file(file, .stale(0))
        case .file(let file, .inFuture): .file(file, .inFuture(0))
        case .file(let file, .notRewritten): .file(file, .notRewritten(0))
        case .monerodSilent: .monerodSilent(0)
        case .shareFromElsewhere: .shareFromElsewhere(0)
        case .file, .noPeers, .monerodNeverHeard, .figures, .otherWallet, .subaddress, .untold: self
        }
    }

    /// Whether a newer p2pool would help.
    public var needsUpdate: Bool {
        switch self {
        case .untold, .file(_, .lacks): true
        case .file, .noPeers, .monerodSilent, .monerodNeverHeard, .figures, .otherWallet, .subaddress,
            .shareFromElsewhere:
            false
        }
    }

    /// Whether work goes on as it should meanwhile.
    public var isHarmless: Bool {
        switch self {
        case .subaddress, .shareFromElsewhere, .untold: true
        case .file, .noPeers, .monerodSilent, .monerodNeverHeard, .figures, .otherWallet: false
        }
    }
}
