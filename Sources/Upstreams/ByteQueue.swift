/// Bytes waiting in order. Keeps its memory; the front is given up in bulk, so that taking stays cheap.
struct ByteQueue: Sendable {
    private var storage: [UInt8] = []
    private var head = 0

    /// Bytes waiting.
    var count: Int { storage.count - head }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        storage.append(contentsOf: bytes)
    }

    /// Moves the first `count` bytes to the end of `output`.
    mutating func take(_ count: Int, into output: inout [UInt8]) {
        output.append(contentsOf: storage[head..<head + count])
        drop(count)
    }

    /// Gives up the first `count` bytes.
    mutating func drop(_ count: Int) {
        head += count
        if head == storage.count {
            storage.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= storage.count - head {
            storage.removeFirst(head)
            head = 0
        }
    }

    /// Empties the queue and gives its memory back.
    mutating func reset() {
        self = ByteQueue()
    }
}
