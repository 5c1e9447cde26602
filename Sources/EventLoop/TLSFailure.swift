import COpenSSL

/// TLS that could not be set up.
public struct TLSFailure: Error, Equatable, CustomStringConvertible {
    /// What is wrong, at most `maximumLength` bytes of printable ASCII.
    public let description: String

    /// Longest text, in bytes.
    public static let maximumLength = 160

    init(_ text: String) {
        let printable = text.unicodeScalars.prefix(Self.maximumLength).map { scalar in
            scalar.value >= 0x20 && scalar.value < 0x7f ? Character(scalar) : "?"
        }
        description = String(printable)
    }

    /// `what`, with the cause that OpenSSL's error queue names. Empties the queue.
    static func fromQueue(_ what: String = "") -> TLSFailure {
        let code = ERR_get_error()
        ERR_clear_error()
        let cause: String
        if code == 0 {
            cause = "unknown error"
        } else if case let system = tls_error_errno(code), system != 0 {
            cause = LoopError(errno: system).text
        } else if tls_error_reason(code) == SSL_R_WRONG_VERSION_NUMBER {
            // What a line of plain text looks like to a TLS client.
            cause = "the peer does not speak TLS (wrong version number)"
        } else if [SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION].contains(tls_error_reason(code)) {
            cause = "no version of TLS in common (here they are 1.2 and 1.3)"
        } else if let text = ERR_reason_error_string(code) {
            cause = String(cString: text)
        } else {
            cause = "error \(String(code, radix: 16))"
        }
        return TLSFailure(what.isEmpty ? cause : "\(what): \(cause)")
    }
}
