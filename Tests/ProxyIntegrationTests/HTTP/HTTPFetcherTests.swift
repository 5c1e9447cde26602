import EventLoop
import HTTPFetch
import Testing

@testable import StratumProxy

@Suite("Fetching over http and https")
struct HTTPFetcherTests {
    // MARK: Answers

    @Test("A document comes over TLS from a server whose certificate is trusted")
    func secure() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .text("{\"a\":1}", headers: ["Last-Modified: Wed, 11 Mar 2026 10:00:00 GMT"])
            }
            let outcome = try test.fetch("\(server.secure)/p2pool/stats")
            #expect(
                outcome
                    == .success(
                        HTTPResponse(status: 200, body: Array("{\"a\":1}".utf8), lastModified: 1_773_223_200)))
            #expect(server.requests.map(\.path) == ["/p2pool/stats"])
        }
    }

    @Test("A document comes over plain http, with any status")
    func plain() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { _ in .reply(404, body: Array("no".utf8)) }
            try #expect(
                test.fetch("\(server.plain)/local/stratum")
                    == .success(HTTPResponse(status: 404, body: Array("no".utf8))))
        }
    }

    @Test("We say who we are, ask for nothing compressed and send no cookie")
    func head() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { _ in .text("", headers: ["Set-Cookie: a=b; Path=/"]) }
            _ = try test.fetch("\(server.plain)/")
            _ = try test.fetch("\(server.plain)/")
            let names = server.requests.map { $0.headers.keys.sorted() }
            #expect(names == [["accept", "host", "user-agent"], ["accept", "host", "user-agent"]])
            #expect(server.requests.first?.headers["user-agent"] == "stratum-proxy/test")
        }
    }

    @Test("The connection is kept for the next request", arguments: [true, false])
    func keepAlive(isSecure: Bool) throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            for _ in 0..<5 { _ = try test.fetch("\(isSecure ? server.secure : server.plain)/") }
            #expect(server.requests.count == 5)
            #expect(server.connections == 1)
        }
    }

    @Test("A kept connection that the server has closed meanwhile is replaced")
    func keptConnectionClosed() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            _ = try test.fetch("\(server.secure)/")
            server.dropConnections()
            try test.test.run { server.ended == 1 }
            try #expect(test.fetch("\(server.secure)/").text == "{}")
            #expect(server.connections == 2)
        }
    }

    @Test("A request may be made from inside an answer")
    func chained() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop)
            var isDone = false
            test.fetcher.fetch(test.request("\(server.plain)/1")) { _ in
                test.fetcher.fetch(test.request("\(server.plain)/2")) { _ in isDone = true }
            }
            try test.test.run { isDone }
            #expect(server.requests.map(\.path) == ["/1", "/2"])
        }
    }

    @Test("Requests travel side by side, up to a bound; one too many is refused")
    func bounded() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { _ in .silence }
            var failures: [HTTPFailure?] = []
            for _ in 0...HTTPFetcher.atOnce {
                test.fetcher.fetch(test.request("\(server.plain)/")) { failures.append($0.failure) }
            }
            try test.test.run { server.requests.count == HTTPFetcher.atOnce && !failures.isEmpty }
            #expect(failures == [.busy])
            #expect(test.fetcher.underWay == HTTPFetcher.atOnce)
        }
    }

    // MARK: Sizes

    @Test("A body announced as too large is not even begun")
    func announcedTooLarge() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .drip("HTTP/1.1 200 OK\r\nContent-Length: 10485760\r\n\r\n", rest: "", milliseconds: 10)
            }
            try #expect(test.fetch("\(server.secure)/").failure == .tooLarge)
        }
    }

    @Test("A body that never ends is cut off at the limit, also one in chunks", arguments: [false, true])
    func endlessBody(isChunked: Bool) throws {
        try FetchTest.run { test in
            let coding = isChunked ? "Transfer-Encoding: chunked\r\n" : ""
            let piece = String(repeating: "x", count: 0x4000)
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .endless(
                    "HTTP/1.1 200 OK\r\n\(coding)\r\n", piece: Array((isChunked ? "4000\r\n\(piece)\r\n" : piece).utf8))
            }
            try #expect(test.fetch("\(server.secure)/").failure == .tooLarge)
            try test.test.run { server.ended == 1 }
        }
    }

    @Test("A body of exactly the limit is taken, one byte more is not")
    func limit() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { .raw("HTTP/1.1 200 OK\r\n\r\n" + $0.path) }
            try #expect(test.fetch("\(server.plain)/234567890", limit: 10).text == "/234567890")
            try #expect(test.fetch("\(server.plain)/2345678901", limit: 10).failure == .tooLarge)
        }
    }

    // Fault X01.
    @Test("A compressed body is not decompressed: a bomb stays small")
    func compressed() throws {
        try FetchTest.run { test in
            // The head of a gzip stream, which would decompress to more.
            let bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
            let server = try WebServer(test.loop) { _ in
                .reply(200, headers: ["Content-Encoding: gzip"], body: bytes)
            }
            try #expect(test.fetch("\(server.plain)/") == .success(HTTPResponse(status: 200, body: bytes)))
        }
    }

    @Test("A head that never ends is cut off")
    func endlessHead() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .endless("HTTP/1.1 200 OK\r\n", piece: Array("X-More: yes\r\n".utf8))
            }
            try #expect(test.fetch("\(server.secure)/").failure == .tooLarge)
        }
    }

    // MARK: Redirects

    @Test("From https to https redirects are followed, three of them")
    func redirects() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            server.answer = { request in
                let count = Int(request.path.dropFirst()) ?? 0
                return count == 0 ? .text("end") : .reply(302, headers: ["Location: \(server.secure)/\(count - 1)"])
            }
            try #expect(test.fetch("\(server.secure)/3").text == "end")
            try #expect(test.fetch("\(server.secure)/4").failure == .tooManyRedirects)
        }
    }

    // Fault X01.
    @Test("Nobody is led from https to anything else", arguments: ["http", "ftp", "file"])
    func downgrade(scheme: String) throws {
        try FetchTest.run { test in
            let other = try WebServer(test.loop)
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .reply(301, headers: ["Location: \(scheme)://127.0.0.1:\(other.port)/etc/hostname"])
            }
            try #expect(test.fetch("\(server.secure)/").failure == .redirectRefused)
            #expect(other.connections == 0)
        }
    }

    @Test("From http no redirect is followed, not even to https")
    func fromPlain() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            server.answer = { _ in .reply(302, headers: ["Location: \(server.secure)/"]) }
            try #expect(test.fetch("\(server.plain)/").failure == .redirectRefused)
            #expect(server.requests.count == 1)
        }
    }

    @Test("A redirect to nowhere is an answer like others")
    func redirectWithoutTarget() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in .reply(304) }
            try #expect(test.fetch("\(server.secure)/") == .success(HTTPResponse(status: 304, body: [])))
        }
    }
}
