/// The SHA-256 of a pool's certificate, as xmrig's `tls-fingerprint` writes it: 64 hexadecimal digits of either case,
/// without colons (docs/protocol.md#tls).
public struct CertificatePin: Equatable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// The pin that `text` stands for; nil where it is not 64 hexadecimal digits.
    public init?(_ text: String) {
        guard let bytes = Hex.bytes(text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case digits, to be copied into a configuration.
    public var description: String { Hex.text(bytes) }
}
