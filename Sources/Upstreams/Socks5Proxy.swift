import ProxyTerms

/// A SOCKS5 proxy through which an endpoint is reached.
public struct Socks5Proxy: Equatable, Sendable {
    /// User and password (RFC 1929); Tor keeps streams with different ones apart. Each has 1 ... 255 bytes.
    public struct Credentials: Equatable, Sendable {
        /// The user's name.
        public var user: String
        /// The password, as it goes over the wire.
        public var password: String

        /// A user and a password.
        public init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    /// Where the proxy itself is.
    public var endpoint: Endpoint
    /// What it is to know us by; nil: nothing.
    public var credentials: Credentials?

    /// A proxy.
    public init(host: String, port: UInt16, credentials: Credentials? = nil) {
        endpoint = Endpoint(host: host, port: port)
        self.credentials = credentials
    }
}
