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
