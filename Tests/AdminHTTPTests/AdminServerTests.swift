import Testing

@testable import AdminHTTP

@Suite("The admin port's server")
struct AdminServerTests {
    private static let get = "GET /one HTTP/1.1\r\nHost: localhost\r\n"

    @Test("A request is answered, with headers that browsers heed")
    func answers() throws {
        try AdminTest.run { test in
            let answer = try test.answer(to: Self.get + "Connection: close\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n/one"))
            for header in [
                "Content-Type: text/plain", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
                "Referrer-Policy: no-referrer", "X-Frame-Options: DENY", "Cross-Origin-Resource-Policy: same-origin",
            ] {
                #expect(answer.contains("\r\n\(header)\r\n"), "\(header)")
            }
        }
    }

    @Test("HEAD is answered without a body")
    func head() throws {
        try AdminTest.run { test in
            let answer = try test.answer(to: "HEAD /one HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            #expect(answer.contains("Content-Length: 4\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("Path, arguments and headers are read; of an argument that is there twice the first")
    func request() throws {
        try AdminTest.run { test in
            _ = try test.answer(
                to: "GET /a%20b?from=1&to=%32&from=3&empty HTTP/1.1\r\nHost: farm:3356\r\nAUTHORIZATION: Bearer x\r\n"
                    + "Connection: close\r\n\r\n")
            #expect(
                test.requests == [
                    AdminRequest(
                        path: "/a b", query: ["from": "1", "to": "2", "empty": ""],
                        headers: ["host": "farm:3356", "authorization": "Bearer x"])
                ])
        }
    }

    @Test("Requests on one connection are answered in their order")
    func pipelined() throws {
        try AdminTest.run { test in
            let answer = try test.answer(
                to: "GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(answer.split(separator: "\r\n\r\n").count == 3)
            #expect(test.requests.map(\.path) == ["/one", "/two"])
        }
    }

    // Fault H01.
    @Test("A head that is sent byte by byte without end is cut off by its deadline, though it never rests")
    func slowHead() throws {
        var limits = AdminLimits()
        limits.requestSeconds = 1
        try AdminTest.run(limits) { test in
            let reader = try test.reader(Self.get)
            try test.run(until: {
                reader.send("x")
                return reader.isAtEnd
            })
            #expect(reader.bytes.isEmpty)
            #expect(test.requests.isEmpty)
        }
    }

    @Test("A connection that sends nothing is closed")
    func idle() throws {
        var limits = AdminLimits()
        limits.idleSeconds = 1
        try AdminTest.run(limits) { test in
            let reader = try test.reader()
            try test.run(until: { reader.isAtEnd })
            #expect(reader.bytes.isEmpty)
        }
    }

    @Test("A head beyond the bound is refused, and nobody is asked")
    func longHead() throws {
        try AdminTest.run { test in
            let line = "X-Long: " + String(repeating: "x", count: 30_000) + "\r\n\r\n"
            let answer = try test.answer(to: Self.get + line)
            #expect(answer.hasPrefix("HTTP/1.1 431") || answer.hasPrefix("HTTP/1.1 413"), "\(answer.prefix(40))")
            #expect(test.requests.isEmpty)
        }
    }

    @Test("A body is passed over up to its bound, and a longer one ends the connection unanswered")
    func bodies() throws {
        try AdminTest.run { test in
            let head = "PUT /one HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            let answer = try test.answer(to: head + "Content-Length: 5\r\n\r\nhello")
            #expect(answer.hasSuffix("\r\n\r\n/one"))
            let long = String(repeating: "x", count: 100_000)
            let none = try test.answer(to: head + "Content-Length: 100000\r\n\r\n" + long)
            #expect(none.isEmpty)
            #expect(test.requests.count == 1)
        }
    }

    @Test("What is no HTTP is refused or hung up on, and the next reader is answered")
    func garbage() throws {
        var limits = AdminLimits()
        limits.idleSeconds = 1
        try AdminTest.run(limits) { test in
            for text in [
                "\u{1}\u{2}\u{3}\r\n\r\n", "{\"id\":1,\"method\":\"login\"}\n\n", "GET\r\n\r\n", "\r\n\r\n\r\n\r\n",
            ] {
                let reader = try test.reader(text)
                try test.run(until: { reader.isAtEnd || !reader.bytes.isEmpty })
            }
            #expect(try test.answer(to: Self.get + "Connection: close\r\n\r\n").hasSuffix("/one"))
        }
    }

    // Fault H01.
    @Test("With every place taken by readers that ask nothing, the oldest makes room for one that asks")
    func crowd() throws {
        var limits = AdminLimits()
        limits.connections = 8
        try AdminTest.run(limits) { test in
            var silent: [RawReader] = []
            for _ in 0..<40 { silent.append(try test.reader("GET / HT")) }
            let answer = try test.answer(to: Self.get + "Connection: close\r\n\r\n")
            #expect(answer.hasSuffix("/one"))
            try test.run(until: { silent.count { $0.isAtEnd } >= 32 })
            #expect(silent.count { !$0.isAtEnd } <= 8)
        }
    }

    @Test("An answer may come later, and other readers are answered meanwhile")
    func later() throws {
        try AdminTest.run { test in
            var replies: [AdminReply] = []
            test.reply = { request in
                if request.path == "/now" { return .document(HTTPDocument(type: "text/plain", Array("now".utf8))) }
                return .later { replies.append($0) }
            }
            let waiting = try test.reader(Self.get + "Connection: close\r\n\r\n")
            try test.run(until: { replies.count == 1 })
            #expect(
                try test.answer(to: "GET /now HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").hasSuffix("now"))
            #expect(waiting.bytes.isEmpty)
            replies[0].send(HTTPDocument(type: "text/plain", Array("late".utf8)))
            replies[0].send(HTTPDocument(type: "text/plain", Array("twice".utf8)))
            try test.run(until: { waiting.isAtEnd })
            #expect(waiting.text.hasSuffix("\r\n\r\nlate"))
        }
    }

    @Test("An answer that never comes is given up with its connection, and its reply then does nothing")
    func never() throws {
        var limits = AdminLimits()
        limits.requestSeconds = 1
        try AdminTest.run(limits) { test in
            var replies: [AdminReply] = []
            test.reply = { _ in .later { replies.append($0) } }
            let waiting = try test.reader(Self.get + "\r\n")
            try test.run(until: { waiting.isAtEnd })
            #expect(waiting.bytes.isEmpty)
            replies[0].send(HTTPDocument(type: "text/plain", Array("late".utf8)))
        }
    }

    // Fault H04.
    @Test("An answer that nobody takes ends with its connection")
    func deaf() throws {
        var limits = AdminLimits()
        limits.requestSeconds = 1
        try AdminTest.run(limits) { test in
            let body = [UInt8](repeating: 0x78, count: 16 << 20)
            test.reply = { _ in .document(HTTPDocument(type: "text/plain", body)) }
            let reader = try test.reader(Self.get + "\r\n")
            reader.isDeaf = true
            try test.run(until: { !test.requests.isEmpty })
            let begun = test.loop.now
            try test.run(until: { test.loop.now.seconds(since: begun) > 3 })
            reader.isDeaf = false
            try test.run(until: { reader.isAtEnd })
            #expect(reader.bytes.count < body.count)
        }
    }

    @Test("A server that is closed with readers in every state leaves nothing behind")
    func close() throws {
        try AdminTest.run { test in
            test.reply = { request in
                switch request.path {
                case "/wait": .later { _ in }
                case "/events": .events(EventStream(Array("data: 1\n\n".utf8)) { _ in })
                default: .document(HTTPDocument(type: "text/plain", []))
                }
            }
            let readers = try [
                "", "GET / HT", "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n", "GET /events HTTP/1.1\r\nHost: a\r\n\r\n",
            ]
            .map { try test.reader($0) }
            try test.run(until: { test.requests.count == 2 && !readers[3].bytes.isEmpty })
            test.server.close()
            try test.run(until: { readers.allSatisfy(\.isAtEnd) })
        }
    }
}
