import StrictJSON

/// XvB's public statistics (docs/protocol.md#xvb-statistics), for display only. What is missing or absurd is nil.
public struct XvBStatistics: Equatable, Sendable {
    /// The kinds of rounds.
    public enum Round: String, CaseIterable, Sendable {
        /// For every wallet with a share in p2pool's window.
        case vip
        /// As `vip`, for the biggest.
        case mvp
        /// From 1 kH/s.
        case donor
        /// From 10 kH/s.
        case vipDonor = "donor_vip"
        /// From 100 kH/s.
        case whaleDonor = "donor_whale"
        /// From 1,000 kH/s.
        case megaDonor = "donor_mega"

        /// The round as miners call it.
        public var title: String {
            switch self {
            case .vip: "VIP"
            case .mvp: "MVP"
            case .donor: "donor"
            case .vipDonor: "VIP donor"
            case .whaleDonor: "whale donor"
            case .megaDonor: "mega donor"
            }
        }
    }

    /// The round that is on.
    public var round: Round?
    /// Minutes left of it; negative while it waits for its share.
    public var minutesLeft: Int?
    /// Hashrate that the winner gets, in H/s.
    public var bonusHashrate: Double?
    /// Hashrate that all donors send, in H/s.
    public var donatedHashrate: Double?
    /// Wallets that take part.
    public var players: Int?
    /// Wallets that take part in this round.
    public var roundPlayers: Int?
    /// The winner's wallet, masked by XvB, made printable.
    public var winner: String?

    /// Whether `winner` is this wallet. XvB shows both ends of it ("48abcdef...wxyz1234", with any mask between); at least eight characters
    /// have to be shown, and all that are have to fit.
    public func isWon(by wallet: String) -> Bool {
        guard let winner else { return false }
        let shown = Array(winner.utf8)
        let head = shown.prefix(while: Self.isOfAddress)
        let tail = shown.count == head.count ? [] : Array(shown.reversed().prefix(while: Self.isOfAddress).reversed())
        guard !head.isEmpty, head.count + tail.count >= 8 else { return false }
        let whole = Array(wallet.utf8)
        return head.count + tail.count <= whole.count && whole.starts(with: head)
            && whole.suffix(tail.count) == tail[...]
    }

    /// A letter or a digit.
    private static func isOfAddress(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    init(_ document: JSONDocument) {
        func whole(_ name: String, _ range: ClosedRange<Double>) -> Int? {
            document.number(name).flatMap { range.contains($0) ? Int($0) : nil }
        }
        func hashrate(_ name: String) -> Double? {
            document.number(name).flatMap { (0...1e12).contains($0) ? $0 * 1000 : nil }
        }
        round = document.text("round_type", limit: 32).flatMap(Round.init)
        minutesLeft = whole("time_remain", -1e6...1e6)
        bonusHashrate = hashrate("bonus_hr")
        donatedHashrate = hashrate("donate_hr")
        players = whole("players", 0...1e9)
        roundPlayers = whole("players_round", 0...1e9)
        winner = document.text("winner", limit: 64)
    }
}
