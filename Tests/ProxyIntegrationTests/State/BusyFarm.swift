import CLibuv
import Foundation
import Glibc
import ProxyTerms
import Synchronization

/// A pool that takes every share, on threads of its own, and keeps its own account of them. A job of its lives for half a second, and has a
/// difficulty that no other has: which shares a sum of work is made of can be told.
final class BusyPool: Sendable {
    /// A share that it took.
    struct Taken {
        /// In milliseconds since 1970.
        var at: Int64
        var work: Double
        /// Whether p2pool's sidechain counts it.
        var isOnSidechain: Bool
    }

    private struct State {
        var taken: [Taken] = []
        var connections: Set<Int32> = []
        var jobs = 0
        var isDown = false
    }

    let port: UInt16
    private let reservation: Int32
    private let listener: Int32
    private let state = Mutex(State())

    init() throws {
        (reservation, port) = try Loopback.reserve()
        (listener, _) = try Loopback.listen(port: port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = loop_accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Thread.detachNewThread { self.serve(connection) }
            }
            close(listener)
            close(reservation)
        }
        Thread.detachNewThread { [weak self] in
            while let self {
                sendJobs()
                usleep(500_000)
            }
        }
    }

    /// What it took, in its order.
    var taken: [Taken] { state.withLock { $0.taken } }

    /// Whether it hangs up on everybody.
    func set(isDown: Bool) {
        state.withLock {
            $0.isDown = isDown
            if isDown { for connection in $0.connections { shutdown(connection, Int32(SHUT_RDWR)) } }
        }
    }

    /// Ends it.
    func stop() {
        set(isDown: true)
        shutdown(listener, Int32(SHUT_RDWR))
    }

    // MARK: Connections

    private func serve(_ descriptor: Int32) {
        let socket = LineSocket(descriptor: descriptor)
        while let line = try? socket.line(within: 3_600), !state.withLock({ $0.isDown }) {
            guard let request = try? JSONText.object(line), let id = request["id"] as? Int else { break }
            answer(id, request, on: socket)
        }
        // Before its descriptor is another one's.
        withExtendedLifetime(socket) { state.withLock { _ = $0.connections.remove(descriptor) } }
    }

    private func answer(_ id: Int, _ request: [String: Any], on socket: LineSocket) {
        let head = "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":"
        guard request["method"] as? String == "submit" else {
            return state.withLock {
                let job = newJob(&$0)
                socket.send("\(head){\"id\":\"s\",\"job\":\(job),\"extensions\":[\"algo\"],\"status\":\"OK\"}}")
                $0.connections.insert(socket.descriptor)
            }
        }
        let parameters = request["params"] as? [String: Any]
        let work = (parameters?["job_id"] as? String).flatMap(Double.init) ?? 0
        let isOnSidechain = (parameters?["result"] as? String)?.hasSuffix(BusyRig.sidechainHash) ?? false
        // Under the lock: its account has the order of its answers.
        state.withLock {
            $0.taken.append(Taken(at: unixMilliseconds(), work: work, isOnSidechain: isOnSidechain))
            socket.send(head + "{\"status\":\"OK\"}}")
        }
    }

    private func sendJobs() {
        state.withLock {
            guard !$0.connections.isEmpty else { return }
            let line = Array("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(newJob(&$0))}\n".utf8)
            for connection in $0.connections { _ = send(connection, line, line.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    /// A job whose name is its difficulty.
    private func newJob(_ state: inout State) -> String {
        state.jobs += 1
        // Steps of a prime, so that sums differ, too.
        let difficulty = 20_000 + state.jobs * 7_919 % 100_003
        var job = PoolJobText(number: state.jobs, salt: Int(port), ownsByte: false)
        let target = UInt64.max / UInt64(difficulty)
        job["target"] = "\"" + target.littleEndianHex + "\""
        job["job_id"] = "\"\(difficulty)\""
        return job.json
    }
}

/// A rig that mines as fast as it may, on a thread of its own, and comes back whenever its connection ends.
final class BusyRig: Sendable {
    /// The end of a result that meets the target of every job here, and of one that p2pool's sidechain counts, too.
    static let hash = (UInt64(1) << 40).littleEndianHex
    static let sidechainHash = (UInt64(1) << 32).littleEndianHex

    private struct State {
        var sent = 0
        var good: [Int64] = []
        var refusals: [String] = []
        var isOver = false
    }

    let name: String
    private let port: UInt16
    private let state = Mutex(State())

    init(_ name: String, port: UInt16) {
        self.name = name
        self.port = port
        Thread.detachNewThread { [self] in
            while !state.withLock({ $0.isOver }) {
                // Refused, or cut off in the middle: it comes back.
                try? mine()
                usleep(50_000)
            }
        }
    }

    /// Shares that it has sent.
    var sent: Int { state.withLock { $0.sent } }
    /// The moments at which it was told that a share is good.
    var good: [Int64] { state.withLock { $0.good } }
    /// What it was told of other shares.
    var refusals: [String] { state.withLock { $0.refusals } }

    func stop() { state.withLock { $0.isOver = true } }

    private func mine() throws {
        let rig = ScriptedRig(try LineSocket(port: port))
        rig.logIn(user: name)
        var job = try rig.job()
        var nonce = 0
        while !state.withLock({ $0.isOver }) {
            nonce += 1
            let end = nonce % 40 == 7 ? Self.sidechainHash : Self.hash
            let id = rig.submit(
                job, nonce: UInt64(nonce).littleEndianHex.prefix(6).description,
                result: String(repeating: "0", count: 48) + end)
            state.withLock { $0.sent += 1 }
            let reply = try rig.reply(to: id)
            state.withLock {
                if let error = reply.error { $0.refusals.append(error) } else { $0.good.append(unixMilliseconds()) }
            }
            usleep(useconds_t(20_000))
            while let next = rig.waitingJob { job = next }
        }
    }
}

extension UInt64 {
    /// Its sixteen digits as Stratum writes them.
    var littleEndianHex: String {
        (0..<8).map { byte in
            let digits = String(self >> UInt64(byte * 8) & 0xFF, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// The clock, in milliseconds since 1970.
func unixMilliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
}
