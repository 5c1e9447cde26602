import CLibuv
import ProxyTerms

/// A one-shot timer that can be armed again and again.
///
/// What lies in the sockets is read before its action is called: after the process stood still (a paused machine, SIGSTOP, swap),
/// whoever answered meanwhile has answered in time.
public final class LoopTimer: OwnedHandle {
    private let action: () -> Void
    /// The deadline has passed, and the sockets are read first.
    private var isDue = false

    /// A timer, not armed yet, that calls `action` when it is due.
    public init(_ loop: EventLoop, action: @escaping () -> Void) throws(LoopError) {
        self.action = action
        try super.init(loop, as: uv_timer_t.self) { uv_timer_init(loop.uv, $0) }
    }

    /// Calls the action once at `deadline`, in place of any earlier deadline. `never` is `cancel()`.
    ///
    /// A deadline of the past is due in the next millisecond, so that a timer that always finds something overdue
    /// can't keep the loop from its sockets.
    public func arm(at deadline: Instant) {
        guard deadline != .never else { return cancel() }
        guard let timer = typed(uv_timer_t.self) else { return }
        forget()
        let delay = max(1, deadline.milliseconds.subtractingReportingOverflow(loop.now.milliseconds).partialValue)
        uv_timer_start(
            timer,
            { handle in
                guard let data = handle?.pointee.data else { return }
                Unmanaged<LoopTimer>.fromOpaque(data).takeUnretainedValue().callAfterPolling()
            }, UInt64(delay), 0)
    }

    /// Calls the action once, as soon as what lies in the sockets now is read, in place of any deadline.
    public func callAfterPolling() {
        guard let timer = typed(uv_timer_t.self) else { return }
        uv_timer_stop(timer)
        guard !isDue else { return }
        isDue = true
        loop.callAfterPolling(self)
    }

    /// The sockets are read.
    func polled() {
        isDue = false
        action()
    }

    private func forget() {
        guard isDue else { return }
        isDue = false
        loop.forgetDue(self)
    }

    /// Forgets the deadline.
    public func cancel() {
        guard let timer = typed(uv_timer_t.self) else { return }
        forget()
        uv_timer_stop(timer)
    }

    deinit {
        close()
    }

    /// Ends the timer for good.
    public override func close() {
        forget()
        super.close()
    }

    /// Whether a deadline lies ahead.
    public var isArmed: Bool {
        guard let timer = typed(uv_timer_t.self) else { return false }
        return isDue || uv_is_active(asHandle(timer)) != 0
    }
}
