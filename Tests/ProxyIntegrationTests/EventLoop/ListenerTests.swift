import Glibc
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("Listeners")
struct ListenerTests {
    @Test("IPv4 and IPv6 share a port", .enabled(if: Loopback.hasIPv6))
    func bothFamilies() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let four = try test.listen("0.0.0.0:0", kind: kind)
            defer { four.close() }
            let six = try test.listen("[::]:\(four.address.port)", kind: kind)
            defer { six.close() }
            for host in ["127.0.0.1", "::1"] {
                let address = try #require(SocketAddress(host: host, port: four.address.port))
                _ = test.loop.connect(to: [address], kind: kind, token: 1)
            }
            try test.run { test.accepted.count == 2 }
            #expect(Set(test.accepted.compactMap { $0.peer?.isIPv6 }) == [false, true])
        }
    }

    @Test("A port that is taken is an error with a name")
    func taken() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            do {
                _ = try test.listen(listener.address.description, kind: kind)
                Issue.record("listens twice")
            } catch let error as LoopError {
                #expect(error.name == "EADDRINUSE")
            }
        }
    }

    @Test("A closed listener accepts nothing, its streams live on")
    func closed() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            let peer = try RawSocket(port: listener.address.port)
            try test.run { test.accepted.count == 1 }
            listener.close()
            _ = test.loop.connect(to: [listener.address], kind: kind, token: 1)
            try test.run { test.ended[1] == .connectFailed("ECONNREFUSED") }
            peer.send([5])
            try test.run { test.received[1000] == [5] }
        }
    }

    // Fault R27.
    @Test("A storm of connections is accepted to the last one")
    func storm() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let peers = try (0..<300).map { _ in try RawSocket(port: listener.address.port) }
            try test.run { test.accepted.count == peers.count }
            #expect(Set(test.accepted.compactMap(\.peer)).count == peers.count)
        }
    }

    // Runs in a process of its own, since the limit holds for all of a process.
    #if compiler(>=6.2)
        // Fault S05.
        @Test("Without descriptors connections are turned away at once, and the loop does not spin")
        func noDescriptors() async {
            await #expect(processExitsWith: .success) {
                try LoopTest.run { test in
                    let kind = StreamKind(test.loop, handler: test)
                    let listener = try test.listen(kind: kind)
                    // The first stream of a loop makes libuv open a spare descriptor of its own.
                    let first = try RawSocket(port: listener.address.port)
                    try test.run { test.accepted.count == 1 }
                    let peers = try (0..<20).map { _ in try RawSocket(port: listener.address.port) }
                    // Room for five of the twenty.
                    // The process may have inherited descriptors with gaps between them: the free ones are counted.
                    var free = 0
                    var bound: Int32 = 0
                    while free < 5 {
                        if fcntl(bound, F_GETFD) == -1 { free += 1 }
                        bound += 1
                    }
                    var limit = rlimit(rlim_cur: rlim_t(bound), rlim_max: rlim_t(bound))
                    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                    try test.run { test.accepted.count + test.turnedAway == 21 }
                    #expect(test.accepted.count == 6)
                    #expect(test.turnedAway == 15)
                    #expect(peers.filter { $0.receive() == nil }.count == 15)
                    var iterations = 0
                    test.loop.afterEvents = { iterations += 1 }
                    try test.runBriefly()
                    #expect(iterations < 5)
                    // A rig that leaves makes room for another one: for its two ends here.
                    test.accepted[1].close()
                    test.accepted[2].close()
                    try test.run { test.ended.count == 2 }
                    let late = try RawSocket(port: listener.address.port)
                    late.send([1])
                    try test.run { test.received[1006] == [1] }
                    listener.close()
                    _ = first
                }
            }
        }

        // Fault S05.
        @Test("Without even a spare descriptor the listener pauses, and takes up again")
        func noSpare() async {
            await #expect(processExitsWith: .success) {
                try LoopTest.run { test in
                    let kind = StreamKind(test.loop, handler: test)
                    let listener = try test.listen(kind: kind)
                    let peer = try RawSocket(port: listener.address.port)
                    var limit = rlimit()
                    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                    let old = limit
                    // Nothing can be opened any more, not even in place of what is closed.
                    limit.rlim_cur = 3
                    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                    try test.run { test.pauses == 3 }
                    #expect(test.accepted.isEmpty)
                    limit = old
                    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                    try test.run { test.accepted.count == 1 }
                    peer.send([1])
                    try test.run { test.received[1000] == [1] }
                    listener.close()
                }
            }
        }
    #endif

    // Fault R25.
    @Test("Connections of both directions have the options they need")
    func options() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let client = test.loop.connect(to: [listener.address], kind: kind, token: 1)
            try test.run { test.accepted.count == 1 && test.log.contains("connected 1") }
            for descriptor in [client.record.descriptor, test.accepted[0].record.descriptor] {
                #expect(option(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) == 1)
                #expect(option(descriptor, SOL_SOCKET, SO_KEEPALIVE) == 1)
                #expect(option(descriptor, Int32(IPPROTO_TCP), TCP_KEEPIDLE) == 60)
                #expect(option(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT) == 60_000)
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
                #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
            }
        }
    }

    private func option(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, level, name, &value, &size) == 0 ? value : nil
    }
}
