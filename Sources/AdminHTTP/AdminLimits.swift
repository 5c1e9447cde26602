/// What readers may take of the admin port.
public struct AdminLimits: Sendable {
    /// Connections at a time. With one more the oldest without a request under way makes room.
    public var connections = 128
    /// Bytes of a connection's memory: a request's head has to fit in it, twice.
    public var memory = 24_576
    /// Seconds without a byte after which a connection is closed.
    public var idleSeconds = 10
    /// Seconds until a request must be complete, and an answer taken.
    public var requestSeconds = 20.0
    /// Bytes of a body, which nobody reads.
    public var bodyBytes = 65_536

    /// The limits of the daemon; tests have their own.
    public init() {}
}
