/// Why a stream has ended; told exactly once, in `StreamHandler.closed`.
public enum CloseReason: Equatable, Sendable {
    /// Our side called `close()`.
    case requested
    /// Our side called `finish()`, and all was delivered to the kernel before the end.
    case finished
    /// The peer ended the connection in an orderly way.
    case peerClosed
    /// The peer ended the connection in the middle of the TLS handshake.
    case peerClosedInHandshake
    /// None of the addresses answered; the name of the last error, for example `ECONNREFUSED`.
    case connectFailed(String)
    /// The socket failed; the name of the error, for example `ECONNRESET`.
    case failed(String)
    /// The peer did not read, and what waited for it outgrew the limit.
    case outputOverflow
    /// A TLS greeting came where TLS is not set up.
    case tlsNotEnabled
    /// TLS failed; OpenSSL's words, at most `TLSFailure.maximumLength` bytes.
    case tls(String)
}

extension CloseReason: CustomStringConvertible {
    /// The reason in words for a log line.
    public var description: String {
        switch self {
        case .requested: "closed by us"
        case .finished: "ended by us"
        case .peerClosed: "closed by the peer"
        case .peerClosedInHandshake: "closed by the peer during the TLS handshake"
        case .connectFailed(let name): "connect failed (\(name))"
        case .failed(let name): "connection failed (\(name))"
        case .outputOverflow: "the peer does not read"
        case .tlsNotEnabled: "TLS is not enabled here"
        case .tls(let text): "TLS: \(text)"
        }
    }
}
