import SplitScheduler
import StrictJSON

// What stands in each of p2pool's documents (docs/protocol.md#p2pool-api-files). A member that is missing says that p2pool is older than it; one
// that is absurd says that the document is damaged. Members that nothing depends on are not looked at.

/// Where a document is not what it should be.
struct DocumentFault: Error, Equatable {
    var health: FileHealth
}

/// `pool/stats`: nothing can be planned without any of it.
struct PoolStats: Equatable, Sendable {
    var sidechainDifficulty: Double
    var pplnsWindow: Double
    var hashrate: Double
    var sidechainHeight: Double

    init(_ document: JSONDocument) throws(DocumentFault) {
        let members = Members(document, parent: "pool_statistics")
        sidechainDifficulty = try members.needed(.sidechainDifficulty, P2PoolReading.plausibleDifficulty)
        pplnsWindow = try members.needed(.pplnsWindowSize, P2PoolReading.plausibleWindow)
        hashrate = try members.needed(.hashRate, P2PoolReading.plausibleHashrate)
        sidechainHeight = try members.needed(.sidechainHeight, P2PoolReading.plausibleHeight)
    }
}

/// `local/stratum`.
struct LocalStratum: Equatable, Sendable {
    /// In percent; nil where p2pool doesn't tell.
    var rewardShare: Double?
    /// Unix time; nil before the first share, and where p2pool doesn't tell.
    var lastShareAt: Double?
    var wallet: String?
    /// What is not told.
    var gaps: [P2PoolMember] = []

    init(_ document: JSONDocument) throws(DocumentFault) {
        var members = Members(document)
        rewardShare = try members.optional(.rewardShare, P2PoolReading.plausibleRewardShare)
        lastShareAt = try members.optional(.lastShareFound, 0...1e12).flatMap { $0 > 0 ? $0 : nil }
        wallet = document.text(P2PoolMember.wallet.rawValue, limit: 128)
        gaps = members.gaps
    }
}

/// `local/p2p`.
struct LocalP2P: Equatable, Sendable {
    /// When monerod last said something.
    enum Monerod: Equatable, Sendable {
        /// This many seconds before the file was written.
        case silent(Double)
        /// Never: p2pool counts from 1970 then.
        case neverHeard
        /// p2pool doesn't tell.
        case untold
    }

    /// Seconds that no silence lasts: more is the time since 1970.
    private static let neverHeardSeconds = 1e9

    /// nil where p2pool doesn't tell.
    var peers: Double?
    var monerod: Monerod
    /// What is not told.
    var gaps: [P2PoolMember] = []

    init(_ document: JSONDocument) throws(DocumentFault) {
        var members = Members(document)
        peers = try members.optional(.peers, 0...1e9)
        switch try members.optional(.monerodSilence, 0...1e12) {
        case nil: monerod = .untold
        case let seconds? where seconds >= Self.neverHeardSeconds: monerod = .neverHeard
        case let seconds?: monerod = .silent(seconds)
        }
        gaps = members.gaps
    }
}

/// Reads members of a document, and remembers which are missing.
private struct Members {
    private let document: JSONDocument
    private let parent: String?
    private(set) var gaps: [P2PoolMember] = []

    init(_ document: JSONDocument, parent: String? = nil) {
        self.document = document
        self.parent = parent
    }

    /// A member without which the document is of no use.
    func needed(_ member: P2PoolMember, _ range: ClosedRange<Double>) throws(DocumentFault) -> Double {
        guard let value = try value(member, range) else { throw DocumentFault(health: .lacks(member)) }
        return value
    }

    /// A member that may be missing, or null; nil then.
    mutating func optional(_ member: P2PoolMember, _ range: ClosedRange<Double>) throws(DocumentFault) -> Double? {
        let value = try value(member, range)
        if value == nil { gaps.append(member) }
        return value
    }

    private func value(_ member: P2PoolMember, _ range: ClosedRange<Double>) throws(DocumentFault) -> Double? {
        let name = member.rawValue
        guard parent.map({ document.tells($0, name) }) ?? document.tells(name) else { return nil }
        guard let value = parent.map({ document.number($0, name) }) ?? document.number(name), range.contains(value)
        else {
            throw DocumentFault(health: .implausible(member))
        }
        return value
    }
}
