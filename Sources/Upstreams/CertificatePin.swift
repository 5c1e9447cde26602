/// The SHA-256 of a pool's certificate, as xmrig's `tls-fingerprint` writes it: 64 hexadecimal digits of either case,
/// without colons (wire.md A4.2).
public struct CertificatePin: Equatable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]

    /// The pin that `text` stands for; nil where it is not 64 hexadecimal digits.
    public init?(_ text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for position in stride(from: 0, to: 64, by: 2) {
            guard let high = hexDigit(digits[position]), let low = hexDigit(digits[position + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self.bytes = bytes
    }

    /// 64 lower-case digits, to be copied into a configuration.
    public var description: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
