import ProxyTerms

/// A pool's address as xmrig's users write it: `host:port`, `stratum+tcp://host:port`, `stratum+ssl://host:port`,
/// `[v6]:port`.
public struct PoolURL: Equatable, Sendable, CustomStringConvertible {
    /// Where the pool is.
    public var endpoint: Endpoint
    /// Whether the URL itself asks for TLS (`stratum+ssl://`); a `tls` member beside it can ask as well.
    public var tls: Bool

    /// Parses `text`; without a port it is `defaultPort` (xmrig: 3333).
    /// - Throws: `Fault` where the text is no pool address.
    public init(_ text: String, defaultPort: UInt16 = PoolProfile.p2pool.port) throws(Endpoint.Fault) {
        let (scheme, address) = Endpoint.split(text)
        switch scheme {
        case nil, "stratum+tcp": tls = false
        case "stratum+ssl": tls = true
        case let scheme?: throw .scheme(scheme)
        }
        // A closing slash is often pasted along; a path means nothing here.
        endpoint = try Endpoint(address.last == "/" ? address.dropLast() : address, defaultPort: defaultPort)
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var description: String { endpoint.description }
}
