import CLibuv
import Foundation
import Glibc

/// A SOCKS5 proxy over real sockets, with threads of its own: whatever it is asked for, it connects to one pool here, so
/// that names work which nobody can resolve.
final class SocksRelay: @unchecked Sendable {
    /// How it behaves.
    struct Options {
        /// The reply to the request for a connection; other than 0 refuses.
        var reply: UInt8 = 0
        /// Takes nobody without these.
        var password: (user: String, password: String)?
        /// Says this to a greeting, and no more.
        var words: [UInt8]?
        /// Closes when it is greeted.
        var hangsUp = false
        /// Seconds between the bytes of its own answers; nil sends them whole.
        var dripSeconds: Double?
    }

    let port: UInt16
    private let descriptor: Int32
    private let poolPort: UInt16
    private let options: Options
    private let lock = NSLock()
    private var asked: [String] = []
    private var isStopped = false

    /// Begins to serve.
    convenience init(to pool: ScriptedPool, _ options: Options = Options()) throws {
        try self.init(toPort: pool.port, options)
    }

    /// The same to whatever listens at a port here.
    init(toPort poolPort: UInt16, _ options: Options = Options()) throws {
        (descriptor, port) = try Loopback.listen()
        self.poolPort = poolPort
        self.options = options
        Thread.detachNewThread { [weak self, descriptor] in
            while true {
                let connection = loop_accept(descriptor, nil, nil)
                guard connection >= 0 else { break }
                guard let self else {
                    close(connection)
                    break
                }
                // The thread keeps it alive: a connection outlives nobody's patience.
                Thread.detachNewThread { self.serve(connection) }
            }
            close(descriptor)
        }
    }

    deinit {
        stop()
    }

    /// Takes no more connections: the thread that waits for them ends, and closes the descriptor. By a second call its
    /// number may be that of a socket of another test.
    func stop() {
        lock.lock()
        defer { lock.unlock() }
        if !isStopped { shutdown(descriptor, Int32(SHUT_RDWR)) }
        isStopped = true
    }

    var address: String { "127.0.0.1:\(port)" }

    /// What it was asked to connect to, as `kind host:port`.
    var targets: [String] {
        lock.lock()
        defer { lock.unlock() }
        return asked
    }

    // MARK: One connection

    private func serve(_ client: Int32) {
        defer { close(client) }
        _ = fcntl(client, F_SETFL, 0)
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard let head = read(client, 2), head[0] == 5, let methods = read(client, Int(head[1])) else { return }
        if options.hangsUp { return }
        if let words = options.words {
            say(client, words)
            _ = read(client, 1)
            return
        }
        guard authenticate(client, methods), let target = readTarget(client) else { return }
        lock.lock()
        asked.append(target)
        lock.unlock()
        guard options.reply == 0 else { return say(client, [5, options.reply, 0, 1, 0, 0, 0, 0, 0, 0]) }
        guard let pool = try? Loopback.connect(to: poolPort) else {
            return say(client, [5, 5, 0, 1, 0, 0, 0, 0, 0, 0])
        }
        defer { close(pool) }
        // The bound address as a name, which is as good as any.
        say(client, [5, 0, 0, 3, 5] + Array("relay".utf8) + [0, 1])
        relay(client, pool)
    }

    private func authenticate(_ client: Int32, _ methods: [UInt8]) -> Bool {
        guard let password = options.password else {
            say(client, [5, methods.contains(0) ? 0 : 0xFF])
            return methods.contains(0)
        }
        guard methods.contains(2) else {
            say(client, [5, 0xFF])
            return false
        }
        say(client, [5, 2])
        guard let head = read(client, 2), head[0] == 1, let user = read(client, Int(head[1])),
            let length = read(client, 1), let given = read(client, Int(length[0]))
        else { return false }
        let isRight = user == Array(password.user.utf8) && given == Array(password.password.utf8)
        say(client, [1, isRight ? 0 : 1])
        return isRight
    }

    private func readTarget(_ client: Int32) -> String? {
        guard let head = read(client, 4), head[..<3] == [5, 1, 0] else { return nil }
        let host: String
        switch head[3] {
        case 1:
            guard let bytes = read(client, 4) else { return nil }
            host = "ipv4 " + bytes.map(String.init).joined(separator: ".")
        case 3:
            guard let length = read(client, 1), let name = read(client, Int(length[0])) else { return nil }
            host = "name " + String(decoding: name, as: UTF8.self)
        case 4:
            guard let bytes = read(client, 16) else { return nil }
            host = "ipv6 " + bytes.map { String($0, radix: 16) }.joined(separator: ".")
        default:
            return nil
        }
        guard let port = read(client, 2) else { return nil }
        return "\(host):\(Int(port[0]) << 8 | Int(port[1]))"
    }

    private func relay(_ first: Int32, _ second: Int32) {
        var polls = [first, second].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let ready = poll(&polls, 2, 120_000)
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { return }
            for (from, to) in [(0, 1), (1, 0)] where polls[from].revents != 0 {
                let count = Glibc.read(polls[from].fd, &chunk, chunk.count)
                guard count > 0, send(polls[to].fd, chunk[..<count]) else { return }
            }
        }
    }

    private func say(_ client: Int32, _ bytes: [UInt8]) {
        guard let seconds = options.dripSeconds else {
            _ = send(client, bytes[...])
            return
        }
        for byte in bytes {
            usleep(useconds_t(seconds * 1e6))
            guard send(client, [byte]) else { return }
        }
    }

    private func send(_ descriptor: Int32, _ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Exactly so many bytes; nil where they do not come.
    private func read(_ descriptor: Int32, _ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: max(1, count))
        while bytes.count < count {
            let got = Glibc.read(descriptor, &chunk, count - bytes.count)
            guard got > 0 else { return nil }
            bytes += chunk[..<got]
        }
        return bytes
    }
}
