import ProxyTerms
import StrictJSON
import Testing

@testable import SimulatedPeers

/// Rigs connected straight to one pool, without a proxy: proves that the peers agree with each other.
struct DirectWorld {
    var pool: SimulatedPool
    var rigs: [SimulatedRig]
    var now = Instant.start
    private var sessionOfRig: [Int: Int] = [:]

    init(pool: PoolSettings, rigs: [RigSettings]) {
        self.pool = SimulatedPool(pool, now: .start)
        self.rigs = rigs.map { SimulatedRig($0) }
    }

    /// Runs for `seconds`, event by event.
    mutating func run(seconds: Double) {
        let end = now.adding(seconds: seconds)
        while now <= end {
            connectRigs()
            for index in rigs.indices {
                act(rig: index) { rig, now, output in rig.tick(now: now, to: &output) }
            }
            var effects: [PoolEffect] = []
            pool.tick(now: now, to: &effects)
            carryOut(effects)
            let next = rigs.map(\.nextDeadline).reduce(pool.nextDeadline, min)
            now = max(now.adding(milliseconds: 1), min(next, end.adding(milliseconds: 1)))
        }
    }

    mutating func newBlock() {
        var effects: [PoolEffect] = []
        pool.newBlock(now: now, to: &effects)
        carryOut(effects)
    }

    /// Hands a rig something the pool did not send.
    mutating func tell(rig: Int, _ line: String) {
        let now = now
        act(rig: rig) { rig, _, output in rig.received(Array((line + "\n").utf8), now: now, to: &output) }
    }

    private mutating func connectRigs() {
        for index in rigs.indices where rigs[index].wantsConnection {
            guard let session = pool.connect(address: "10.0.0.\(index + 1)", now: now) else {
                rigs[index].closed(now: now)
                continue
            }
            sessionOfRig[index] = session
            act(rig: index) { rig, now, output in rig.start(now: now, to: &output) }
        }
    }

    private mutating func act(rig index: Int, _ act: (inout SimulatedRig, Instant, inout [UInt8]) -> Void) {
        var output: [UInt8] = []
        act(&rigs[index], now, &output)
        if !output.isEmpty, let session = sessionOfRig[index] {
            var effects: [PoolEffect] = []
            pool.received(output, session: session, now: now, to: &effects)
            carryOut(effects)
        }
        if rigs[index].wantsClose {
            if let session = sessionOfRig.removeValue(forKey: index) { pool.disconnected(session: session) }
            rigs[index].closed(now: now)
        }
    }

    private mutating func carryOut(_ effects: [PoolEffect]) {
        for effect in effects {
            switch effect {
            case .send(let session, let bytes):
                guard let rig = sessionOfRig.first(where: { $0.value == session })?.key else { continue }
                act(rig: rig) { rig, now, output in rig.received(bytes, now: now, to: &output) }
            case .close(let session):
                guard let rig = sessionOfRig.first(where: { $0.value == session })?.key else { continue }
                sessionOfRig.removeValue(forKey: rig)
                rigs[rig].closed(now: now)
            }
        }
    }
}

/// A client by hand: one session of a pool, line by line.
struct HandClient {
    var pool: SimulatedPool
    var session: Int
    var now = Instant.start
    /// Objects that arrived, the oldest first.
    var received: [JSONDocument] = []
    var isClosed = false
    private var nextID = 2

    init(_ settings: PoolSettings, login: String? = "rig") {
        pool = SimulatedPool(settings, now: .start)
        session = pool.connect(address: "10.0.0.1", now: .start) ?? 0
        guard let login else { return }
        send("{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"\(login)\",\"pass\":\"x\"}}")
    }

    mutating func send(_ line: String) {
        send(bytes: Array((line + "\n").utf8))
    }

    mutating func send(bytes: [UInt8]) {
        var effects: [PoolEffect] = []
        pool.received(bytes, session: session, now: now, to: &effects)
        take(effects)
    }

    mutating func advance(seconds: Double) {
        var effects: [PoolEffect] = []
        now = now.adding(seconds: seconds)
        pool.tick(now: now, to: &effects)
        take(effects)
    }

    mutating func newBlock() {
        var effects: [PoolEffect] = []
        pool.newBlock(now: now, to: &effects)
        take(effects)
    }

    /// The newest job, of a login reply or a notification.
    var job: JSONDocument? {
        for message in received.reversed() {
            if let job = message["result"]?["job"] { return job }
            if message["method"]?.string == "job" { return message["params"] }
        }
        return nil
    }

    var sessionID: String { received.compactMap { $0["result"]?["id"]?.string }.first ?? "" }
    /// The text of the newest answer's error, nil for OK.
    var lastError: String? { received.last?["error"]?["message"]?.string }
    var work: SimulatedWork { SimulatedWork(blob: job?["blob"]?.string.flatMap(Hex.bytes) ?? []) }
    var slot: UInt8 { job?["blob"]?.string.flatMap(Hex.bytes)?[42] ?? 0 }
    var target: UInt64 { job.flatMap { try? RigJob($0, algorithms: ["rx/0"]).target } ?? 0 }

    /// The first share at or after counter `from` in the session's slot.
    func share(from: UInt64 = 0, below target: UInt64? = nil, of work: SimulatedWork? = nil) -> UInt32 {
        let start = UInt64(slot) << 24
        return (work ?? self.work).firstShare(in: start + from..<start + 1 << 24, below: target ?? self.target) ?? 0
    }

    mutating func submit(
        nonce: UInt32, job: String? = nil, work: SimulatedWork? = nil, session: String? = nil,
        algorithm: String = "rx/0"
    ) {
        let jobID = job ?? self.job?["job_id"]?.string ?? ""
        let result = Hex.text((work ?? self.work).result(of: nonce))
        send(
            "{\"id\":\(nextID),\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{"
                + "\"id\":\"\(session ?? sessionID)\",\"job_id\":\"\(jobID)\",\"nonce\":\"\(nonceText(nonce))\","
                + "\"result\":\"\(result)\",\"algo\":\"\(algorithm)\"}}")
        nextID += 1
    }

    private mutating func take(_ effects: [PoolEffect]) {
        for effect in effects {
            switch effect {
            case .send(_, let bytes):
                for line in bytes.split(separator: 10) {
                    if let message = try? JSONDocument(Array(line)) {
                        received.append(message)
                    } else {
                        Issue.record("no JSON: \(String(decoding: line, as: UTF8.self))")
                    }
                }
            case .close: isClosed = true
            }
        }
    }
}

extension PoolSettings {
    /// A pool without a schedule of its own, at a low difficulty.
    static func still(_ kind: Kind, difficulty: UInt64 = 2000) -> PoolSettings {
        var settings = PoolSettings(kind: kind, seed: 7)
        settings.difficulty = difficulty
        settings.blockInterval = 0
        return settings
    }
}
