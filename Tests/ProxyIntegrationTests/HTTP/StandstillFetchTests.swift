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

    /// Turns the loop a few times, so that what libcurl wants to send is sent.
    private func turn(_ test: FetchTest) throws { try test.test.runBriefly(milliseconds: 100) }

    // Fault D11.
    @Test("An answer that came meanwhile came in time, also where the whole deadline has passed")
    func whole() throws {
        try FetchTest.run { test in
            let listener = try SilentListener(test.loop)
            var request = test.request("http://127.0.0.1:\(listener.port)/")
            request.deadlineSeconds = 1.5
            var outcome: FetchTest.Outcome?
            test.fetcher.fetch(request) { outcome = $0 }
            try turn(test)
            let socket = listener.take()
            defer { close(socket) }
            #expect(read(socket).starts(with: Array("GET / HTTP/1.1".utf8)))
            write(Array(Self.answer.utf8), to: socket)
            usleep(3_000_000)
            try test.test.run { outcome != nil }
            #expect(outcome?.text == "ok")
        }
    }

    // Fault D11.
    @Test("A connection that stood meanwhile stood in time: the request goes out, and its answer counts")
    func connecting() throws {
        try FetchTest.run { test in
            let listener = try SilentListener(test.loop)
            var request = test.request("http://127.0.0.1:\(listener.port)/")
            request.connectSeconds = 1
            request.deadlineSeconds = 1.5
            var outcome: FetchTest.Outcome?
            test.fetcher.fetch(request) { outcome = $0 }
            // libcurl has asked for the connection, and has not looked whether it stands.
            try test.test.run { listener.isAsked }
            usleep(3_000_000)
            try turn(test)
            let socket = listener.take()
            defer { close(socket) }
            #expect(!read(socket).isEmpty)
            write(Array(Self.answer.utf8), to: socket)
            try test.test.run { outcome != nil }
            #expect(outcome?.text == "ok")
        }
    }

    // Fault D11.
    @Test("A SOCKS5 proxy that greeted meanwhile greeted in time")
    func socks() throws {
        try FetchTest.run { test in
            let listener = try SilentListener(test.loop)
            var request = test.request("http://pool.example/")
            request.socks5 = "127.0.0.1:\(listener.port)"
            request.connectSeconds = 1
            var outcome: FetchTest.Outcome?
            test.fetcher.fetch(request) { outcome = $0 }
            try turn(test)
            let socket = listener.take()
            defer { close(socket) }
            #expect(read(socket).first == 5)
            write([5, 0], to: socket)
            usleep(3_000_000)
            try turn(test)
            #expect(read(socket).starts(with: [5, 1, 0, 3]))
            write([5, 0, 0, 1, 0, 0, 0, 0, 0, 0], to: socket)
            try turn(test)
            #expect(!read(socket).isEmpty)
            write(Array(Self.answer.utf8), to: socket)
            try test.test.run { outcome != nil }
            #expect(outcome?.text == "ok")
        }
    }

    @Test("One that says nothing is given up all the same, as long after the standstill as was left of its deadline")
    func silent() throws {
        try FetchTest.run { test in
            let listener = try SilentListener(test.loop)
            var request = test.request("http://127.0.0.1:\(listener.port)/")
            request.deadlineSeconds = 2
            var outcome: FetchTest.Outcome?
            test.fetcher.fetch(request) { outcome = $0 }
            try turn(test)
            usleep(3_000_000)
            test.loop.updateNow()
            let begin = test.loop.now
            try test.test.run { outcome != nil }
            #expect(outcome?.failure == .timedOut(.answering))
            test.loop.updateNow()
            #expect(test.loop.now.seconds(since: begin) < 10)
        }
    }
}
