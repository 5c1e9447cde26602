/// The books of a soak: what the proxy counted beside what rigs and pools saw.
struct SoakBooks {
    /// What is wrong with them.
    private(set) var faults: [String] = []
    /// The figures.
    let text: String

    init(status: [UInt8], tally: Soak.Tally, accepted: Int) {
        let upstreams = status.withUnsafeBytes { status in
            (Self.section("\"p2pool\":{\"endpoint\"", status), Self.section("\"xvb\":{\"endpoint\"", status))
        }
        func sum(_ key: String) -> Int { Self.number(key, upstreams.0) + Self.number(key, upstreams.1) }
        let here = status.withUnsafeBytes { Self.section("\"answered_here\":", $0) }
        let kinds = [
            "below_pool_difficulty", "low_difficulty", "duplicate", "wrong_nonce_slot", "foreign_job", "expired_job",
            "malformed",
            "too_many", "wrong_hash",
        ]
        let local = kinds.reduce(0) { $0 + Self.number($1, here) } - Self.number("malformed", here)
        let (submitted, good, rejected, stale) = (sum("submitted"), sum("accepted"), sum("rejected"), sum("stale"))
        let (lost, pending) = (sum("lost"), sum("pending"))
        text =
            "shares: sent by rigs \(tally.sent), answered \(tally.answered), without an answer \(tally.unanswered); "
            + "in \(submitted + local) = accepted \(good) + rejected \(rejected) + stale \(stale) + lost \(lost) + pending \(pending) "
            + "+ answered here \(local) (duplicate \(Self.number("duplicate", here)), low \(Self.number("low_difficulty", here)), "
            + "below the pool's \(Self.number("below_pool_difficulty", here)), expired \(Self.number("expired_job", here))); "
            + "accepted by pools \(accepted)"
        if submitted == 0 { faults.append("no share came through") }
        if submitted != good + rejected + stale + lost + pending { faults.append("the proxy's books don't balance") }
        if pending != 0 { faults.append("shares are pending that nobody waits for") }
        if submitted + local > tally.sent { faults.append("more shares than the rigs sent") }
        if submitted + local < tally.answered { faults.append("fewer shares than were answered") }
        if accepted < good || accepted > good + lost { faults.append("the pools accepted others than we think") }
    }

    /// Rigs and ready connections to pools.
    static func connections(status: [UInt8]) -> Int {
        status.withUnsafeBytes { status in
            number("ready_lanes", section("\"p2pool\":{\"endpoint\"", status))
                + number("ready_lanes", section("\"xvb\":{\"endpoint\"", status))
        } + number("rigs", status)
    }

    /// What follows `name`.
    private static func section(_ name: StaticString, _ status: UnsafeRawBufferPointer) -> [UInt8] {
        guard let start = Text.end(of: name, in: status) else { return [] }
        return Array(status[start...].prefix { $0 != UInt8(ascii: "}") })
    }

    /// The number of a member.
    private static func number(_ name: String, _ section: [UInt8]) -> Int {
        let key = Array("\"\(name)\":".utf8)
        guard section.count > key.count else { return 0 }
        for start in 0...(section.count - key.count) where section[start..<(start + key.count)].elementsEqual(key) {
            let digits = section[(start + key.count)...].prefix { (48...57).contains($0) }
            return Int(String(decoding: digits, as: UTF8.self)) ?? 0
        }
        return 0
    }
}
