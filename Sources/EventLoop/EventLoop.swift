import CLibuv
import Glibc
import ProxyTerms

/// The one thread that carries all traffic: a libuv loop with its clock, its timers and its shared buffers.
///
/// Everything in this module belongs to the thread that calls `run()`. No callback is ever made from inside a call of
/// the user: what fails at once is reported later, from the loop.
public final class EventLoop {
    /// Called once per iteration, after the events of that iteration and before the loop waits for new ones.
    ///
    /// The place to drain what a batch of events has produced. What it writes, closes or arms takes effect before the
    /// loop waits.
    public var afterEvents: () -> Void = {}

    /// Names that are not looked up: their addresses, in the order of preference, whose ports don't count. For tests.
    public var hosts: [String: [SocketAddress]] = [:]

    /// The libuv loop. Freed in `deinit`.
    let uv: UnsafeMutablePointer<uv_loop_t>
    /// One read buffer for all streams: what is in it is consumed before the next read.
    let readBuffer: UnsafeMutableRawBufferPointer
    /// OpenSSL's working areas, made when the first TLS session needs them.
    private(set) lazy var tlsWorkspace = TLSWorkspace()
    /// Streams that wait for the peer's end after ours, dropped after one to two sweeps.
    var lingering: LingeringStreams
    /// What handshakes have left in the heap.
    var handshakeRemains = HandshakeRemains()
    /// Streams that have sent much, and handshakes under way.
    var turns = ReadTurns()
    var handshakes = HandshakeGate()
    /// True from the beginning of `shutdown()`: handlers hear nothing more.
    private(set) var isShutDown = false

    private var deferred: [() -> Void] = []
    /// Timers whose deadline has passed, and which wait until the sockets are read.
    private var dueTimers: [Unmanaged<LoopTimer>] = []
    /// How many of them were due before the sockets were last read.
    private var polls = 0
    private let check: UnsafeMutablePointer<uv_check_t>
    private let noWait: UnsafeMutablePointer<uv_idle_t>
    private let idle: UnsafeMutablePointer<uv_idle_t>
    private let prepare: UnsafeMutablePointer<uv_prepare_t>
    private let sweep: UnsafeMutablePointer<uv_timer_t>
    private let alarm: UnsafeMutablePointer<uv_timer_t>

    /// Size of the shared read buffer: the largest TLS record several times over.
    static let readBufferSize = 65_536

    /// Makes a loop, and makes the process ignore SIGPIPE (a write to a closed socket is an error, not a death).
    ///
    /// - Throws: `LoopError` if the kernel gives no epoll or event descriptor.
    public init() throws(LoopError) {
        signal(SIGPIPE, SIG_IGN)
        // A file over RLIMIT_FSIZE is an error too (EFBIG): a journal that can't grow is no reason to end the mining.
        signal(SIGXFSZ, SIG_IGN)
        uv = .allocate(capacity: 1)
        prepare = .allocate(capacity: 1)
        sweep = .allocate(capacity: 1)
        alarm = .allocate(capacity: 1)
        idle = .allocate(capacity: 1)
        check = .allocate(capacity: 1)
        noWait = .allocate(capacity: 1)
        lingering = LingeringStreams(timer: sweep)
        readBuffer = .allocate(byteCount: Self.readBufferSize, alignment: 16)
        let status = uv_loop_init(uv)
        guard status == 0 else {
            isShutDown = true
            deallocate()
            throw LoopError(status)
        }
        uv_prepare_init(uv, prepare)
        prepare.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        uv_prepare_start(prepare) { handle in
            guard let data = handle?.pointee.data else { return }
            let loop = Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue()
            loop.afterEvents()
            loop.beginTurn()
            loop.handshakeRemains.giveBack(now: loop.now)
            loop.pollWithoutWaiting()
        }
        uv_check_init(uv, check)
        check.pointee.data = prepare.pointee.data
        uv_check_start(check) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().polled()
        }
        uv_idle_init(uv, noWait)
        uv_timer_init(uv, sweep)
        sweep.pointee.data = prepare.pointee.data
        uv_timer_init(uv, alarm)
        alarm.pointee.data = prepare.pointee.data
        uv_idle_init(uv, idle)
        idle.pointee.data = prepare.pointee.data
        // None of them keeps a loop running.
        uv_unref(asHandle(prepare))
        uv_unref(asHandle(check))
        uv_unref(asHandle(sweep))
        uv_unref(asHandle(alarm))
    }

    deinit {
        guard !isShutDown else { return }
        tearDown()
    }

    /// The loop's time: monotonic, in milliseconds, read once per iteration.
    public var now: Instant {
        Instant(milliseconds: Int64(clamping: uv_now(uv)))
    }

    /// Reads the clock again, after something slow was done within one callback.
    public func updateNow() {
        uv_update_time(uv)
    }

    /// Runs until `stop()`, or until nothing is left to wait for.
    public func run() {
        precondition(!isShutDown, "a loop that was shut down is run")
        uv_run(uv, UV_RUN_DEFAULT)
        // Events of the last iteration, in which `stop()` was called, are drained too.
        afterEvents()
        // A `stop()` in that last call is not meant for the next run.
        uv.pointee.stop_flag = 0
    }

    /// Makes `run()` return after the present iteration.
    public func stop() {
        uv_stop(uv)
    }

    /// Calls `action` in the next iteration of the loop, before it waits.
    public func later(_ action: @escaping () -> Void) {
        deferred.append(action)
        guard deferred.count == 1 else { return }
        // An active idle handle keeps the loop from waiting.
        uv_idle_start(idle) { handle in
            guard let data = handle?.pointee.data else { return }
            Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().runDeferred()
        }
    }

    /// Has the loop wait no longer than until `due`.
    func wake(at due: Instant) {
        uv_timer_start(alarm, { _ in }, UInt64(max(1, due.milliseconds - now.milliseconds)), 0)
    }

    private func runDeferred() {
        uv_idle_stop(idle)
        let actions = deferred
        deferred = []
        for action in actions { action() }
    }

    // MARK: Deadlines

    /// Calls the timer's action as soon as what lies in the sockets now is read.
    ///
    /// libuv runs timers before it looks at the sockets. A process that stood still would then judge deadlines by answers that have
    /// come and are not read yet.
    func callAfterPolling(_ timer: LoopTimer) {
        dueTimers.append(.passUnretained(timer))
    }

    /// Its deadline is another one now, or there is none, or its time is over.
    func forgetDue(_ timer: LoopTimer) {
        guard let index = dueTimers.firstIndex(where: { $0.toOpaque() == Unmanaged.passUnretained(timer).toOpaque() })
        else { return }
        dueTimers.remove(at: index)
        if index < polls { polls -= 1 }
    }

    /// An active idle handle, whose own turn is over by now, makes the loop look at the sockets without waiting.
    private func pollWithoutWaiting() {
        polls = dueTimers.count
        if polls > 0 { uv_idle_start(noWait) { _ in } }
    }

    /// The sockets were read: timers that were due before that are called.
    private func polled() {
        uv_idle_stop(noWait)
        while polls > 0 {
            polls -= 1
            dueTimers.removeFirst().takeUnretainedValue().polled()
        }
    }

    /// Closes every stream, timer and watcher without a word to their handlers and frees the loop. Call it once, when
    /// `run()` has returned; what is left of the loop's objects does nothing any more.
    public func shutdown() {
        guard !isShutDown else { return }
        tearDown()
    }

    private func tearDown() {
        isShutDown = true
        afterEvents = {}
        deferred = []
        dueTimers = []
        polls = 0
        uv_close(asHandle(prepare), nil)
        uv_close(asHandle(check), nil)
        uv_close(asHandle(noWait), nil)
        uv_close(asHandle(sweep), nil)
        uv_close(asHandle(alarm), nil)
        uv_close(asHandle(idle), nil)
        uv_walk(
            uv,
            { handle, _ in
                guard let handle, uv_is_closing(handle) == 0 else { return }
                if uv_handle_get_type(handle) == UV_TCP {
                    UnsafeMutablePointer<StreamRecord>(handle: handle).close(.requested)
                } else if let data = handle.pointee.data {
                    Unmanaged<OwnedHandle>.fromOpaque(data).takeUnretainedValue().close()
                }
            }, nil)
        // A `stop()` that no run has obeyed must not end this one early.
        uv.pointee.stop_flag = 0
        // Close callbacks, and requests still in the thread pool.
        uv_run(uv, UV_RUN_DEFAULT)
        let status = uv_loop_close(uv)
        precondition(status == 0, "a handle outlived its loop")
        deallocate()
    }

    private func deallocate() {
        uv.deallocate()
        prepare.deallocate()
        sweep.deallocate()
        alarm.deallocate()
        idle.deallocate()
        check.deallocate()
        noWait.deallocate()
        readBuffer.deallocate()
    }
}

/// libuv's cast from any of its handle types to the common one.
func asHandle<Handle>(_ handle: UnsafeMutablePointer<Handle>) -> UnsafeMutablePointer<uv_handle_t> {
    UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
}
