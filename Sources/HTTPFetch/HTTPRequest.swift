/// A document to be fetched with GET, or one to be sent with POST.
public struct HTTPRequest: Equatable, Sendable {
    /// What is sent. It goes to the very address, with its headers, which may hold a secret: no redirect is followed.
    public struct Post: Equatable, Sendable {
        /// The bytes.
        public var body: [UInt8]
        /// Lines such as `Content-Type: application/json`: printable ASCII.
        public var headers: [String]

        /// What is sent.
        public init(body: [UInt8], headers: [String]) {
            self.body = body
            self.headers = headers
        }
    }

    /// An http or https address.
    public var address: String
    /// The largest body that is taken, in bytes.
    public var bodyLimit: Int
    /// A body that is larger is cut off at the limit, instead of being a failure: of one that hardly matters.
    public var cutsBody = false
    /// What is sent; nil: nothing, it is a GET.
    public var post: Post?
    /// Seconds from the beginning to the last byte of the body.
    public var deadlineSeconds = 10.0
    /// Seconds for the name, the TCP connection, the proxy and TLS together.
    public var connectSeconds = 5.0
    /// What we call ourselves.
    public var userAgent: String
    /// A SOCKS5 proxy as `host:port`, which also resolves the name of the address; nil: none. What the environment says
    /// of proxies never counts.
    public var socks5: String?
    /// The addresses of the server instead of those that its name has, as libcurl wants them: `host:port:address,address`. For tests.
    public var addresses: String?
    /// A PEM file of the certificate authorities that are trusted; nil: those of the system.
    public var authorityFile: String?

    /// A request with the ordinary deadlines, no proxy, and the system's certificate authorities.
    public init(address: String, bodyLimit: Int, userAgent: String) {
        self.address = address
        self.bodyLimit = bodyLimit
        self.userAgent = userAgent
    }
}

/// A complete answer, whatever its status.
public struct HTTPResponse: Equatable, Sendable {
    /// The status, for example 200 or 404.
    public var status: Int
    /// The body as it was sent: nothing is decompressed, for nothing is asked for compressed.
    public var body: [UInt8]
    /// The time in `Last-Modified`, in Unix seconds; nil if there is none.
    public var lastModified: Double?
    /// The time in `Date`, which is the server's clock, in Unix seconds; nil if there is none.
    public var date: Double?

    /// An answer.
    public init(status: Int, body: [UInt8], lastModified: Double? = nil, date: Double? = nil) {
        self.date = date
        self.status = status
        self.body = body
        self.lastModified = lastModified
    }
}
