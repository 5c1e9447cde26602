import CLibuv
import Glibc
import ProxyTerms

/// What a listener has to say.
public protocol ListenerHandler: AnyObject {
    /// A connection has come. Set its `token`; close it to turn it away. It begins to read after this call.
    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener)

    /// Descriptors (or memory) are used up: `count` connections were accepted and closed at once, so that their owners
    /// know, or with a `count` of 0 the listener pauses for a tenth of a second.
    func overloaded(_ listener: TCPListener, turnedAway count: Int)
}

/// Accepts connections on one address.
///
/// It accepts by itself rather than through `uv_listen`, which loops for ever if descriptors run out and libuv's
/// spare one is gone, and which takes any number of connections before anything else gets its turn.
public final class TCPListener {
    /// The address, with the port that the system has chosen where 0 was asked for.
    public let address: SocketAddress
    /// What its connections are.
    public let kind: StreamKind

    private unowned let handler: any ListenerHandler
    private var descriptor: Int32
    private var spare: Int32
    private var poller: Poller?
    private var retry: LoopTimer?

    /// Connections the kernel keeps for us (it takes at most `net.core.somaxconn`).
    static let backlog: Int32 = 4096
    /// Connections accepted before other events get their turn.
    static let batch = 64
    /// Milliseconds without accepting when not even a spare descriptor is left.
    static let pauseMilliseconds: Int64 = 100

    /// Listens on `address`. The handler must outlive the listener.
    ///
    /// An IPv6 address takes IPv6 only, so that `0.0.0.0` and `[::]` can have the same port.
    /// - Throws: `LoopError` if the address can't be had.
    public convenience init(
        _ address: SocketAddress, kind: StreamKind, handler: any ListenerHandler
    ) throws(LoopError) {
        try self.init(inherited: Self.open(address), at: address, kind: kind, handler: handler)
    }

    /// Takes a socket that listens already, at `address`, for its own. The handler must outlive the listener.
    public init(
        inherited socket: Int32, at address: SocketAddress, kind: StreamKind, handler: any ListenerHandler
    ) throws(LoopError) {
        self.kind = kind
        self.handler = handler
        descriptor = socket
        Self.prepare(socket)
        spare = Self.openSpare()
        self.address = Self.boundAddress(socket) ?? address
        do throws(LoopError) {
            retry = try LoopTimer(kind.loop) { [weak self] in self?.resume() }
            poller = try Poller(kind.loop, descriptor: descriptor) { [weak self] _ in self?.acceptBatch() }
        } catch {
            Glibc.close(descriptor)
            if spare >= 0 { Glibc.close(spare) }
            descriptor = -1
            spare = -1
            throw error
        }
        poller?.watch(.readable)
    }

    /// The socket, for another process that is to listen with it; nil when closed.
    public var listeningDescriptor: Int32? { descriptor >= 0 ? descriptor : nil }

    deinit {
        close()
    }

    /// Stops listening. Connections already accepted live on.
    public func close() {
        guard descriptor >= 0 else { return }
        poller?.close()
        retry?.close()
        Glibc.close(descriptor)
        if spare >= 0 { Glibc.close(spare) }
        descriptor = -1
        spare = -1
    }

    private func acceptBatch() {
        for _ in 0..<Self.batch {
            guard descriptor >= 0 else { return }
            var connection: Int32 = -1
            let peer = SocketAddress.read { address, length in
                connection = loop_accept(descriptor, address, length)
                return connection < 0 ? -1 : 0
            }
            guard connection >= 0 else {
                switch errno {
                case EAGAIN: return
                case EMFILE, ENFILE: return turnAway()
                case ENOBUFS, ENOMEM: return pause()
                // The connection is gone already, or its own network has an error to tell (accept(2)).
                default: continue
                }
            }
            guard let peer else {
                Glibc.close(connection)
                continue
            }
            take(connection, from: peer)
        }
    }

    private func take(_ connection: Int32, from peer: SocketAddress) {
        let record = StreamRecord.make(kind, token: 0)
        record.pointee.flags = kind.detectsTLS ? .undecided : []
        uv_tcp_init(kind.loop.uv, record.uvTCP)
        let status = uv_tcp_open(record.uvTCP, connection)
        precondition(status == 0, "a fresh connection's descriptor is taken")
        handler.accepted(TCPStream(record), from: peer, on: self)
        record.startReading()
    }

    /// Gives up the spare descriptor to accept and close what waits, since a connection that nobody accepts looks to
    /// its owner like a pool that is up and silent.
    private func turnAway() {
        var count = 0
        while count < Self.batch, spare >= 0 {
            Glibc.close(spare)
            let connection = loop_accept(descriptor, nil, nil)
            let isDone = connection < 0
            if !isDone {
                Self.reset(connection)
                count += 1
            }
            spare = Self.openSpare()
            if isDone { break }
        }
        if spare < 0 {
            pause()
        } else if count > 0 {
            handler.overloaded(self, turnedAway: count)
        }
    }

    private func pause() {
        poller?.watch([])
        retry?.arm(at: kind.loop.now.adding(milliseconds: Self.pauseMilliseconds))
        handler.overloaded(self, turnedAway: 0)
    }

    private func resume() {
        if spare < 0 { spare = Self.openSpare() }
        poller?.watch(.readable)
    }

    /// Closes with a reset: the peer learns it at once, and no socket of ours lingers in TIME_WAIT.
    private static func reset(_ connection: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        Glibc.close(connection)
    }

    /// A socket that listens on `address`, `inherited` where it is given, for somebody who accepts by himself; and its address with the
    /// port that the system chose.
    ///
    /// - Throws: `LoopError` if the address can't be had.
    public static func descriptor(
        at address: SocketAddress, inherited: Int32? = nil
    ) throws(LoopError) -> (descriptor: Int32, address: SocketAddress) {
        let descriptor = if let inherited { inherited } else { try open(address) }
        prepare(descriptor)
        return (descriptor, boundAddress(descriptor) ?? address)
    }

    private static func openSpare() -> Int32 {
        Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    }

    private static func open(_ address: SocketAddress) throws(LoopError) -> Int32 {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw LoopError(errno: errno) }
        SocketOptions.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.isIPv6 { SocketOptions.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        let bound = address.withCAddress { bind(descriptor, $0, $1) }
        guard bound == 0, listen(descriptor, backlog) == 0 else {
            let error = LoopError(errno: errno)
            Glibc.close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func boundAddress(_ descriptor: Int32) -> SocketAddress? {
        SocketAddress.read { getsockname(descriptor, $0, $1) }
    }

    /// What every listening socket of ours is, whoever has opened it.
    private static func prepare(_ socket: Int32) {
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK)
        SocketOptions.apply(to: socket)
    }
}
