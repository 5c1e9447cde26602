import Glibc

/// A pool that logs anybody in, gives out jobs on command and says OK to every share.
///
/// Like p2pool it gives each connection a blob of its own, and numbers the jobs of each connection. With `ownsByte` it
/// keeps byte 42 for itself, as an xmrig-proxy does.
final class FakePool: Watcher {
    /// How it behaves.
    enum Mood: CaseIterable {
        case well
        /// Closes each connection at once.
        case down
        /// Reads, and says nothing.
        case silent
        /// Refuses every share.
        case refusing
        /// Answers each line with what is no JSON.
        case babbling
        /// Hangs up on each second share, in the middle of the answer's line.
        case flaky
    }

    /// How it behaves from now on.
    var mood = Mood.well
    /// Shares to which it said OK.
    fileprivate(set) var accepted = 0
    let port: UInt16
    let ownsByte: Bool
    /// Submits that have come.
    fileprivate(set) var submits = 0
    /// Logins that have come.
    fileprivate(set) var logins = 0
    private let reactor: Reactor
    private let listener: Int32
    private var sessions: [PoolConnection] = []
    private var clients: UInt64 = 0

    init(_ reactor: Reactor, ownsByte: Bool = false) throws {
        self.reactor = reactor
        self.ownsByte = ownsByte
        (listener, port) = try Sockets.listen()
        reactor.watch(listener, Reactor.input, self)
    }

    deinit {
        reactor.forget(listener)
        close(listener)
    }

    /// Connections that are logged in.
    var lanes: Int { sessions.count { $0.isLoggedIn } }

    /// Gives each connection a new job.
    func pushJobs() {
        for session in sessions where session.isLoggedIn { session.pushJob() }
    }

    /// Closes all connections.
    func dropAll() {
        for session in sessions { session.close() }
        sessions = []
    }

    func ready(_ events: UInt32) {
        while let descriptor = Sockets.accept(listener) {
            clients += 1
            let session = PoolConnection(self, reactor, descriptor, number: clients)
            if mood == .down { session.close() } else { sessions.append(session) }
        }
    }

    fileprivate func ended(_ session: PoolConnection) {
        sessions.removeAll { $0 === session }
    }
}

/// One client of the pool.
private final class PoolConnection: LineReceiver {
    private unowned let pool: FakePool
    private let number: UInt64
    private var connection: Connection?
    private(set) var isLoggedIn = false
    private var job: UInt64 = 0
    private var output: [UInt8] = []

    init(_ pool: FakePool, _ reactor: Reactor, _ descriptor: Int32, number: UInt64) {
        self.pool = pool
        self.number = number
        connection = Connection(reactor, descriptor, isConnected: true, self)
    }

    func close() {
        connection?.close()
    }

    private func hangUp() {
        close()
        pool.ended(self)
    }

    func pushJob() {
        output.append("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":")
        appendJob()
        output.append("}\n")
        flush()
    }

    func opened(_ connection: Connection) {}

    func received(_ line: UnsafeRawBufferPointer, on connection: Connection) {
        guard let id = Text.requestID(in: line) else { return }
        switch pool.mood {
        case .well, .refusing, .flaky: break
        case .down, .silent: return
        case .babbling: return output.append("<html>503</html>\n")
        }
        if Text.end(of: "\"method\":\"submit\"", in: line) != nil {
            pool.submits += 1
            output.append("{\"id\":")
            output.append(contentsOf: id)
            if pool.mood == .refusing {
                return output.append(",\"jsonrpc\":\"2.0\",\"error\":{\"code\":-1,\"message\":\"Stale share\"}}\n")
            }
            if pool.mood == .flaky, pool.submits % 2 == 0 {
                flush()
                return hangUp()
            }
            pool.accepted += 1
            output.append(",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}\n")
        } else if Text.end(of: "\"method\":\"login\"", in: line) != nil {
            pool.logins += 1
            isLoggedIn = true
            output.append("{\"id\":")
            output.append(contentsOf: id)
            output.append(",\"jsonrpc\":\"2.0\",\"result\":{\"id\":\"")
            output.append(contentsOf: Text.hex(number, digits: 8))
            output.append("\",\"job\":")
            appendJob()
            output.append(",\"extensions\":[\"algo\"")
            if pool.ownsByte { output.append(",\"nicehash\",\"keepalive\"") }
            output.append("],\"status\":\"OK\"}}\n")
        }
    }

    func drained(_ connection: Connection) {
        flush()
    }

    func ended(_ connection: Connection) {
        pool.ended(self)
    }

    private func flush() {
        connection?.send(output)
        output.removeAll(keepingCapacity: true)
    }

    /// 76 bytes of blob, no two alike; difficulty 20,000.
    private func appendJob() {
        job += 1
        output.append("{\"blob\":\"1010d5c8b7c106")
        output.append(contentsOf: Text.hex(UInt64(pool.port), digits: 16))
        output.append(contentsOf: Text.hex(number, digits: 16))
        output.append(contentsOf: Text.hex(job, digits: 16))
        output.append("5a5a5a5a5a5a5a5a000000")
        output.append(contentsOf: Text.hex(pool.ownsByte ? number % 255 + 1 : 0, digits: 2))
        output.append("8f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f01d\",\"job_id\":\"")
        output.append(contentsOf: String(job, radix: 16).utf8)
        output.append("\",\"target\":\"b8460300\",\"algo\":\"rx/0\",\"height\":3400000,\"seed_hash\":\"")
        output.append("b5e1a3f40c6d2b7898a1c0d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718\"}")
    }
}
