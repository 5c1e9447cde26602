import CLibuv

/// Watches a file descriptor that somebody else owns, for example a socket of libcurl.
///
/// The owner stops or closes the poller before it closes the descriptor.
public final class Poller: OwnedHandle {
    /// What a descriptor can be ready for.
    public struct Readiness: OptionSet, Sendable {
        /// The bits, ours.
        public let rawValue: UInt8

        /// A set made of our bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// There is something to read, or the peer has ended.
        public static let readable = Readiness(rawValue: 1)
        /// There is room to write.
        public static let writable = Readiness(rawValue: 2)
        /// The descriptor failed; its owner finds out why.
        public static let failed = Readiness(rawValue: 4)
    }

    private let action: (Readiness) -> Void

    /// A poller of `descriptor`, not watching yet. The descriptor is made non-blocking.
    ///
    /// - Throws: `LoopError` if it can't be polled (a regular file) or is watched already.
    public init(_ loop: EventLoop, descriptor: Int32, action: @escaping (Readiness) -> Void) throws(LoopError) {
        self.action = action
        try super.init(loop, as: uv_poll_t.self) { uv_poll_init(loop.uv, $0, descriptor) }
    }

    /// Watches for `readiness` from now on, in place of what was watched before; for nothing when it is empty.
    public func watch(_ readiness: Readiness) {
        guard let poll = typed(uv_poll_t.self) else { return }
        var events: UInt32 = 0
        if readiness.contains(.readable) { events |= UV_READABLE.rawValue }
        if readiness.contains(.writable) { events |= UV_WRITABLE.rawValue }
        guard events != 0 else {
            uv_poll_stop(poll)
            return
        }
        let status = uv_poll_start(poll, Int32(events)) { handle, status, events in
            guard let data = handle?.pointee.data else { return }
            var readiness: Readiness = status < 0 ? .failed : []
            if UInt32(bitPattern: events) & UV_READABLE.rawValue != 0 { readiness.insert(.readable) }
            if UInt32(bitPattern: events) & UV_WRITABLE.rawValue != 0 { readiness.insert(.writable) }
            Unmanaged<Poller>.fromOpaque(data).takeUnretainedValue().action(readiness)
        }
        precondition(status == 0, "a closed descriptor is watched")
    }
}
