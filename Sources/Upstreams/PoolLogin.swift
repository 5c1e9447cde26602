/// The user names that upstreams want (docs/invariants.md#rule-8).
public enum PoolLogin {
    /// p2pool keeps this many characters of a name (docs/protocol.md#p2pool-login).
    public static let longestP2PoolName = 31

    /// A worker's name fit for p2pool: printable ASCII without blanks, `.`, `+`, `,`, quotes and backslashes, which p2pool
    /// would read as the start of a difficulty or cut; each of those becomes `_`. At most 31 characters; "rig" where
    /// nothing is left.
    public static func p2poolName(_ worker: String) -> String {
        var name = ""
        for scalar in worker.unicodeScalars {
            if name.utf8.count == longestP2PoolName { break }
            name.unicodeScalars.append(isFit(scalar) ? scalar : "_")
        }
        return name.isEmpty ? "rig" : name
    }

    /// The login for p2pool: the name, with `+difficulty` to fix the difficulty. A fixed difficulty does not decay on
    /// a quiet lane (docs/protocol.md#p2pool-difficulty); p2pool takes it as at least 1,000.
    public static func p2pool(worker: String, difficulty: UInt64?) -> String {
        let name = p2poolName(worker)
        guard let difficulty else { return name }
        return "\(name)+\(max(difficulty, 1))"
    }

    /// The login for XvB: the wallet's first 8 characters (docs/protocol.md#xvb-login). Never with a rig-id.
    public static func xvb(wallet: String) -> String {
        String(wallet.prefix(8))
    }

    private static func isFit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "+", ",", "\"", "'", "`", "\\": false
        default: scalar.value > 0x20 && scalar.value < 0x7F
        }
    }
}
