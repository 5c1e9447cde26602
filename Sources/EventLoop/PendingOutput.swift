import CLibuv
import Glibc

/// Bytes that the kernel did not take yet. Exists only while there are some.
///
/// One buffer is with libuv and must not move; what is written meanwhile collects in a second one that follows it.
struct PendingOutput {
    /// libuv's request for the buffer in flight.
    var request: uv_write_t
    /// The buffer that libuv writes.
    var inFlight: Buffer
    /// What goes next.
    var waiting: Buffer

    /// A growing block of memory.
    struct Buffer {
        var start: UnsafeMutableRawPointer?
        var count = 0
        var capacity = 0

        /// Smallest allocation: some jobs' worth of lines.
        static let smallestCapacity = 4096

        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            guard let source = bytes.baseAddress, bytes.count > 0 else { return }
            if count + bytes.count > capacity {
                capacity = max(Self.smallestCapacity, capacity * 2, count + bytes.count)
                guard let grown = realloc(start, capacity) else { fatalError("out of memory") }
                start = grown
            }
            start.map { _ = memcpy($0 + count, source, bytes.count) }
            count += bytes.count
        }

        mutating func release() {
            free(start)
            self = Buffer()
        }
    }

    static func make() -> UnsafeMutablePointer<PendingOutput> {
        let output = UnsafeMutablePointer<PendingOutput>.allocate(capacity: 1)
        output.initialize(to: PendingOutput(request: uv_write_t(), inFlight: Buffer(), waiting: Buffer()))
        return output
    }

    static func destroy(_ output: UnsafeMutablePointer<PendingOutput>) {
        output.pointee.inFlight.release()
        output.pointee.waiting.release()
        output.deallocate()
    }

    /// Bytes that wait, wherever they do.
    var count: Int { inFlight.count + waiting.count }
}
