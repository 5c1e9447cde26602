/// Why there is no complete answer.
public enum HTTPFailure: Error, Equatable, Sendable {
    /// How far a request has come.
    public enum Stage: Equatable, Sendable {
        /// The name was being looked up.
        case resolving
        /// The connection was being made: TCP, the proxy, TLS.
        case connecting
        /// The answer was awaited, or was coming.
        case answering
    }

    /// The address is not one of http or https.
    case badAddress
    /// More requests are under way than are allowed at a time.
    case busy
    /// The name is not known, or no name server answers.
    case nameNotFound
    /// Nobody listens, or no way leads there; the system's name of the error, for example `ECONNREFUSED`.
    case connectFailed(String)
    /// The SOCKS5 proxy can't be found, or it refused; libcurl's words.
    case proxy(String)
    /// The connect deadline or the total one has passed.
    case timedOut(Stage)
    /// The certificate is not to be trusted, or names another host; the words of libcurl and OpenSSL.
    case certificate(String)
    /// The certificate authorities to check against can't be read.
    case noAuthorities
    /// TLS failed otherwise; OpenSSL's words.
    case tls(String)
    /// The connection ended before the answer was complete.
    case connectionLost
    /// The body or the head outgrew its limit.
    case tooLarge
    /// A redirect that is not followed: from http, to anything but https, or to no address.
    case redirectRefused
    /// More redirects than are followed.
    case tooManyRedirects
    /// What came is not HTTP.
    case notHTTP
    /// Anything else; libcurl's number.
    case other(Int32)
}
