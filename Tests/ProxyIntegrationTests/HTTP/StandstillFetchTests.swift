import EventLoop
import Glibc
import HTTPFetch
import Testing

@testable import StratumProxy

/// The process stands still for longer than a request's deadlines, and the server answers meanwhile.
@Suite("Fetching while the process stands still")
struct StandstillFetchTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private func write(_ text: [UInt8], to socket: Int32) {
        #expect(Glibc.write(socket, text, text.count) == text.count)
    }

    private func read(_ socket: Int32) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = Glibc.read(socket, &bytes, bytes.count)
        return count > 0 ? Array(bytes[..<count]) : []
    }

    /// A request that is under way to a server that accepts and says nothing by itself.
    private final class Fetch {
        let test: FetchTest
        let listener: SilentListener
        var outcome: FetchTest.Outcome?

        init(_ test: FetchTest, _ listener: SilentListener) { (self.test, self.listener) = (test, listener) }

        /// Waits for what comes of it.
        func end() throws -> FetchTest.Outcome? {
            try test.test.run { self.outcome != nil }
            return outcome
        }
    }

    /// Begins a request to `address` (nil: the server's own), changed by `change`, and calls `body`.
    private func run(
        address: String? = nil, _ change: (inout HTTPRequest, SilentListener) -> Void, _ body: (Fetch) throws -> Void
    ) throws {
        try FetchTest.run { test in
            let fetch = Fetch(test, try SilentListener(test.loop))
            var request = test.request(address ?? "http://127.0.0.1:\(fetch.listener.port)/")
            change(&request, fetch.listener)
            test.fetcher.fetch(request) { fetch.outcome = $0 }
            try body(fetch)
        }
    }

    /// Turns the loop a few times, so that what libcurl wants to send is sent.
    private func turn(_ test: FetchTest) throws { try test.test.runBriefly(milliseconds: 100) }

    // Fault D11.
    @Test("An answer that came meanwhile came in time, also where the whole deadline has passed")
    func whole() throws {
        try run({ request, _ in request.deadlineSeconds = 1.5 }) { fetch in
            try turn(fetch.test)
            let socket = fetch.listener.take()
            defer { close(socket) }
            #expect(read(socket).starts(with: Array("GET / HTTP/1.1".utf8)))
            write(Array(Self.answer.utf8), to: socket)
            usleep(3_000_000)
            try #expect(fetch.end()?.text == "ok")
        }
    }

    // Fault D11.
    @Test("A connection that stood meanwhile stood in time: the request goes out, and its answer counts")
    func connecting() throws {
        try run({ request, _ in (request.connectSeconds, request.deadlineSeconds) = (1, 1.5) }) { fetch in
            // libcurl has asked for the connection, and has not looked whether it stands.
            try fetch.test.test.run { fetch.listener.isAsked }
            usleep(3_000_000)
            try turn(fetch.test)
            let socket = fetch.listener.take()
            defer { close(socket) }
            #expect(!read(socket).isEmpty)
            write(Array(Self.answer.utf8), to: socket)
            try #expect(fetch.end()?.text == "ok")
        }
    }

    // Fault D11.
    @Test("A SOCKS5 proxy that greeted meanwhile greeted in time")
    func socks() throws {
        let change = { (request: inout HTTPRequest, listener: SilentListener) in
            (request.socks5, request.connectSeconds) = ("127.0.0.1:\(listener.port)", 1)
        }
        try run(address: "http://pool.example/", change) { fetch in
            try turn(fetch.test)
            let socket = fetch.listener.take()
            defer { close(socket) }
            #expect(read(socket).first == 5)
            write([5, 0], to: socket)
            usleep(3_000_000)
            try turn(fetch.test)
            #expect(read(socket).starts(with: [5, 1, 0, 3]))
            write([5, 0, 0, 1, 0, 0, 0, 0, 0, 0], to: socket)
            try turn(fetch.test)
            #expect(!read(socket).isEmpty)
            write(Array(Self.answer.utf8), to: socket)
            try #expect(fetch.end()?.text == "ok")
        }
    }

    @Test("One that says nothing is given up all the same, as long after the standstill as was left of its deadline")
    func silent() throws {
        try run({ request, _ in request.deadlineSeconds = 2 }) { fetch in
            try turn(fetch.test)
            usleep(3_000_000)
            let loop = fetch.test.loop
            loop.updateNow()
            let begin = loop.now
            try #expect(fetch.end()?.failure == .timedOut(.answering))
            loop.updateNow()
            #expect(loop.now.seconds(since: begin) < 10)
        }
    }
}
