import Glibc
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
