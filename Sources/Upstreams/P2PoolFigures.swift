/// What p2pool's API says, put together from its documents: each value is the last good one, with its age.
public struct P2PoolFigures: Equatable, Sendable {
    /// What can be told of the node.
    public enum Node: Equatable, Sendable {
        /// Nothing: there is no `local/`, or it was never read.
        case unknown
        /// It writes its files, has peers and hears from monerod.
        case working
        /// It has not written `local/p2p` for this many seconds: it is gone, or stuck.
        case silent(Double)
        /// It has no peers and may refuse logins (docs/protocol.md#p2pool-refused-logins).
        case noPeers
        /// It has not heard from monerod for this many seconds; its jobs are stale (docs/protocol.md#p2pool-local-p2p).
        case monerodSilent(Double)
        /// Its sidechain is not synced yet (docs/invariants.md#faults-of-the-figures).
        case syncing
        /// It was moved to another sidechain a moment ago (main, mini, nano): figures are settling.
        case switchedSidechain

        /// What keeps the node from good work and what helps, in a line for a log; nil where nothing does, or where its documents
        /// tell of it themselves.
        public var trouble: String? {
            switch self {
            case .unknown, .working, .silent, .syncing, .switchedSidechain: nil
            case .noPeers: "p2pool has no peers, so its sidechain stands still: check its network and firewall"
            case .monerodSilent(let seconds):
                "p2pool has not heard from monerod for \(Int64(seconds)) s, its jobs are old: check monerod (--zmq-pub)"
            }
        }
    }

    /// Hashes that one sidechain share is worth.
    public var sidechainDifficulty: Double
    /// The actual length of the PPLNS window in blocks; it is dynamic (docs/protocol.md#sidechains).
    public var pplnsWindow: Double
    /// The sidechain's hashrate in H/s.
    public var poolHashrate: Double
    /// Height of the sidechain.
    public var sidechainHeight: Double
    /// Seconds since `pool/stats` was written.
    public var poolAge: Double
    /// Our wallet's part of the block reward in percent; nil where there is no `local/`.
    public var rewardSharePercent: Double?
    /// Seconds since our wallet's last share was found; nil where not told.
    public var lastShareAge: Double?
    /// Seconds since p2pool wrote down our part of the reward, at least; nil where there is no `local/`.
    public var shareToldAge: Double?
    /// Hashrate that p2pool counted on its Stratum port over 15 minutes, in H/s; nil where there is no `local/`.
    public var hashrate15m: Double?
    /// Seconds for which nobody has vouched for `local/stratum`: 0 where `local/p2p` shows that p2pool works and so would
    /// have rewritten it had anything changed. nil where there is none.
    public var stratumAge: Double?
    /// The wallet that p2pool pays to; nil where there is no `local/`.
    public var wallet: String?
    /// Monero's difficulty; nil where not read.
    public var mainDifficulty: Double?
    /// What can be told of the node.
    public var node: Node

    /// Whether the wallet has a share, uncles included, in the window (docs/protocol.md#p2pool-share-in-the-window);
    /// nil where nobody knows.
    public var shareInWindow: Bool? { rewardSharePercent.map { $0 > 0 } }
}
