import ProxyTerms
import StratumCodec

// What pools' texts mean: docs/protocol.md#xmrig-hang-ups, docs/protocol.md#p2pool-refused-logins,
// docs/protocol.md#p2pool-verdicts and docs/protocol.md#xmrig-proxy-verdicts.

extension Rejection {
    /// The rejection that this text of a failed submit stands for. `message` is a range of `line`.
    init(message: ByteRange, in line: UnsafeRawBufferPointer) {
        let text = PoolMessageMatcher(message.bytes(in: line))
        let kind: Kind =
            if text.begins(with: "stale") || text.begins(with: "invalid job id") || text.begins(with: "block expired") {
                .stale
            } else if text.begins(with: "low diff") {
                .lowDifficulty
            } else if text.begins(with: "duplicate") {
                .duplicate
            } else if text.begins(with: "invalid pow") || text.begins(with: "invalid nonce") {
                .invalid
            } else if text.contains("banned") {
                .banned
            } else if text.begins(with: "unauthenticated") {
                .unauthenticated
            } else if text.saysNoService {
                .noService
            } else {
                .other
            }
        let hangsUp =
            text.begins(with: "invalid job id") || text.begins(with: "unauthenticated")
            || text.begins(with: "your ip is banned") || text.begins(with: "ip address currently banned")
        self.init(kind: kind, hangsUp: hangsUp, message: message)
    }

    /// The fault of the whole session that this rejection shows, if any.
    var fault: PoolFault? {
        switch kind {
        case .banned: .banned
        case .unauthenticated: .unauthenticated
        case .stale, .lowDifficulty, .duplicate, .invalid, .noService, .other: nil
        }
    }
}

extension PoolMessageMatcher {
    /// Whether a refusal says that nothing behind the pool takes shares: xmrig-proxy's own text
    /// (docs/protocol.md#xmrig-proxy-verdicts), those of pools in front of a daemon, and those of a web gateway.
    fileprivate var saysNoService: Bool {
        for status: StaticString in ["500", "502", "503", "504"] where begins(withNumber: status) { return true }
        for status: StaticString in ["http 50", "http/1.1 50", "error 50"] where begins(with: status) { return true }
        for words: StaticString in [
            "bad gateway", "gateway time", "service unavailable", "temporarily unavailable", "internal server error",
            "pool is down", "pool is offline", "pool offline", "no active pool", "no pool", "no upstream",
            "upstream is", "upstream error", "upstream down", "not connected", "daemon", "backend", "node is down",
            "not synced", "not synchronized", "is syncing", "maintenance",
        ] where contains(words) { return true }
        return false
    }
}

extension LoginRefusal {
    /// The refusal that this text of a failed login stands for. `message` is a range of `line`.
    init(message: ByteRange, in line: UnsafeRawBufferPointer) {
        let text = PoolMessageMatcher(message.bytes(in: line))
        let kind: Kind =
            if text.begins(with: "disconnected from p2pool network") {
                .noPeers
            } else if text.contains("banned") {
                .banned
            } else if text.begins(with: "permission denied") || text.begins(with: "unauthenticated")
                || text.begins(with: "invalid") || text.begins(with: "no compatible algorithm")
            {
                .denied
            } else {
                .other
            }
        self.init(kind: kind, message: message)
    }
}
