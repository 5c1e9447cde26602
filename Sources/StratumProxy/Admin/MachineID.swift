import ProxyTerms

/// What xmrig calls a miner's id: 16 hex digits that stay the same.
enum MachineID {
    /// The id of the proxy at `port` of the machine called `name`.
    static func text(_ name: String, port: UInt16) -> String {
        withUnsafeBytes(of: "\(name):\(port)".utf8.fingerprint.bigEndian) { Hex.text($0) }
    }
}
