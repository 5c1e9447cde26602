/// Cuts a byte stream into lines; what is left waits for its end.
struct PeerLines {
    private(set) var tail: [UInt8] = []

    /// Adds `bytes` and returns the lines that are complete now, without `\n` and `\r\n`.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for index in 0..<bytes.count where bytes[index] == 10 {
            var line = tail
            tail.removeAll(keepingCapacity: true)
            line.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<index]))
            if line.last == 13 { line.removeLast() }
            lines.append(line)
            start = index + 1
        }
        tail.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return lines
    }

    mutating func removeAll() {
        tail.removeAll()
    }
}
