/// What xmrig calls a miner's id: 16 hex digits that stay the same.
enum MachineID {
    /// The id of the proxy at `port` of the machine called `name`.
    static func text(_ name: String, port: UInt16) -> String {
        let digits = String(Fingerprint64.of(Array("\(name):\(port)".utf8)), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A short sum of bytes that tells versions apart, and keeps nobody out (FNV-1a).
enum Fingerprint64 {
    static func of(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
