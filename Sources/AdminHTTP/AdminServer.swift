import CMicrohttpd
import EventLoop
import Glibc
import ProxyTerms

/// libmicrohttpd on the loop: its epoll descriptor is watched by a `Poller`, its clock is a `LoopTimer`, and it has no thread.
///
/// What it does for readers takes at most half of the loop's time: after a turn of it that took long it rests as long.
public final class AdminServer {
    /// Where it listens, with the port that the system chose where 0 was asked for.
    public let address: SocketAddress
    /// The socket that listens, for another process that is to listen with it.
    public let listener: Int32
    let limits: AdminLimits
    let loop: EventLoop
    unowned let handler: any AdminHandler
    private var daemon: OpaquePointer?
    private var poller: Poller?
    private var timer: LoopTimer?
    private var sweep: LoopTimer?
    private var connections = AdminConnections()
    private var isRunDue = false
    private var isResting = false

    /// Connections over the limit that are let in, so that there is room for the one who makes another go.
    private static let spare = 8

    /// Milliseconds between two looks at connections that take too long.
    private static let sweepMilliseconds: Int64 = 1_000
    /// Milliseconds of a turn after which it rests.
    private static let longTurn: Int64 = 5

    /// Listens on `address`, with a socket that does so already where one is given; it is the server's from now on. The handler must
    /// outlive the server.
    ///
    /// - Throws: `LoopError` if the address can't be had.
    public init(
        _ loop: EventLoop, address: SocketAddress, inherited: Int32? = nil, limits: AdminLimits = AdminLimits(),
        handler: any AdminHandler
    ) throws(LoopError) {
        self.loop = loop
        self.handler = handler
        self.limits = limits
        let listener = try TCPListener.descriptor(at: address, inherited: inherited)
        self.address = listener.address
        self.listener = listener.descriptor
        let daemon = admin_start(
            listener.descriptor, UInt32(limits.connections + Self.spare), limits.memory, UInt32(limits.idleSeconds),
            Unmanaged.passUnretained(self).toOpaque(), requestArrived, requestCompleted, connectionChanged)
        guard let daemon else {
            Glibc.close(listener.descriptor)
            throw LoopError(errno: ENOMEM)
        }
        self.daemon = daemon
        do throws(LoopError) {
            timer = try LoopTimer(loop) { [weak self] in self?.due() }
            sweep = try LoopTimer(loop) { [weak self] in self?.sweepConnections() }
            poller = try Poller(loop, descriptor: admin_epoll(daemon)) { [weak self] _ in self?.run() }
        } catch {
            close()
            throw error
        }
        poller?.watch(.readable)
    }

    deinit {
        close()
    }

    /// Stops listening and ends every connection.
    public func close() {
        guard let daemon else { return }
        poller?.close()
        timer?.close()
        sweep?.close()
        connections.resumeAll()
        self.daemon = nil
        // The socket is closed, not shut down: another process may listen with it.
        let listener = MHD_quiesce_daemon(daemon)
        MHD_stop_daemon(daemon)
        if listener >= 0 { Glibc.close(listener) }
    }

    /// Lets libmicrohttpd do what there is to do, in the loop's next iteration.
    func runSoon() {
        guard !isRunDue else { return }
        isRunDue = true
        loop.later { [weak self] in
            self?.isRunDue = false
            self?.run()
        }
    }

    private func due() {
        if isResting {
            isResting = false
            poller?.watch(.readable)
        }
        run()
    }

    private func run() {
        guard let daemon, !isResting else { return }
        loop.updateNow()
        let begun = loop.now
        MHD_run(daemon)
        // It may have been closed by what it called.
        guard self.daemon != nil else { return }
        loop.updateNow()
        let took = loop.now.milliseconds - begun.milliseconds
        if took >= Self.longTurn {
            isResting = true
            poller?.watch([])
            timer?.arm(at: loop.now.adding(milliseconds: took))
            return
        }
        var milliseconds: UInt64 = 0
        guard MHD_get_timeout(daemon, &milliseconds) == .YES else {
            timer?.cancel()
            return
        }
        if milliseconds == 0 {
            timer?.callAfterPolling()
        } else {
            timer?.arm(at: loop.now.adding(milliseconds: Int64(clamping: min(milliseconds, 3_600_000))))
        }
    }

    // MARK: Connections

    private func sweepConnections() {
        connections.endLate(at: loop.now)
        if !connections.isEmpty { armSweep() }
    }

    private func armSweep() {
        guard let sweep, !sweep.isArmed else { return }
        sweep.arm(at: loop.now.adding(milliseconds: Self.sweepMilliseconds))
    }

    fileprivate func opened(_ connection: OpaquePointer) -> AdminConnection {
        let record = AdminConnection(
            socket: admin_socket(connection), deadline: loop.now.adding(seconds: limits.requestSeconds))
        connections.add(record, most: limits.connections)
        armSweep()
        return record
    }

    fileprivate func closed(_ record: AdminConnection) {
        connections.remove(record)
        // Where no place was free it does not look at its listening socket, and finds that there is one in its next turn.
        if connections.isCrowded(limits.connections) { runSoon() }
    }

    // MARK: Requests

    /// The head of a request is complete, or a piece of its body is there, or all of it.
    fileprivate func requested(
        _ exchange: AdminExchange, method: String, path: String, bodyBytes: Int
    ) -> MHD_Result {
        guard bodyBytes == 0 else {
            exchange.bodyBytes += bodyBytes
            return exchange.bodyBytes > limits.bodyBytes ? .NO : .YES
        }
        if let answer = exchange.answer { return queue(answer, exchange) }
        // It was taken up again without an answer: its time is over.
        guard exchange.begin() else { return .NO }
        let request = AdminRequest(exchange.connection, method: method, path: path)
        record(of: exchange.connection)?.begins(exchange, until: loop.now.adding(seconds: limits.requestSeconds))
        switch handler.answer(request) {
        case .document(let document):
            return queue(document, exchange)
        case .later(let begin):
            begin(AdminReply(exchange: exchange))
            if let answer = exchange.answer { return queue(answer, exchange) }
            exchange.wait()
            return .YES
        case .events(let stream):
            record(of: exchange.connection)?.streams(exchange)
            guard let document = stream.document(for: exchange) else { return .NO }
            return queue(document, exchange)
        }
    }

    private func queue(_ document: HTTPDocument, _ exchange: AdminExchange) -> MHD_Result {
        MHD_queue_response(exchange.connection, document.status.rawValue, document.response)
    }

    fileprivate func ended(_ exchange: AdminExchange) {
        exchange.end()
        record(of: exchange.connection)?.ends(until: loop.now.adding(seconds: limits.requestSeconds))
    }

    private func record(of connection: OpaquePointer) -> AdminConnection? {
        admin_record(connection).map { Unmanaged<AdminConnection>.fromOpaque($0).takeUnretainedValue() }
    }
}

// MARK: What libmicrohttpd calls

private func server(_ data: UnsafeMutableRawPointer?) -> AdminServer? {
    data.map { Unmanaged<AdminServer>.fromOpaque($0).takeUnretainedValue() }
}

private func requestArrived(
    _ data: UnsafeMutableRawPointer?, _ connection: OpaquePointer?, _ path: UnsafePointer<CChar>?,
    _ method: UnsafePointer<CChar>?, _ version: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?,
    _ bodyBytes: UnsafeMutablePointer<Int>?, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let server = server(data), let connection, let path, let method, let bodyBytes, let state else { return .NO }
    // The first call is for the head alone: an answer to it would end the connection.
    guard let known = state.pointee else {
        state.pointee = Unmanaged.passRetained(AdminExchange(connection, server)).toOpaque()
        return .YES
    }
    let exchange = Unmanaged<AdminExchange>.fromOpaque(known).takeUnretainedValue()
    let count = bodyBytes.pointee
    bodyBytes.pointee = 0
    return server.requested(
        exchange, method: String(cString: method), path: String(cString: path), bodyBytes: count)
}

private func requestCompleted(
    _ data: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_RequestTerminationCode
) {
    guard let server = server(data), let known = state?.pointee else { return }
    state?.pointee = nil
    server.ended(Unmanaged<AdminExchange>.fromOpaque(known).takeRetainedValue())
}

private func connectionChanged(
    _ data: UnsafeMutableRawPointer?, _ connection: OpaquePointer?,
    _ record: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ code: MHD_ConnectionNotificationCode
) {
    guard let server = server(data), let connection, let record else { return }
    if code == .CONNECTION_NOTIFY_STARTED {
        record.pointee = Unmanaged.passRetained(server.opened(connection)).toOpaque()
    } else if let known = record.pointee {
        record.pointee = nil
        server.closed(Unmanaged<AdminConnection>.fromOpaque(known).takeRetainedValue())
    }
}
