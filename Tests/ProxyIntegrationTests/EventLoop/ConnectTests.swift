import EventLoop
import Glibc
import ProxyTerms
import Testing

@Suite("Connecting")
struct ConnectTests {
    /// The address of a port that nobody listens on.
    private func refusedAddress(_ test: LoopTest, _ kind: StreamKind) throws -> SocketAddress {
        let listener = try test.listen(kind: kind)
        defer { listener.close() }
        return listener.address
    }

    /// An address that the kernel refuses at once, without asking the network.
    private func impossibleAddress() throws -> SocketAddress {
        try #require(SocketAddress("255.255.255.255:1"))
    }

    @Test("A refused connection names the error")
    func refused() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            _ = test.loop.connect(to: [try refusedAddress(test, kind)], kind: kind, token: 1)
            #expect(test.ended.isEmpty)
            try test.run { test.ended.count == 1 }
            #expect(test.ended[1] == .connectFailed("ECONNREFUSED"))
        }
    }

    @Test("An address that fails is followed by the next one")
    func fallback() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let addresses = [try impossibleAddress(), try refusedAddress(test, kind), listener.address]
            let stream = test.loop.connect(to: addresses, kind: kind, token: 1)
            try test.run { test.log.contains("connected 1") && test.accepted.count == 1 }
            #expect(stream.peer == listener.address)
            #expect(test.ended.isEmpty)
        }
    }

    @Test("An address that drops greetings costs a quarter of a second, not the connection")
    func silent() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen("127.0.0.9:0", kind: kind)
            defer { listener.close() }
            let silence = try SilentAddress("127.0.0.8", port: listener.address.port)
            let first = try #require(SocketAddress(host: "127.0.0.8", port: listener.address.port))
            var failed: [FailedAddress] = []
            test.onConnected = { failed = $0.failedAddresses }
            let start = monotonicSeconds()
            let stream = test.loop.connect(to: [first, listener.address], kind: kind, token: 1)
            try test.run { test.log.contains("connected 1") && test.accepted.count == 1 }
            #expect((0.2...4).contains(monotonicSeconds() - start))
            #expect(stream.peer == listener.address)
            #expect(failed == [FailedAddress(address: first, error: nil)])
            // Bytes go both ways, as over any other connection.
            stream.write(Array("hello".utf8))
            try test.run { test.text(1000) == "hello" }
            withExtendedLifetime(silence) {}
        }
    }

    // Fault D01.
    @Test("A dead IPv6 address before a living IPv4 one costs no time at all")
    func deadIPv6() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let dead = try #require(SocketAddress(host: "100::1", port: listener.address.port))
            let start = monotonicSeconds()
            let stream = test.loop.connect(to: [dead, listener.address], kind: kind, token: 1)
            try test.run { test.log.contains("connected 1") && test.accepted.count == 1 }
            #expect(monotonicSeconds() - start < 4)
            #expect(stream.peer == listener.address)
        }
    }

    @Test("An address that drops greetings is given up after five seconds, and named")
    func givenUp() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let refused = try refusedAddress(test, kind)
            let silence = try SilentAddress("127.0.0.8", port: refused.port)
            let silent = try #require(SocketAddress(host: "127.0.0.8", port: refused.port))
            var failed: [FailedAddress] = []
            test.onClosed = { failed = $0.failedAddresses }
            let start = monotonicSeconds()
            _ = test.loop.connect(to: [silent, refused], kind: kind, token: 1)
            try test.run { test.ended.count == 1 }
            #expect((4.5...20).contains(monotonicSeconds() - start))
            #expect(
                failed == [
                    FailedAddress(address: silent, error: "ETIMEDOUT"),
                    FailedAddress(address: refused, error: "ECONNREFUSED"),
                ])
            withExtendedLifetime(silence) {}
        }
    }

    @Test("When all addresses fail the last error is told")
    func allFail() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let addresses = [try refusedAddress(test, kind), try impossibleAddress()]
            _ = test.loop.connect(to: addresses, kind: kind, token: 1)
            try test.run { test.ended.count == 1 }
            #expect(test.ended[1] == .connectFailed("ENETUNREACH"))
            #expect(test.log == ["closed 1"])
        }
    }

    @Test("No address at all is a failure like any other")
    func noAddress() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            _ = test.loop.connect(to: [], kind: kind, token: 1)
            #expect(test.ended.isEmpty)
            try test.run { test.ended.count == 1 }
            #expect(test.ended[1] == .connectFailed("EADDRNOTAVAIL"))
        }
    }

    @Test("Closing ends the attempts", arguments: [false, true])
    func cancelled(isBetweenAddresses: Bool) throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let addresses = isBetweenAddresses ? [try impossibleAddress(), listener.address] : [listener.address]
            test.loop.connect(to: addresses, kind: kind, token: 1).close()
            try test.run { test.ended.count == 1 }
            #expect(test.ended[1] == .requested)
            #expect(!test.log.contains("connected 1"))
        }
    }

    @Test("A loop may be shut down in the middle of anything")
    func shutdown() throws {
        let test = try LoopTest()
        let kind = StreamKind(test.loop, handler: test)
        let listener = try test.listen(kind: kind)
        _ = test.loop.connect(to: [try impossibleAddress(), listener.address], kind: kind, token: 1)
        _ = test.loop.connect(to: [listener.address], kind: kind, token: 2)
        test.loop.resolve(host: "localhost", port: 1) { _ in Issue.record("answered") }
        test.loop.readFile("/etc/hostname", limit: 100) { _ in Issue.record("answered") }
        test.loop.later { Issue.record("called") }
        let timer = try LoopTimer(test.loop) { Issue.record("called") }
        timer.arm(at: test.loop.now)
        test.loop.shutdown()
        #expect(test.log.isEmpty)
        timer.arm(at: .start)
        listener.close()
    }
}
