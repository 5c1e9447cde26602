import ProxyTerms

/// What a pool said.
public enum PoolMessage: Equatable, Sendable {
    /// A job notification.
    case job(PoolJob)
    /// The answer to a login: the session id's contents (escaped as sent), the first job, the extensions.
    case loggedIn(id: UInt32, session: ByteRange, job: PoolJob, extensions: PoolExtensions)
    /// A reply with a result object (or `result: true`) and no error.
    case success(id: UInt32)
    /// A reply with an error; the message's escaped contents, empty where it had none.
    case failure(id: UInt32?, message: ByteRange)
    /// Well-formed and ignored: other notifications, `client.reconnect` (docs/invariants.md#rule-12), replies without
    /// id.
    case ignored
}

/// `result.extensions` of a login reply (docs/protocol.md#xmrig-extensions).
public struct PoolExtensions: OptionSet, Sendable, Equatable {
    /// One bit for each extension.
    public var rawValue: UInt8

    /// The set with these bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// A submit carries `algo`.
    public static let algo = PoolExtensions(rawValue: 1)
    /// The pool owns byte 42 of the blob (docs/invariants.md#rule-5).
    public static let nicehash = PoolExtensions(rawValue: 2)
    /// The pool wants `keepalived`.
    public static let keepalive = PoolExtensions(rawValue: 4)
}
