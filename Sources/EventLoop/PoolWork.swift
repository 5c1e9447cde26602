import CLibuv

/// A piece of work for the thread pool, and what the loop does when it is done.
private final class PoolWork {
    let loop: EventLoop
    let work: @Sendable () -> Void
    let done: () -> Void

    init(_ loop: EventLoop, work: @escaping @Sendable () -> Void, done: @escaping () -> Void) {
        self.loop = loop
        self.work = work
        self.done = done
    }
}

/// What the work has made. A thread of the pool writes it, then the loop reads it; never both at a time.
private final class PoolValue<Value>: @unchecked Sendable {
    var value: Value?
}

extension EventLoop {
    /// Does `work` in the thread pool, then `done` with its value on the loop; never `done` after the loop's `shutdown`, which waits for the work.
    ///
    /// The pool has four threads, which names and files need too: at most one of them for long work.
    public func inThreadPool<Value>(
        _ work: @escaping @Sendable () -> sending Value, done: @escaping (Value) -> Void
    ) {
        let made = PoolValue<Value>()
        enqueue {
            made.value = work()
        } done: {
            if let value = made.value { done(value) }
        }
    }

    private func enqueue(_ work: @escaping @Sendable () -> Void, done: @escaping () -> Void) {
        let request = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
        request.initialize(to: uv_work_t())
        request.pointee.data = Unmanaged.passRetained(PoolWork(self, work: work, done: done)).toOpaque()
        let status = uv_queue_work(uv, request) { request in
            guard let data = request?.pointee.data else { return }
            Unmanaged<PoolWork>.fromOpaque(data).takeUnretainedValue().work()
        } _: { request, _ in
            guard let request, let data = request.pointee.data else { return }
            let work = Unmanaged<PoolWork>.fromOpaque(data).takeRetainedValue()
            request.deallocate()
            if !work.loop.isShutDown { work.done() }
        }
        precondition(status == 0, "work without a function")
    }
}
