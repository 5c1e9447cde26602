import Glibc
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("Answering on a socket of the file system")
struct LocalListenerTests {
    @Test("One that is stuck, with a full queue, is not taken for dead, and nobody waits for it")
    func fullQueue() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/socket"
            let stuck = try UnixSocket()
            try #require(stuck.listen(path, backlog: 0))
            var clients: [UnixSocket] = []
            var isFull = false
            while !isFull, clients.count < 16 {
                let client = try UnixSocket()
                isFull = !client.connect(path)
                clients.append(client)
            }
            try #require(isFull)
            try LoopTest.run { test in
                #expect(throws: LoopError(errno: EADDRINUSE)) { try LocalListener(test.loop, path: path) { [] } }
            }
        }
    }

    // Runs in a process of its own, since the limit holds for all of a process.
    #if compiler(>=6.2)
        @Test("Without descriptors who asks waits, the loop does not spin, and the answer comes later")
        func noDescriptors() async {
            await #expect(processExitsWith: .success) {
                try withTemporaryDirectory { directory in
                    try LoopTest.run { test in
                        let path = "\(directory)/socket"
                        var answers = 0
                        let listener = try LocalListener(test.loop, path: path) {
                            answers += 1
                            return [1]
                        }
                        let client = try UnixSocket()
                        #expect(client.connect(path))
                        var limit = rlimit()
                        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                        let old = limit
                        limit.rlim_cur = 3
                        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                        var iterations = 0
                        let timer = try LoopTimer(test.loop) { test.loop.stop() }
                        test.loop.updateNow()
                        timer.arm(at: test.loop.now.adding(milliseconds: 250))
                        test.loop.afterEvents = { iterations += 1 }
                        test.loop.run()
                        #expect(answers == 0)
                        #expect(iterations < 20)
                        limit = old
                        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                        try test.run { answers == 1 }
                        listener.close()
                    }
                }
            }
        }
    #endif

    @Test("It knows whether its socket is still in its place")
    func place() throws {
        try withTemporaryDirectory { directory in
            try LoopTest.run { test in
                let path = "\(directory)/socket"
                let listener = try LocalListener(test.loop, path: path) { [] }
                #expect(listener.isInPlace)
                unlink(path)
                #expect(!listener.isInPlace)
                listener.close()
            }
        }
    }
}

/// A socket of the file system that never waits.
private final class UnixSocket {
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_UNIX, SocketKind.stream, 0)
        try #require(descriptor >= 0)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(descriptor)
    }

    func listen(_ path: String, backlog: Int32) -> Bool {
        with(path) { bind(descriptor, $0, $1) } == 0 && Glibc.listen(descriptor, backlog) == 0
    }

    func connect(_ path: String) -> Bool {
        with(path) { Glibc.connect(descriptor, $0, $1) } == 0
    }

    private func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
