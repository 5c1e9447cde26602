import ProxyTerms
import SplitScheduler
import StratumCodec

@testable import ProxyCore

/// A core with scripted pools: the test says what each pool and rig sends, and reads what each was sent.
final class CoreHarness {
    let core: ProxyCore
    private(set) var now = Instant(milliseconds: 1_000_000)
    /// Lines sent to each rig and to each lane, not taken yet.
    private var rigLines: [RigID: [String]] = [:]
    private var laneLines: [LaneID: [String]] = [:]
    private(set) var closedRigs: [RigID] = []
    /// Rigs that are not read now.
    private(set) var pausedRigs: Set<RigID> = []
    private(set) var closedLanes: [LaneID] = []
    private(set) var notices: [Notice] = []
    private(set) var hasStopped = false
    /// Proofs that were asked for, to be answered by the test.
    var proofs: [UInt32] = []
    /// All bytes that lanes were sent.
    var sent: [UInt8] = []
    /// Lines that one turn of the core had for rigs, at most; to be set back by the test.
    var mostRigLinesInATurn = 0
    /// Lanes that were opened, in order.
    private(set) var opened: [LaneID] = []
    /// The number of the endpoint that each was opened to.
    private(set) var endpoints: [LaneID: Int] = [:]
    /// Round trips that were asked for.
    var measures: [(upstream: Upstream, endpoint: Int)] = []
    private var nextBlob = 1
    /// The digit that the seeds of an upstream's jobs are made of.
    var seeds = PerUpstream(p2pool: "a", xvb: "a")

    init(
        mode: SplitMode = .manual, xvbSeconds: Double = 60, window: Int = 120, rigsPerLane: Int = 256,
        maxLanes: Int = 64,
        hasXvB: Bool = true, seed: UInt64 = 7, firstJobNumber: UInt32? = nil,
        change: (inout CoreSettings) -> Void = { _ in }
    ) {
        let p2pool = CoreEndpoint(host: "127.0.0.1", port: 3333, user: "proxy")
        let xvb = CoreEndpoint(host: "xvb.example", port: 4247, usesTLS: true, user: "4abcdefg", keepaliveSeconds: 60)
        var settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: CoreUpstream(
                    endpoints: [p2pool], rigsPerLane: rigsPerLane, maxLanes: maxLanes, profile: .p2pool),
                xvb: CoreUpstream(
                    endpoints: hasXvB ? [xvb] : [], rigsPerLane: rigsPerLane, maxLanes: maxLanes, profile: .xvb)),
            agent: "test/1")
        change(&settings)
        var split = SplitSettings()
        split.mode = mode
        split.manualXvBSeconds = xvbSeconds
        split.window = window
        core = ProxyCore(
            settings: settings, scheduler: SplitScheduler(settings: split, start: now), seed: seed,
            firstJobNumber: firstJobNumber, now: now)
        pump()
    }

    // MARK: Time

    /// Lets `seconds` pass, doing everything in between when it is due.
    func advance(_ seconds: Double) {
        let end = now.adding(seconds: seconds)
        while core.nextDeadline <= end {
            now = max(now, core.nextDeadline)
            pump()
            if core.nextDeadline <= now { now = now.adding(milliseconds: 1) }
        }
        now = end
        pump()
    }

    private func pump() {
        drain()
        for _ in 0..<1000 where core.nextDeadline <= now {
            core.tick(now: now)
            drain()
        }
    }

    private func drain() {
        let effects = core.effects
        core.effects.removeAll()
        notices += effects.notices
        let toRigs = effects.list.count { if case .sendToRig = $0 { true } else { false } }
        mostRigLinesInATurn = max(mostRigLinesInATurn, toRigs)
        for effect in effects.list {
            switch effect {
            case .sendToRig(let rig, let span): rigLines[rig, default: []] += lines(effects, span)
            case .sendToLane(let lane, let span):
                laneLines[lane, default: []] += lines(effects, span)
                sent += effects.bytes[Int(span.start)..<Int(span.start + span.count)]
            case .closeRig(let rig), .dropRig(let rig): closedRigs.append(rig)
            case .pauseRig(let rig): pausedRigs.insert(rig)
            case .resumeRig(let rig): pausedRigs.remove(rig)
            case .openLane(let lane, let endpoint):
                opened.append(lane)
                endpoints[lane] = Int(endpoint)
            case .closeLane(let lane): closedLanes.append(lane)
            case .proveFirst(let token, _), .proveBeside(let token, _): proofs.append(token)
            case .measure(let upstream, let endpoint): measures.append((upstream, Int(endpoint)))
            case .stopped: hasStopped = true
            }
        }
    }

    private func lines(_ effects: Effects, _ span: ByteSpan) -> [String] {
        let bytes = effects.bytes[Int(span.start)..<Int(span.start + span.count)]
        return bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    }

    // MARK: Rigs

    /// Connects a rig.
    func connect(from address: ClientAddress = .unknown) -> RigID {
        guard let rig = core.rigConnected(from: address, now: now) else { preconditionFailure("no room for a rig") }
        pump()
        return rig
    }

    /// Sends a line of a rig.
    func send(_ rig: RigID, _ line: String) {
        send(rig, bytes: Array(line.utf8))
    }

    /// Sends a line of a rig, in whatever encoding.
    func send(_ rig: RigID, bytes: [UInt8]) {
        (bytes + [10]).withUnsafeBytes { core.rigReceived(rig, $0, now: now) }
        pump()
    }

    /// Connects a rig and logs it in.
    func login(
        _ user: String = "rig", pass: String = "x", agent: String = "XMRig/6.26.0", algorithms: String = "\"rx/0\"",
        from address: ClientAddress = .unknown
    ) -> RigID {
        let rig = connect(from: address)
        let list = algorithms.isEmpty ? "" : ",\"algo\":[\(algorithms)]"
        send(
            rig,
            """
            {"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"\(user)","pass":"\(pass)","agent":"\(agent)"\(list)}}
            """)
        return rig
    }

    /// Sends a submit of a rig. `hash` is what is compared with the target.
    func submit(_ rig: RigID, id: Int, job: String, nonce: UInt32, hash: UInt64) {
        send(
            rig,
            """
            {"id":\(id),"jsonrpc":"2.0","method":"submit","params":{"id":"s","job_id":"\(job)",\
            "nonce":"\(hex(nonce))","result":"\(String(repeating: "0", count: 48))\(hex(hash))"}}
            """)
    }

    /// Logs a rig in.
    /// - Returns: what it was given: its job, and byte 42 of its nonces in place.
    func mining(_ user: String, from address: ClientAddress = .unknown) -> (rig: RigID, job: String, slot: UInt32) {
        let rig = login(user, from: address)
        let (job, slot) = newestJob(of: rig)
        return (rig, job, slot)
    }

    /// The newest job that a rig was sent since its lines were last taken.
    func newestJob(of rig: RigID) -> (job: String, slot: UInt32) {
        let line = take(rig).last { $0.range(of: "\"blob\"") != nil } ?? ""
        let slot = UInt32(member("blob", of: line)?.dropFirst(84).prefix(2) ?? "", radix: 16) ?? 0
        return (member("job_id", of: line) ?? "", slot << 24)
    }

    /// Answers all proofs that were asked for.
    func prove(_ outcome: ProofOutcome) {
        let asked = proofs
        proofs = []
        for token in asked {
            core.proved(token, outcome, now: now)
            pump()
        }
    }

    /// What was sent to a rig since the last call.
    func take(_ rig: RigID) -> [String] {
        rigLines.removeValue(forKey: rig) ?? []
    }

    /// A rig's connection ends.
    func disconnect(_ rig: RigID) {
        core.rigClosed(rig, now: now)
        pump()
    }

    // MARK: Pools

    /// The connected or connecting lanes of `upstream`.
    func lanes(_ upstream: Upstream) -> [LaneID] {
        opened.filter { $0.upstream == upstream && core.lanes[upstream].find($0) != nil && !closedLanes.contains($0) }
    }

    /// Answers the lane's connect and login. `ownByte` non-zero: a pool that owns byte 42.
    /// `announcesByte` false: one that doesn't say so.
    func logIn(
        _ lane: LaneID, difficulty: UInt64 = 100, ownByte: UInt8 = 0, announcesByte: Bool = true, job: String = "1",
        blob: Int? = nil
    ) {
        core.laneConnected(lane, now: now)
        if lane.upstream == .xvb { core.laneSecured(lane, now: now) }
        pump()
        let extensions = ownByte == 0 || !announcesByte ? "\"algo\"" : "\"algo\",\"nicehash\",\"keepalive\""
        receive(
            lane,
            """
            {"id":1,"jsonrpc":"2.0","error":null,"result":{"id":"pool","job":\
            \(jobObject(job, difficulty: difficulty, ownByte: ownByte, blob: blob, seed: seeds[lane.upstream])),"extensions":[\(extensions)],"status":"OK"}}
            """)
    }

    /// Brings both upstreams up with one lane each.
    func bringUp(p2poolDifficulty: UInt64 = 100, xvbDifficulty: UInt64 = 100, xvbByte: UInt8 = 0) {
        for lane in lanes(.p2pool) { logIn(lane, difficulty: p2poolDifficulty) }
        for lane in lanes(.xvb) { logIn(lane, difficulty: xvbDifficulty, ownByte: xvbByte) }
    }

    /// p2pool's first endpoint is lost, and the next attempt fails: on to the second.
    /// - Returns: the lane to it, logged in.
    func moveToSecondEndpoint() -> LaneID? {
        cut(lanes(.p2pool)[0])
        advance(2)
        cut(lanes(.p2pool)[0])
        advance(1)
        guard let second = lanes(.p2pool).first else { return nil }
        logIn(second)
        return second
    }

    /// Logs in at lanes that were opened since, for rigs that came since.
    func openLanes() {
        for _ in 0..<4 {
            advance(1)
            for lane in Upstream.allCases.flatMap({ lanes($0) })
            where core.lanes[lane.upstream].find(lane)?.isReady == false { logIn(lane) }
        }
    }

    /// Sends a new job on a lane.
    func job(_ lane: LaneID, _ job: String, difficulty: UInt64 = 100, ownByte: UInt8 = 0, blob: Int? = nil) {
        receive(lane, jobLine(job, difficulty: difficulty, ownByte: ownByte, blob: blob, seed: seeds[lane.upstream]))
    }

    /// A pool's line with a new job.
    func jobLine(
        _ job: String, difficulty: UInt64 = 100, ownByte: UInt8 = 0, blob: Int? = nil, seed: String = "a"
    ) -> String {
        """
        {"jsonrpc":"2.0","method":"job","params":\
        \(jobObject(job, difficulty: difficulty, ownByte: ownByte, blob: blob, seed: seed))}
        """
    }

    /// Sends a line of a pool.
    func receive(_ lane: LaneID, _ line: String) {
        receive(lane, bytes: Array(line.utf8))
    }

    /// Sends a line of a pool, in whatever encoding.
    func receive(_ lane: LaneID, bytes: [UInt8]) {
        (bytes + [10]).withUnsafeBytes { core.laneReceived(lane, $0, now: now) }
        pump()
    }

    /// Answers the oldest submit that a lane was sent, with OK or with an error text.
    func verdict(_ line: String, from lane: LaneID, error: String? = nil) {
        guard let id = member("id", of: line) else { preconditionFailure("no id in \(line)") }
        if let error {
            receive(lane, "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":{\"message\":\"\(error)\"}}")
        } else {
            receive(lane, "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
        }
    }

    /// What was sent to a lane since the last call.
    func take(_ lane: LaneID) -> [String] {
        laneLines.removeValue(forKey: lane) ?? []
    }

    /// A lane's connection ends.
    func cut(_ lane: LaneID) {
        core.laneClosed(lane, reason: "cut", now: now)
        pump()
    }

    func stop() {
        core.stop(now: now)
        pump()
    }

    /// A job object; each blob is new unless one is named.
    private func jobObject(
        _ job: String, difficulty: UInt64, ownByte: UInt8, blob: Int?, seed: String
    ) -> String {
        let number = blob ?? nextBlob
        if blob == nil { nextBlob += 1 }
        let body = hex(UInt64(number)) + String(repeating: "5", count: 62)
        let start = "1010" + String(body.prefix(74))
        let text = start + "000000" + hex(ownByte) + String(repeating: "7", count: 66)
        let target = hex(Target.target(difficulty: difficulty).byteSwapped.byteSwapped)
        return """
            {"blob":"\(text)","job_id":"\(job)","target":"\(target)","algo":"rx/0","height":100,\
            "seed_hash":"\(String(repeating: seed, count: 64))"}
            """
    }
}

/// A value's bytes in memory order, in hex.
func hex<Value: FixedWidthInteger>(_ value: Value) -> String {
    (0..<Value.bitWidth / 8).map { byte in
        let text = String(UInt8(truncatingIfNeeded: value >> Value(byte * 8)), radix: 16)
        return text.count == 1 ? "0" + text : text
    }.joined()
}

/// The text of a member in a line: a string's contents, or a number as written.
func member(_ name: String, of line: String) -> String? {
    guard let start = line.range(of: "\"\(name)\":") else { return nil }
    let rest = line[start.upperBound...]
    if rest.first == "\"" { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest.prefix { $0 != "," && $0 != "}" })
}

extension String {
    /// The first place of `text`; the tests of the core do without Foundation as the core does.
    func range(of text: String) -> Range<String.Index>? {
        var from = startIndex
        while from < endIndex {
            if self[from...].hasPrefix(text) { return from..<index(from, offsetBy: text.count) }
            from = index(after: from)
        }
        return nil
    }
}
