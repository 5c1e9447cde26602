import CLibuv
import Glibc

/// Serves each connection to a socket of the file system, for programs of the same machine.
///
/// Where it answers with one text and closes, the request is the connection itself: nothing is read, so nothing can be wrong
/// with it. The socket is for its owner only, or for its group too.
public final class LocalListener {
    private let path: String
    private var descriptor: Int32 = -1
    private var poller: Poller?
    private var retry: LoopTimer?
    private let loop: EventLoop

    /// Bytes of an answer that are sent; a socket takes that much at once (the kernel doubles what it is asked for, of which
    /// it grants net.core.wmem_max, 212,992).
    public static let mostBytes = 262_144

    /// Listens at `path`, in the place of a socket that a dead process left there, and answers with what `answer` makes.
    ///
    /// `isForGroup`: members of the socket's group may ask, too.
    ///
    /// - Throws: `LoopError` where the path can't be had, `EADDRINUSE` where a living process has it.
    public convenience init(
        _ loop: EventLoop, path: String, isForGroup: Bool = false, answer: @escaping () -> [UInt8]
    ) throws(LoopError) {
        try self.init(loop, path: path, isForGroup: isForGroup) { connection in
            var size = Int32(Self.mostBytes)
            setsockopt(connection, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
            let bytes = answer().prefix(Self.mostBytes)
            _ = bytes.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            Glibc.close(connection)
        }
    }

    /// The same, and hands each connection to `serve`, whose it is to close.
    ///
    /// - Throws: as the other one.
    public init(
        _ loop: EventLoop, path: String, isForGroup: Bool = false, serve: @escaping (Int32) -> Void
    ) throws(LoopError) {
        self.path = path
        self.loop = loop
        descriptor = try Self.open(path, isForGroup: isForGroup)
        do throws(LoopError) {
            retry = try LoopTimer(loop) { [weak self] in self?.poller?.watch(.readable) }
            poller = try Poller(loop, descriptor: descriptor) { [weak self] _ in self?.accept(serve) }
        } catch {
            Glibc.close(descriptor)
            descriptor = -1
            throw error
        }
        poller?.watch(.readable)
    }

    deinit {
        close()
    }

    /// Whether there is anything where the socket was put: somebody may have cleared the directory away.
    public var isInPlace: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Stops listening and removes the socket.
    public func close() {
        guard descriptor >= 0 else { return }
        poller?.close()
        retry?.close()
        Glibc.close(descriptor)
        descriptor = -1
        unlink(path)
    }

    /// Connects to `path` and reads the whole answer, for at most `seconds`.
    ///
    /// - Throws: `LoopError`: `ENOENT` or `ECONNREFUSED` where nobody listens there.
    public static func ask(path: String, seconds: Int) throws(LoopError) -> [UInt8] {
        let descriptor = try connected(to: path, seconds: seconds)
        defer { Glibc.close(descriptor) }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while answer.count <= mostBytes {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 { throw LoopError(errno: errno) }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        return answer
    }

    /// A connection to `path`, on which neither this nor a read takes longer than `seconds`; the caller's to close.
    ///
    /// - Throws: `LoopError`: `ENOENT` or `ECONNREFUSED` where nobody listens there.
    public static func connected(to path: String, seconds: Int) throws(LoopError) -> Int32 {
        let descriptor = try makeSocket()
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        // Where many that asked in vain wait before us, already connecting takes time.
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var isConnected = false
        defer { if !isConnected { Glibc.close(descriptor) } }
        guard try withAddress(path, { connect(descriptor, $0, $1) }) == 0 else { throw LoopError(errno: errno) }
        isConnected = true
        return descriptor
    }

    private func accept(_ serve: (Int32) -> Void) {
        let connection = loop_accept(descriptor, nil, nil)
        guard connection >= 0 else { return pause(errno) }
        serve(connection)
    }

    /// Stops watching for a moment where descriptors or memory are used up: connections wait in the queue, which would
    /// otherwise wake the loop again and again.
    private func pause(_ code: Int32) {
        guard code != EAGAIN, code != EINTR, code != ECONNABORTED else { return }
        poller?.watch([])
        retry?.arm(at: loop.now.adding(milliseconds: TCPListener.pauseMilliseconds))
    }

    private static func open(_ path: String, isForGroup: Bool) throws(LoopError) -> Int32 {
        // A socket that nobody answers at belongs to a process that is gone.
        let probe = try makeSocket()
        _ = fcntl(probe, F_SETFL, O_NONBLOCK)
        let answer = try withAddress(path) { connect(probe, $0, $1) == 0 ? 0 : errno }
        Glibc.close(probe)
        // EAGAIN: one that is stuck has a full queue.
        let isAlive = answer == 0 || answer == EAGAIN
        if isAlive { throw LoopError(errno: EADDRINUSE) }
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
        let descriptor = try makeSocket()
        let mask = umask(isForGroup ? 0o117 : 0o177)
        let bound = try withAddress(path) { bind(descriptor, $0, $1) }
        umask(mask)
        guard bound == 0, listen(descriptor, 16) == 0 else {
            let error = LoopError(errno: errno)
            Glibc.close(descriptor)
            throw error
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return descriptor
    }

    private static func makeSocket() throws(LoopError) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw LoopError(errno: errno) }
        return descriptor
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(LoopError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { throw LoopError(errno: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
