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

    @Test("Closing ends the attempt", arguments: [false, true])
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
