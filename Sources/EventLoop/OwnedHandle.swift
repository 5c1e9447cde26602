import CLibuv

/// The Swift side of a libuv handle that one object owns: a timer, a signal watcher, a poller.
///
/// libuv wants the memory of a handle until its close callback has run, which is later than the object's end. So the
/// handle has memory of its own; its `data` leads back here until it is closed.
public class OwnedHandle {
    /// The loop, kept alive by its handles.
    public let loop: EventLoop
    /// The handle's memory; nil when it is closed.
    private(set) var handle: UnsafeMutablePointer<uv_handle_t>?

    /// Allocates a handle and initialises it with one of the `uv_*_init` functions.
    init<Handle>(
        _ loop: EventLoop, as type: Handle.Type, initialise: (UnsafeMutablePointer<Handle>) -> Int32
    ) throws(LoopError) {
        precondition(!loop.isShutDown, "a loop that was shut down is used")
        self.loop = loop
        let memory = UnsafeMutablePointer<Handle>.allocate(capacity: 1)
        let status = initialise(memory)
        guard status == 0 else {
            memory.deallocate()
            throw LoopError(status)
        }
        let handle = asHandle(memory)
        handle.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        self.handle = handle
    }

    deinit {
        close()
    }

    /// Ends the watching for good. No callback comes after this; calling it again does nothing.
    public func close() {
        guard let handle else { return }
        self.handle = nil
        handle.pointee.data = nil
        uv_close(handle) { handle in
            UnsafeMutableRawPointer(handle)?.deallocate()
        }
    }

    /// The handle as its own type, or nil when closed.
    func typed<Handle>(_ type: Handle.Type) -> UnsafeMutablePointer<Handle>? {
        UnsafeMutableRawPointer(handle)?.assumingMemoryBound(to: Handle.self)
    }
}
