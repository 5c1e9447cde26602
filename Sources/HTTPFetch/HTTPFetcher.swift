import CCurl
import EventLoop
import Glibc
import ProxyTerms

/// Fetches and sends small documents over http and https on the event loop, with libcurl's multi interface: its sockets are
/// watched by `Poller`s, its clock is a `LoopTimer`, and it never waits.
///
/// GET, and POST without redirects; the certificate is always checked; deadlines and sizes are bounded; redirects lead from https
/// to https only; no cookies, no decompression, no proxy from the environment. Idle connections are kept for the next request.
///
/// What it does is told from the loop, never from inside a call of the user. Close it before its loop is shut down.
public final class HTTPFetcher {
    /// Requests that may be under way at a time.
    public static let atOnce = 8
    /// Idle connections that are kept.
    static let idleConnections = 4

    /// Milliseconds between two nudges.
    private static let nudgeMilliseconds: Int64 = 500

    private let loop: EventLoop
    /// libcurl's multi handle; nil when closed.
    private var multi: UnsafeMutableRawPointer?
    private var timer: LoopTimer?
    private var nudge: LoopTimer?
    private var pollers: [Int32: Poller] = [:]
    /// When libcurl was last called, by its own clock: at least every `nudgeMilliseconds` while a request is under way.
    private var lastActed: Int64 = 0
    /// By libcurl's handle.
    private var transfers: [UnsafeMutableRawPointer: HTTPTransfer] = [:]

    /// A fetcher without a request.
    ///
    /// - Throws: `LoopError` if libcurl has no memory.
    public init(_ loop: EventLoop) throws(LoopError) {
        self.loop = loop
        guard CurlLibrary.isReady, let multi = curl_multi_init() else { throw LoopError(errno: ENOMEM) }
        self.multi = multi
        let data = Unmanaged.passUnretained(self).toOpaque()
        _ = http_multi_set_socket_function(multi, socketChanged)
        _ = http_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, data)
        _ = http_multi_set_timer_function(multi, timerChanged)
        _ = http_multi_set_pointer(multi, CURLMOPT_TIMERDATA, data)
        _ = http_multi_set_number(multi, CURLMOPT_MAXCONNECTS, Self.idleConnections)
        _ = http_multi_set_number(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        timer = try LoopTimer(loop) { [weak self] in self?.act(CURL_SOCKET_TIMEOUT, 0) }
        nudge = try LoopTimer(loop) { [weak self] in self?.nudgeAll() }
    }

    deinit {
        close()
    }

    /// Requests that are under way.
    public var underWay: Int { transfers.count }

    /// Fetches a document. `completion` is called once, later, unless the transfer is cancelled or the fetcher closed.
    @discardableResult
    public func fetch(
        _ request: HTTPRequest, completion: @escaping (Result<HTTPResponse, HTTPFailure>) -> Void
    ) -> HTTPTransfer {
        precondition(request.bodyLimit >= 0, "a limit that is none")
        let transfer = HTTPTransfer(request, fetcher: self, completion: completion)
        guard let multi else {
            transfer.silence()
            return transfer
        }
        guard transfers.count < Self.atOnce else {
            refuse(transfer, .busy)
            return transfer
        }
        guard let easy = transfer.prepare(request) else {
            refuse(transfer, .other(Int32(CURLE_OUT_OF_MEMORY.rawValue)))
            return transfer
        }
        if transfers.isEmpty { lastActed = Self.clock }
        transfers[easy] = transfer
        if nudge?.isArmed == false { armNudge() }
        let code = curl_multi_add_handle(multi, easy)
        guard code == CURLM_OK else {
            transfers[easy] = nil
            refuse(transfer, .other(code.rawValue))
            return transfer
        }
        return transfer
    }

    /// Ends everything that is under way without a word, and closes all connections.
    public func close() {
        guard let multi else { return }
        self.multi = nil
        let ended = transfers
        transfers = [:]
        for (easy, transfer) in ended {
            transfer.silence()
            curl_multi_remove_handle(multi, easy)
            transfer.release()
        }
        curl_multi_cleanup(multi)
        timer?.close()
        timer = nil
        nudge?.close()
        nudge = nil
        for poller in pollers.values { poller.close() }
        pollers = [:]
    }

    /// Takes out a transfer that was cancelled.
    func remove(_ transfer: HTTPTransfer) {
        guard let multi, let easy = transfer.easy, transfers.removeValue(forKey: easy) != nil else { return }
        curl_multi_remove_handle(multi, easy)
        transfer.release()
    }

    private func refuse(_ transfer: HTTPTransfer, _ failure: HTTPFailure) {
        loop.later { transfer.complete(.failure(failure)) }
    }

    // MARK: libcurl and the loop

    /// Lets libcurl do what a socket or the clock calls for, and tells what is over.
    private func act(_ socket: Int32, _ events: Int32) {
        act { curl_multi_socket_action($0, socket, events, $1) }
    }

    private func act(_ step: (UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> CURLMcode) {
        guard let multi else { return }
        allowForStandstill()
        var running: Int32 = 0
        _ = step(multi, &running)
        var ended: [(HTTPTransfer, Result<HTTPResponse, HTTPFailure>)] = []
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // The message is void once its handle is taken out.
            let code = message.pointee.data.result
            guard let transfer = transfers.removeValue(forKey: easy) else { continue }
            let outcome = transfer.outcome(code)
            curl_multi_remove_handle(multi, easy)
            transfer.release()
            ended.append((transfer, outcome))
        }
        for (transfer, outcome) in ended where self.multi != nil { transfer.complete(outcome) }
    }

    /// After the process stood still (a paused machine, SIGSTOP, swap) whoever answered meanwhile has answered in time, as `LoopTimer` has it
    /// for all other deadlines. libcurl would judge its own before it reads.
    private func allowForStandstill() {
        let now = Self.clock
        let still = now - lastActed - Self.nudgeMilliseconds
        lastActed = now
        guard still > Self.nudgeMilliseconds else { return }
        for transfer in transfers.values { transfer.stoodStill(milliseconds: Int(still)) }
    }

    /// libcurl's clock in milliseconds. The loop's own is that of its last turn.
    private static var clock: Int64 { SystemClock.milliseconds(CLOCK_MONOTONIC) }

    /// Has libcurl look at all of its sockets, though nothing happened there: when it leaves an address that does not answer for the next
    /// one, it forgets to say that there is a new socket to be watched (7.88).
    private func nudgeAll() {
        act { curl_multi_perform($0, $1) }
        if !transfers.isEmpty { armNudge() }
    }

    private func armNudge() { nudge?.arm(at: loop.now.adding(milliseconds: Self.nudgeMilliseconds)) }

    /// libcurl wants a socket watched, or not any more.
    fileprivate func watch(_ socket: Int32, _ what: Int32) {
        if what == CURL_POLL_REMOVE {
            pollers.removeValue(forKey: socket)?.close()
            return
        }
        // While it closes, libcurl may still say good-bye to a server.
        guard multi != nil else { return }
        var readiness: Poller.Readiness = []
        if what & CURL_POLL_IN != 0 { readiness.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { readiness.insert(.writable) }
        if let poller = pollers[socket] {
            poller.watch(readiness)
            return
        }
        // A socket that can't be watched is one that ends by its deadline.
        let poller = try? Poller(loop, descriptor: socket) { [weak self] readiness in
            var events: Int32 = 0
            if readiness.contains(.readable) { events |= CURL_CSELECT_IN }
            if readiness.contains(.writable) { events |= CURL_CSELECT_OUT }
            if readiness.contains(.failed) { events |= CURL_CSELECT_ERR }
            self?.act(socket, events)
        }
        pollers[socket] = poller
        poller?.watch(readiness)
    }

    /// libcurl wants to be called in `milliseconds`; not any more when negative.
    fileprivate func arm(_ milliseconds: Int) {
        guard milliseconds >= 0 else {
            timer?.cancel()
            return
        }
        timer?.arm(at: loop.now.adding(milliseconds: Int64(min(milliseconds, 86_400_000))))
    }
}

private func socketChanged(
    _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32, _ data: UnsafeMutableRawPointer?,
    _ socketData: UnsafeMutableRawPointer?
) -> Int32 {
    guard let data else { return 0 }
    Unmanaged<HTTPFetcher>.fromOpaque(data).takeUnretainedValue().watch(socket, what)
    return 0
}

private func timerChanged(
    _ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let data else { return 0 }
    Unmanaged<HTTPFetcher>.fromOpaque(data).takeUnretainedValue().arm(milliseconds)
    return 0
}
