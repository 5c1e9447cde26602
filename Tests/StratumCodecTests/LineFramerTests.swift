import Testing

@testable import StratumCodec

@Suite("LineFramer")
struct LineFramerTests {
    /// Feeds `pieces` one after another and returns the lines that come out; nil where one was too long.
    private func lines(_ pieces: [ArraySlice<UInt8>], limit: Int = 65536) -> [String]? {
        var framer = LineFramer()
        var lines: [String] = []
        for piece in pieces {
            let fits = piece.withUnsafeBytes { bytes in
                framer.receive(bytes, limit: limit) { line in
                    lines.append(String(decoding: line, as: UTF8.self))
                    return true
                }
            }
            if !fits { return nil }
        }
        return lines
    }

    private func lines(_ text: String, limit: Int = 65536) -> [String]? {
        lines([ArraySlice(text.utf8)], limit: limit)
    }

    @Test("Recorded lines come out whole, byte by byte and with either line end", arguments: Captures.names)
    func recorded(name: String) {
        let expected = Captures.lines(name).map(\.line)
        for end in ["\n", "\r\n"] {
            let stream = Array(expected.map { $0 + end }.joined().utf8)
            #expect(lines([stream[...]]) == expected)
            #expect(lines(stream.indices.map { stream[$0...$0] }) == expected)
        }
    }

    @Test("A line cut anywhere is the same line", arguments: Captures.names)
    func cuts(name: String) {
        let expected = Captures.lines(name).prefix(4).map(\.line)
        let stream = Array(expected.map { $0 + "\r\n" }.joined().utf8)
        for cut in stream.indices where lines([stream[..<cut], stream[cut...]]) != expected {
            Issue.record("cut at \(cut)")
        }
    }

    @Test("Pieces of any length give the same lines", arguments: 1...67)
    func pieces(length: Int) {
        let expected = Captures.all.prefix(40).map(\.line)
        let stream = Array(expected.map { $0 + "\n" }.joined().utf8)
        let starts = stride(from: 0, to: stream.count, by: length)
        #expect(lines(starts.map { stream[$0..<min($0 + length, stream.count)] }) == expected)
    }

    @Test("Empty lines are lines, a return alone is one byte of a line's end only")
    func empty() {
        #expect(lines("\n\r\n\r\r\na\rb\n") == ["", "", "\r", "a\rb"])
    }

    @Test("What has no line feed yet is no line")
    func unfinished() {
        #expect(lines("abc\nde") == ["abc"])
    }

    @Test("A line feed is found at every place in a word", arguments: 0..<40)
    func places(before: Int) {
        let line = String(repeating: "\u{B}", count: before)
        #expect(lines(line + "\nx\n") == [line, "x"])
    }

    @Test("A line of exactly the limit passes, one byte more does not, wherever it is cut")
    func limit() {
        for (count, passes) in [(7, true), (8, true), (9, false), (30, false)] {
            let stream = Array((String(repeating: "x", count: count) + "\n").utf8)
            for cut in stream.indices {
                let result = lines([stream[..<cut], stream[cut...]], limit: 8)
                #expect((result != nil) == passes)
            }
        }
    }

    // Fault R06.
    @Test("A line that never ends is refused when it passes the limit, and its memory is given back")
    func endless() {
        var framer = LineFramer()
        let byte: [UInt8] = [0x78]
        for count in 1...8 {
            let fits = byte.withUnsafeBytes { framer.receive($0, limit: 8) { _ in true } }
            #expect(fits && framer.pendingBytes == count)
        }
        let fits = byte.withUnsafeBytes { framer.receive($0, limit: 8) { _ in true } }
        #expect(!fits && framer.pendingBytes == 0)
    }

    @Test("Lines before the one that is too long are handed out")
    func beforeOverflow() {
        var framer = LineFramer()
        var seen = 0
        let fits = withBytes("a\nb\nccccccccc\nd\n") { bytes in
            framer.receive(bytes, limit: 4) { _ in
                seen += 1
                return true
            }
        }
        #expect(!fits && seen == 2)
    }

    @Test("Nothing is held once a line is complete")
    func holdsNothing() {
        var framer = LineFramer()
        _ = withBytes("half") { framer.receive($0, limit: 100) { _ in true } }
        #expect(framer.pendingBytes == 4)
        _ = withBytes(" line\n") { framer.receive($0, limit: 100) { _ in true } }
        #expect(framer.pendingBytes == 0)
        #expect(MemoryLayout<LineFramer>.size == MemoryLayout<Int>.size)
    }

    @Test("A reader that stops gets nothing more, and the next bytes start a new line")
    func stops() {
        var framer = LineFramer()
        var seen: [String] = []
        for text in ["a\nb\nc", "d\n"] {
            let fits = withBytes(text) { bytes in
                framer.receive(bytes, limit: 100) { line in
                    seen.append(String(decoding: line, as: UTF8.self))
                    return false
                }
            }
            #expect(fits)
        }
        #expect(seen == ["a", "d"])
    }

    @Test("A line that is complete in what came is handed out from there, without a copy")
    func noCopy() {
        var framer = LineFramer()
        withBytes("first\nsecond\n") { bytes in
            var starts: [Int] = []
            _ = framer.receive(bytes, limit: 100) { line in
                if let base = bytes.baseAddress, let start = line.baseAddress { starts.append(start - base) }
                return true
            }
            #expect(starts == [0, 6])
        }
    }
}
