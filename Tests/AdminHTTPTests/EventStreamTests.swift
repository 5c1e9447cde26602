import Testing

@testable import AdminHTTP

@Suite("A stream of events")
struct EventStreamTests {
    private static let get = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("What is sent comes at once, piece by piece, until the stream ends")
    func pieces() throws {
        try AdminTest.run { test in
            let stream = EventStream(Array("retry: 2000\n\n".utf8)) { _ in }
            test.reply = { _ in .events(stream) }
            let reader = try test.reader(Self.get)
            try test.run(until: { reader.text.contains("retry: 2000\n\n") })
            #expect(reader.text.contains("Content-Type: text/event-stream\r\n"))
            stream.send(Array("data: 1\n\n".utf8))
            try test.run(until: { reader.text.contains("data: 1\n\n") })
            stream.send(Array("data: 2\n\n".utf8))
            stream.end()
            try test.run(until: { reader.text.hasSuffix("data: 2\n\n\r\n0\r\n\r\n") })
        }
    }

    @Test("Nothing is done while nothing is sent")
    func quiet() throws {
        try AdminTest.run { test in
            let stream = EventStream(Array("retry: 2000\n\n".utf8)) { _ in }
            test.reply = { _ in .events(stream) }
            let reader = try test.reader(Self.get)
            try test.run(until: { reader.text.contains("retry: 2000\n\n") })
            var turns = 0
            test.loop.afterEvents = { turns += 1 }
            let begun = test.loop.now
            try test.run(until: { test.loop.now.seconds(since: begun) > 0.5 })
            // The test itself looks every 2 ms, which takes two turns each.
            #expect(turns < 1_000)
        }
    }

    @Test("A reader that has gone is noticed with the next piece")
    func gone() throws {
        try AdminTest.run { test in
            var hasEnded = false
            let stream = EventStream([]) { _ in hasEnded = true }
            test.reply = { _ in .events(stream) }
            let reader = try test.reader(Self.get)
            try test.run(until: { reader.text.contains("\r\n\r\n") })
            reader.close()
            try test.run(until: {
                stream.send(Array(": still here\n\n".utf8))
                return hasEnded
            })
        }
    }

    // Fault H04.
    @Test("A reader that does not read is let go at the bound")
    func deaf() throws {
        try AdminTest.run { test in
            let stream = EventStream([]) { _ in }
            test.reply = { _ in .events(stream) }
            let reader = try test.reader(Self.get)
            try test.run(until: { reader.text.contains("\r\n\r\n") })
            reader.isDeaf = true
            let piece = [UInt8](repeating: 0x78, count: 65_536)
            for _ in 0..<400 { stream.send(piece) }
            reader.isDeaf = false
            try test.run(until: { reader.isAtEnd || reader.text.hasSuffix("\r\n0\r\n\r\n") })
            #expect(reader.bytes.count < 400 * piece.count)
        }
    }
}
