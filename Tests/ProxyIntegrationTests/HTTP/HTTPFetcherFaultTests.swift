import EventLoop
import HTTPFetch
import Testing

@testable import StratumProxy

@Suite("Fetching over http and https: deadlines, broken connections, trust, the end")
struct HTTPFetcherFaultTests {
    // MARK: Deadlines

    // Fault X02.
    @Test("A body that comes a byte at a time ends at the total deadline")
    func drip() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .drip(
                    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", rest: String(repeating: "x", count: 100),
                    milliseconds: 50)
            }
            var request = test.request("\(server.secure)/")
            request.deadlineSeconds = 2
            try #expect(test.fetch(request).failure == .timedOut(.answering))
            #expect(server.sent > 45)
        }
    }

    @Test("A head that comes a byte at a time ends at the total deadline")
    func drippingHead() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { _ in
                .drip("HTTP/1.1 200 OK\r\nX: ", rest: String(repeating: "x", count: 100), milliseconds: 50)
            }
            var request = test.request("\(server.plain)/")
            request.deadlineSeconds = 2
            try #expect(test.fetch(request).failure == .timedOut(.answering))
        }
    }

    @Test("A server that accepts and says nothing is given up: in the TLS handshake, and after the request")
    func silence() throws {
        try FetchTest.run { test in
            let listener = try SilentListener(test.loop)
            var request = test.request("https://127.0.0.1:\(listener.port)/")
            request.connectSeconds = 0.2
            let failure = try test.fetch(request).failure
            #expect(failure == .timedOut(.connecting))

            // On a new connection, and on a kept one.
            let server = try WebServer(test.loop, tls: test.tls) { $0.path == "/" ? .silence : .text("") }
            request = test.request("\(server.secure)/")
            request.deadlineSeconds = 2
            try #expect(test.fetch(request).failure == .timedOut(.answering))
            _ = try test.fetch("\(server.secure)/ok")
            try #expect(test.fetch(request).failure == .timedOut(.answering))
            #expect(server.connections == 2)
        }
    }

    @Test("A name that does not exist fails in bounded time, whatever the resolver does")
    func unknownName() throws {
        try FetchTest.run { test in
            var request = test.request("https://no-such-host.invalid/")
            request.connectSeconds = 2
            test.loop.updateNow()
            let begin = test.loop.now
            let failure = try test.fetch(request).failure
            #expect(failure == .nameNotFound || failure == .timedOut(.resolving))
            test.loop.updateNow()
            // glibc alone would wait ten for a name server that never answers.
            #expect(test.loop.now.seconds(since: begin) < 8)
        }
    }

    @Test("Neither cancelling nor closing waits for a name that is being looked up")
    func closedWhileResolving() throws {
        try FetchTest.run { test in
            var request = test.request("https://slow.no-such-host.invalid/")
            request.connectSeconds = 10
            test.loop.updateNow()
            let begin = test.loop.now
            let first = test.fetcher.fetch(request) { _ in }
            test.fetcher.fetch(request) { _ in }
            try test.test.runBriefly(milliseconds: 5)
            first.cancel()
            test.fetcher.close()
            test.loop.updateNow()
            #expect(test.loop.now.seconds(since: begin) < 5)
        }
    }

    // MARK: Connections

    @Test("A port where nobody listens")
    func refused() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop)
            server.stop()
            let failure = try test.fetch("\(server.plain)/").failure
            #expect(failure == .connectFailed("ECONNREFUSED"))
            #expect(failure?.text == "nothing listens there (ECONNREFUSED)")
        }
    }

    @Test(
        "A name with a dead or a silent address before the living one is fetched all the same",
        arguments: ["[100::1]", "127.0.0.8"])
    func deadAddressFirst(dead: String) throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { _ in .text("alive") }
            let port = try #require(UInt16(server.plain.split(separator: ":").last ?? ""))
            let silence = try SilentAddress("127.0.0.8", port: port)
            var request = test.request("http://web.test:\(port)/")
            request.addresses = "web.test:\(port):\(dead),127.0.0.1"
            let outcome = try test.fetch(request)
            #expect(outcome.text == "alive", "\(outcome)")
            withExtendedLifetime(silence) {}
        }
    }

    @Test("A connection that ends in mid-answer")
    func cut() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in
                .raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"")
            }
            try #expect(test.fetch("\(server.secure)/").failure == .connectionLost)
            server.answer = { _ in .raw("") }
            try #expect(test.fetch("\(server.secure)/").failure == .connectionLost)
        }
    }

    @Test("A server that does not speak HTTP")
    func notHTTP() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { _ in .raw("{\"id\":1,\"jsonrpc\":\"2.0\"}\n") }
            try #expect(test.fetch("\(server.plain)/").failure == .notHTTP)
            // The same on a kept connection.
            server.answer = { _ in .text("") }
            _ = try test.fetch("\(server.plain)/")
            server.answer = { _ in .raw("{\"id\":1,\"jsonrpc\":\"2.0\"}\n") }
            try #expect(test.fetch("\(server.plain)/").failure == .notHTTP)
            #expect(server.connections == 2)
        }
    }

    @Test("TLS towards a plain port")
    func tlsToPlain() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop)
            let failure = try test.fetch("https://127.0.0.1:\(server.port)/").failure
            guard case .tls? = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test(
        "Addresses that are none, or of another kind",
        arguments: [
            "", "ftp://127.0.0.1/", "file:///etc/hostname", "http://", "http://a b/", "http://127.0.0.1:99999/",
        ])
    func badAddress(address: String) throws {
        try FetchTest.run { test in
            try #expect(test.fetch(address).failure == .badAddress)
        }
    }

    // MARK: Trust

    @Test("A certificate that nobody vouches for is refused, and nothing is asked")
    func untrusted() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            var request = test.request("\(server.secure)/?address=secret")
            request.authorityFile = nil
            let failure = try test.fetch(request).failure
            #expect(failure == .certificate("SSL certificate problem: self-signed certificate"))
            #expect(server.requests == [])
        }
    }

    @Test("A good certificate of another name is refused")
    func wrongName() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            let failure = try test.fetch("https://127.0.0.1:\(server.port)/").failure
            guard case .certificate(let text)? = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(text.contains("'localhost' does not match target host name '127.0.0.1'"))
            #expect(server.requests == [])
        }
    }

    @Test("A file of certificate authorities that can't be read")
    func noAuthorities() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls)
            var request = test.request("\(server.secure)/")
            request.authorityFile = "/nonexistent/ca.pem"
            try #expect(test.fetch(request).failure == .noAuthorities)
        }
    }

    // MARK: The end

    @Test("Nothing is heard of a request that was cancelled, at whatever stage it was")
    func cancelled() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in .silence }
            var heard = 0
            test.fetcher.fetch(test.request("\(server.secure)/")) { _ in heard += 1 }.cancel()
            let second = test.fetcher.fetch(test.request("\(server.secure)/")) { _ in heard += 1 }
            try test.test.run { server.requests.count == 1 }
            second.cancel()
            second.cancel()
            #expect(test.fetcher.underWay == 0)
            try test.test.run { server.ended == Int(server.connections) }
            #expect(heard == 0)
            // A refused one, too, which is told later.
            test.fetcher.fetch(test.request("")) { _ in heard += 1 }.cancel()
            try test.test.runBriefly()
            #expect(heard == 0)
        }
    }

    @Test("One answer may cancel another request and close the fetcher")
    func closedFromInside() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop) { $0.path == "/now" ? .text("") : .silence }
            var heard = 0
            let other = test.fetcher.fetch(test.request("\(server.plain)/never")) { _ in heard += 1 }
            test.fetcher.fetch(test.request("\(server.plain)/now")) { _ in
                other.cancel()
                test.fetcher.close()
                heard += 10
            }
            try test.test.run { server.ended == 2 }
            #expect(heard == 10)
            test.fetcher.fetch(test.request("\(server.plain)/now")) { _ in heard += 100 }
            try test.test.runBriefly()
            #expect(heard == 10)
        }
    }

    @Test("Closed in full flight it says nothing, keeps nothing, and its loop can be freed")
    func closedInFlight() throws {
        try FetchTest.run { test in
            let server = try WebServer(test.loop, tls: test.tls) { _ in .silence }
            var heard = 0
            weak var fetcher: HTTPFetcher?
            weak var transfer: HTTPTransfer?
            weak var witness: Witness?
            do {
                let local = try HTTPFetcher(test.loop)
                let object = Witness()
                fetcher = local
                witness = object
                for path in ["1", "2"] {
                    transfer = local.fetch(test.request("\(server.secure)/\(path)")) { _ in
                        heard += 1
                        object.use()
                    }
                }
                try test.test.run { server.requests.count == 2 }
                local.fetch(test.request("\(server.secure)/3")) { _ in heard += 1 }
                local.fetch(test.request("")) { _ in heard += 1 }
                local.close()
            }
            try test.test.run { server.ended == 2 }
            try test.test.runBriefly()
            #expect(heard == 0)
            #expect(fetcher == nil && transfer == nil && witness == nil)
        }
    }
}

/// Something that a completion holds.
private final class Witness {
    func use() {}
}
