import CLibuv
import Glibc

/// Turns a signal of the operating system into an event of the loop.
public final class SignalWatcher: OwnedHandle {
    private let action: (Int32) -> Void

    /// Calls `action` with the signal's number each time the process receives `signal`.
    ///
    /// - Throws: `LoopError` for a signal that can't be watched.
    public init(_ loop: EventLoop, signal: Int32, action: @escaping (Int32) -> Void) throws(LoopError) {
        self.action = action
        try super.init(loop, as: uv_signal_t.self) { uv_signal_init(loop.uv, $0) }
        guard let handle = typed(uv_signal_t.self) else { return }
        let status = uv_signal_start(
            handle,
            { handle, number in
                guard let data = handle?.pointee.data else { return }
                Unmanaged<SignalWatcher>.fromOpaque(data).takeUnretainedValue().action(number)
            }, signal)
        guard status == 0 else { throw LoopError(status) }
        // The parent process may have blocked the signal, which is inherited.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, signal)
        pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
        // Waiting for a signal alone keeps no loop running.
        uv_unref(asHandle(handle))
    }
}
