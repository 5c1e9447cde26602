import Glibc

/// The options of every connection, set on connected sockets and on listening ones, whose connections inherit them.
enum SocketOptions {
    /// Seconds of silence after which the kernel asks whether the peer is still there.
    static let keepAliveIdleSeconds: Int32 = 60
    /// Seconds between such questions.
    static let keepAliveIntervalSeconds: Int32 = 15
    /// Unanswered questions after which the connection is dead.
    static let keepAliveCount: Int32 = 4
    /// Milliseconds after which unacknowledged data means a dead connection (the kernel's own patience is 15 minutes).
    static let userTimeoutMilliseconds: Int32 = 60_000

    static func apply(to descriptor: Int32) {
        let tcp = Int32(IPPROTO_TCP)
        set(descriptor, tcp, TCP_NODELAY, 1)
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, tcp, TCP_KEEPIDLE, keepAliveIdleSeconds)
        set(descriptor, tcp, TCP_KEEPINTVL, keepAliveIntervalSeconds)
        set(descriptor, tcp, TCP_KEEPCNT, keepAliveCount)
        set(descriptor, tcp, TCP_USER_TIMEOUT, userTimeoutMilliseconds)
    }

    /// Sets one option. A refusal costs comfort, not correctness, and is passed over.
    @discardableResult
    static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }
}
