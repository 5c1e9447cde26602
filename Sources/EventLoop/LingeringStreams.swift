import CLibuv

/// Streams that `finish()` has ended and whose peer has not: closed by force after one to two sweeps.
struct LingeringStreams {
    /// Milliseconds between sweeps.
    static let sweepInterval: UInt64 = 3000

    /// Ended since the last sweep.
    private var young: Set<UnsafeMutablePointer<StreamRecord>> = []
    /// Ended before it.
    private var old: Set<UnsafeMutablePointer<StreamRecord>> = []
    private let timer: UnsafeMutablePointer<uv_timer_t>

    /// An empty set, swept by `timer`, which is initialised and its `data` the loop.
    init(timer: UnsafeMutablePointer<uv_timer_t>) {
        self.timer = timer
    }

    mutating func insert(_ record: UnsafeMutablePointer<StreamRecord>) {
        young.insert(record)
        guard uv_is_active(asHandle(timer)) == 0 else { return }
        uv_timer_start(
            timer,
            { timer in
                guard let data = timer?.pointee.data else { return }
                Unmanaged<EventLoop>.fromOpaque(data).takeUnretainedValue().sweepLingering()
            }, Self.sweepInterval, Self.sweepInterval)
    }

    mutating func remove(_ record: UnsafeMutablePointer<StreamRecord>) {
        young.remove(record)
        old.remove(record)
        if young.isEmpty && old.isEmpty { uv_timer_stop(timer) }
    }

    /// Ages everything by one sweep and returns what is too old.
    mutating func sweep() -> Set<UnsafeMutablePointer<StreamRecord>> {
        let overdue = old
        old = young
        young = []
        return overdue
    }
}

extension EventLoop {
    func sweepLingering() {
        for record in lingering.sweep() {
            record.close(record.pointee.output == nil ? .finished : .outputOverflow)
        }
    }
}
