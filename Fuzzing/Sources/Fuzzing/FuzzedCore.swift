import ProxyTerms
import SplitScheduler

@testable import ProxyCore

/// A core with the peers of a script.
final class FuzzedCore {
    /// All that was sent and closed, in order.
    struct Sent: Equatable {
        var toRigs: [RigID: [UInt8]] = [:]
        var toLanes: [LaneID: [UInt8]] = [:]
        var closedRigs: [RigID] = []
        var closedLanes: [LaneID] = []
        var opened: [LaneID] = []
        var proofs: [UInt32] = []
        var hasStopped = false
    }

    let core: ProxyCore
    private(set) var sent = Sent()
    private(set) var sentBytes = 0
    private(set) var now = Instant(milliseconds: 1_000_000)
    /// Bytes that are handed over at a time.
    private let piece: Int
    private(set) var rigs: [RigID] = []
    private(set) var connected: Set<LaneID> = []
    /// Requests with an id that each rig has sent, and answers it got.
    private var questions: [RigID: Int] = [:]
    private var answers: [RigID: Int] = [:]
    /// The last jobs of each rig: the id, and digits 84 and 85 of the blob.
    private(set) var jobs: [RigID: [(id: String, slot: String)]] = [:]
    private var jobIDs: Set<String> = []
    /// Ids of submits that each lane has not answered.
    private var pending: [LaneID: [String]] = [:]
    /// How far the lines of `sent` were looked at.
    private var readOfRigs: [RigID: Int] = [:]
    private var readOfLanes: [LaneID: Int] = [:]
    private var nextBlob: UInt32 = 1

    init(kind: UInt8, piece: Int) {
        self.piece = piece
        let p2pool = CoreEndpoint(host: "127.0.0.1", port: 3333, user: "proxy")
        let xvb = CoreEndpoint(host: "xvb.example", port: 4247, usesTLS: true, user: "4abcdefg", keepaliveSeconds: 60)
        var settings = CoreSettings(
            upstreams: PerUpstream(
                p2pool: CoreUpstream(
                    endpoints: [p2pool], rigsPerLane: kind & 1 == 0 ? 256 : 2, maxLanes: 4, profile: .p2pool),
                xvb: CoreUpstream(endpoints: [xvb], rigsPerLane: 256, maxLanes: 4, profile: .xvb)),
            accessPassword: kind & 2 == 0 ? nil : "secret", agent: "fuzz/1")
        settings.verifyShares = VerifyShares.allCases[Int(kind >> 2) % VerifyShares.allCases.count]
        var split = SplitSettings()
        split.mode = SplitMode.allCases[Int(kind >> 4) % SplitMode.allCases.count]
        split.manualXvBSeconds = 15
        split.window = 30
        core = ProxyCore(
            settings: settings, scheduler: SplitScheduler(settings: split, start: now), seed: 7, now: now)
        pump()
    }

    // MARK: The script

    func perform(_ step: ScriptStep) {
        switch step {
        case .connect(let address):
            guard rigs.count < 12 else { return }
            if let rig = core.rigConnected(from: ClientAddress(ipv4: 0xC0A8_0000 | UInt32(address)), now: now) {
                rigs.append(rig)
            }
        case .login(let rig, let name, let algorithms):
            send(rig, ScriptLines.login(name: name, algorithms: algorithms))
        case .submit(let rig, let job, let nonce, let hash):
            guard let id = rigs.at(rig), let known = jobs[id], let issued = known.at(job) else { return }
            send(rig, ScriptLines.submit(job: issued.id, slot: issued.slot, nonce: nonce, hash: hash))
        case .rigLine(let rig, let line): send(rig, line)
        case .rigLeaves(let rig):
            guard let id = rigs.at(rig) else { return }
            rigs.removeAll { $0 == id }
            core.rigClosed(id, now: now)
        case .laneUp(let lane, let difficulty, let slot):
            guard let id = lanes.at(lane), connected.insert(id).inserted else { return }
            core.laneConnected(id, now: now)
            if id.upstream == .xvb { core.laneSecured(id, now: now) }
            pump()
            receive(id, ScriptLines.loggedIn(blob: newBlob(), difficulty: difficulty, slot: slot))
        case .laneJob(let lane, let difficulty, let slot):
            guard let id = lanes.at(lane), connected.contains(id) else { return }
            receive(id, ScriptLines.job(blob: newBlob(), difficulty: difficulty, slot: slot))
        case .verdict(let lane, let kind):
            guard let id = lanes.at(lane), let submit = pending[id]?.first else { return }
            pending[id]?.removeFirst()
            receive(id, ScriptLines.verdict(id: submit, kind: kind))
        case .laneLine(let lane, let line):
            guard let id = lanes.at(lane), connected.contains(id) else { return }
            receive(id, line)
        case .laneDown(let lane):
            guard let id = lanes.at(lane) else { return }
            core.laneClosed(id, reason: "cut", now: now)
        case .proved(let number, let kind):
            guard let token = sent.proofs.at(number) else { return }
            core.proved(token, ProofOutcome.allCases[Int(kind) % ProofOutcome.allCases.count], now: now)
        case .wait(let milliseconds): wait(Int64(milliseconds))
        case .longWait(let seconds): wait(Int64(seconds) * 3_000)
        case .figures(let figure):
            core.observed(
                p2pool: P2PoolReading(
                    sidechainDifficulty: Double(figure), pplnsWindow: 2160, poolHashrate: 8.55e6, sidechainHeight: 5e6,
                    rewardSharePercent: 0.1, lastShareAge: Double(figure), age: 0), now: now)
            core.observed(xvb: XvBReading(credited1h: Double(figure), credited24h: 1_005, age: 20), now: now)
        case .stop: core.stop(now: now)
        }
        pump()
        rigs.removeAll { sent.closedRigs.contains($0) }
    }

    /// Lanes that are open, in the order in which they were opened.
    private var lanes: [LaneID] {
        sent.opened.filter { core.lanes[$0.upstream].find($0) != nil && !sent.closedLanes.contains($0) }
    }

    private func newBlob() -> UInt32 {
        nextBlob += 1
        return nextBlob
    }

    private func send(_ rig: Int, _ line: [UInt8]) {
        guard let id = rigs.at(rig) else { return }
        // A line of the script may be several.
        questions[id, default: 0] += 1 + line.count { $0 == 0x0A }
        pieces(line + [0x0A]) { core.rigReceived(id, $0, now: now) }
        pump()
    }

    private func receive(_ lane: LaneID, _ line: [UInt8]) {
        pieces(line + [0x0A]) { core.laneReceived(lane, $0, now: now) }
        pump()
    }

    private func pieces(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let end = start + min(piece, bytes.count - start)
                body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                drain()
                start = end
            }
        }
    }

    // MARK: Time

    private func wait(_ milliseconds: Int64) {
        let end = now.adding(milliseconds: milliseconds)
        var steps = 0
        while core.nextDeadline <= end {
            now = max(now, core.nextDeadline)
            pump()
            steps += 1
            require(steps < 100_000, "the core is never done")
            if core.nextDeadline <= now { now = now.adding(milliseconds: 1) }
        }
        now = end
        pump()
    }

    private func pump() {
        drain()
        var steps = 0
        while core.nextDeadline <= now {
            core.tick(now: now)
            drain()
            steps += 1
            require(steps < 1_000, "the core's deadline stays")
        }
    }

    private func drain() {
        guard !core.effects.isEmpty else { return }
        let effects = core.effects
        core.effects.removeAll()
        sentBytes += effects.bytes.count
        for effect in effects.list {
            switch effect {
            case .sendToRig(let rig, let span):
                let bytes = effects.bytes[Int(span.start)..<Int(span.start + span.count)]
                sent.toRigs[rig, default: []] += bytes
            case .sendToLane(let lane, let span):
                let bytes = effects.bytes[Int(span.start)..<Int(span.start + span.count)]
                sent.toLanes[lane, default: []] += bytes
            case .closeRig(let rig), .dropRig(let rig): sent.closedRigs.append(rig)
            case .pauseRig, .resumeRig: break
            case .openLane(let lane, _): sent.opened.append(lane)
            case .closeLane(let lane): sent.closedLanes.append(lane)
            case .proveFirst(let token, _), .proveBeside(let token, _): sent.proofs.append(token)
            case .measure: break
            case .stopped: sent.hasStopped = true
            }
        }
        readLines()
    }

    // MARK: What was sent

    private func readLines() {
        for (rig, bytes) in sent.toRigs where readOfRigs[rig, default: 0] < bytes.count {
            let new = [UInt8](bytes[readOfRigs[rig, default: 0]...])
            readOfRigs[rig] = bytes.count
            require(areJSONLines(new), "a rig is sent what is no line of JSON: \(String(decoding: new, as: UTF8.self))")
            for line in new.split(separator: 0x0A) { readRigLine(rig, ScriptLines.Sent([UInt8](line))) }
        }
        for (lane, bytes) in sent.toLanes where readOfLanes[lane, default: 0] < bytes.count {
            let new = [UInt8](bytes[readOfLanes[lane, default: 0]...])
            readOfLanes[lane] = bytes.count
            require(
                areJSONLines(new), "a pool is sent what is no line of JSON: \(String(decoding: new, as: UTF8.self))")
            for line in new.split(separator: 0x0A) {
                let line = ScriptLines.Sent([UInt8](line))
                if line.method == "submit", let id = line.id { pending[lane, default: []].append(id) }
            }
        }
    }

    private func readRigLine(_ rig: RigID, _ line: ScriptLines.Sent) {
        if line.method == nil {
            answers[rig, default: 0] += 1
            require(
                answers[rig, default: 0] <= questions[rig, default: 0], "a rig gets an answer that it didn't ask for")
        }
        guard let job = line.job, let blob = line.blob else { return }
        require(jobIDs.insert(job).inserted || line.method == nil, "job \(job) is given twice")
        jobs[rig] = (jobs[rig] ?? []).suffix(4) + [(job, String(blob.dropFirst(84).prefix(2)))]
    }

    /// What holds after each step.
    func check() {
        for upstream in Upstream.allCases {
            require(core.book.counts[upstream].isBalanced, "the books don't balance: \(core.book.counts[upstream])")
            let lanes = core.lanes[upstream].lanes.compactMap { $0 }
            let pending = lanes.reduce(0) { $0 + $1.session.pendingCount }
            require(core.book.counts[upstream].pending == UInt64(pending), "pending submits are not the lanes'")
            require(lanes.count <= 16, "lanes without end")
            for lane in lanes {
                require(lane.jobs.count <= 4, "more than four jobs on a lane")
                require(lane.framer.pendingBytes <= core.settings.maxPoolLineBytes, "a pool's line is over its bound")
                if let bound = lane.session.settings.inFlightBound {
                    require(lane.session.inFlightBytes < bound, "too many unanswered bytes on a lane (rule 7)")
                }
            }
        }
        let snapshot = core.snapshot(now: now)
        require(snapshot.measuredWork.isFinite && snapshot.measuredWork >= 0, "absurd work is counted")
        require(core.proofs.count <= 256, "too many proofs are awaited")
    }
}

extension Array {
    /// The element that a number of the script means.
    fileprivate func at(_ number: Int) -> Element? {
        isEmpty ? nil : self[number % count]
    }
}
