/// Whose configuration a file is that is not this proxy's.
enum ForeignProgram: CaseIterable, Equatable {
    case xmrig
    case xmrigProxy
    case gupaxx
    case pithead
    case p2pool

    /// Whose `file` is; nil where it is none that is known.
    static func of(_ file: FlatFile) -> ForeignProgram? {
        if file["monero.wallet_address"] != nil || file["xvb.donation_level"] != nil { return .pithead }
        if file.has("gupax.") || file["xvb.simple_hero_mode"] != nil { return .gupaxx }
        if file.has("pools[0]") {
            let modes = ["nicehash", "simple", "extra_nonce"]
            let isProxy =
                file["bind[0].host"] != nil || modes.contains(file["mode"] ?? "") || file["workers"] != nil
                || file["custom-diff"] != nil || file["reuse-timeout"] != nil
            return isProxy ? .xmrigProxy : .xmrig
        }
        let ofP2Pool = ["data-api", "stratum", "zmq-port", "rpc-port", "local-api", "mini", "nano", "loglevel", "p2p"]
        let isList = !file.values.keys.contains { $0.contains(".") || $0.contains("[") }
        if isList, ofP2Pool.contains(where: { file[$0] != nil }) || file["wallet"] != nil && file["host"] != nil {
            return .p2pool
        }
        return nil
    }
}
