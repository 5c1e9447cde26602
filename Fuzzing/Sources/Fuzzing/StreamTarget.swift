import StratumCodec

/// A stream of lines. The framer's lines are those between the line feeds, however the stream is cut, and it never holds more
/// than its limit.
enum StreamTarget {
    static func check(_ bytes: UnsafeRawBufferPointer) {
        var draws = Draws(bytes)
        let limit = Int(draws.byte()) * 4 + 1
        let piece = Int(draws.byte()) + 1
        let odd = Int(draws.byte()) + 1
        let stream = draws.rest
        let whole = framed(stream, limit: limit) { stream.count - $0 }
        require(whole == expected(stream, limit: limit), "other lines than those between the line feeds")
        require(framed(stream, limit: limit) { _ in 1 } == whole, "single bytes make other lines")
        require(framed(stream, limit: limit) { $0 % 2 == 0 ? piece : odd } == whole, "pieces make other lines")
    }

    /// The lines that come out, and whether the framer gave up.
    private struct Outcome: Equatable {
        var lines: [[UInt8]] = []
        var isTooLong = false
    }

    private static func framed(
        _ stream: UnsafeRawBufferPointer, limit: Int, next: (Int) -> Int
    ) -> Outcome {
        var framer = LineFramer()
        var outcome = Outcome()
        var start = 0
        while start < stream.count {
            let end = min(stream.count, start + next(start))
            let piece = UnsafeRawBufferPointer(rebasing: stream[start..<end])
            let fits = framer.receive(piece, limit: limit) { line in
                outcome.lines.append([UInt8](line))
                return true
            }
            require(framer.pendingBytes <= limit, "the framer holds more than its limit")
            if !fits {
                outcome.isTooLong = true
                return outcome
            }
            start = end
        }
        return outcome
    }

    private static func expected(_ stream: UnsafeRawBufferPointer, limit: Int) -> Outcome {
        var outcome = Outcome()
        var line: [UInt8] = []
        for byte in stream {
            if byte == 0x0A {
                outcome.lines.append(line.last == 0x0D ? line.dropLast() : line)
                line = []
            } else {
                line.append(byte)
                if line.count > limit {
                    outcome.isTooLong = true
                    return outcome
                }
            }
        }
        return outcome
    }
}
