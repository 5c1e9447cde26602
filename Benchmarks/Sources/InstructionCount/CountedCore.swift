import ProxyCore
import ProxyTerms
import SplitScheduler

/// A core between a scripted pool and scripted rigs. Only what `step` calls is counted (scripts/check-instructions names it to
/// callgrind): the script's own work is not.
final class CountedCore {
    private let core: ProxyCore
    private var now = Instant(milliseconds: 1_000_000)
    private var rigs: [ScriptedRig] = []
    private var lanes: [LaneID] = []
    private var lastBlob = 0

    init() {
        let p2pool = CoreEndpoint(host: "127.0.0.1", port: 3333, user: "proxy")
        var schedule = SplitSettings()
        schedule.mode = .manual
        schedule.manualXvBSeconds = 0
        core = ProxyCore(
            settings: CoreSettings(
                upstreams: PerUpstream(
                    p2pool: CoreUpstream(endpoints: [p2pool], profile: .p2pool),
                    xvb: CoreUpstream(endpoints: [], profile: .xvb)),
                agent: "count/1"),
            scheduler: SplitScheduler(settings: schedule, start: now), seed: 7, now: now)
        settle()
    }

    /// Logs `count` rigs in.
    func logIn(_ count: Int) {
        let line = Line.login
        for _ in 0..<count {
            guard let id = step({ core.rigConnected(now: now) }) else { fatalError("no room for a rig") }
            rigs.append(ScriptedRig(id: id))
            step { line.withUnsafeBytes { core.rigReceived(id, $0, now: now) } }
            perform()
            now = now.adding(milliseconds: 1)
        }
        settle()
    }

    /// Gives every lane `count` jobs, one after the other.
    func pushJobs(_ count: Int) {
        for _ in 0..<count {
            for lane in lanes { receive(Line.job(nextBlob()), from: lane) }
            now = now.adding(milliseconds: 1_000)
            settle()
        }
    }

    /// Lets the rigs take turns at submitting `count` shares, each answered at once.
    func submit(_ count: Int) {
        for number in 0..<count {
            let place = number % rigs.count
            let line = rigs[place].submit()
            step { line.withUnsafeBytes { core.rigReceived(rigs[place].id, $0, now: now) } }
            perform()
            now = now.adding(milliseconds: 5)
            if core.nextDeadline <= now { settle() }
        }
    }

    /// What is counted goes through here.
    @inline(never)
    private func step<Value>(_ work: () -> Value) -> Value { work() }

    private func receive(_ line: [UInt8], from lane: LaneID) {
        step { line.withUnsafeBytes { core.laneReceived(lane, $0, now: now) } }
        perform()
    }

    private func nextBlob() -> Int {
        lastBlob += 1
        return lastBlob
    }

    /// Does what is due, and what comes of it, until nothing is.
    private func settle() {
        perform()
        for _ in 0..<1000 where core.nextDeadline <= now {
            core.tick(now: now)
            perform()
        }
    }

    /// Answers what the core sent to its pool, and keeps the jobs that rigs were sent.
    private func perform() {
        while !core.effects.isEmpty {
            let effects = core.effects
            core.effects.removeAll()
            for effect in effects.list {
                switch effect {
                case .openLane(let lane, _):
                    lanes.append(lane)
                    core.laneConnected(lane, now: now)
                case .sendToLane(let lane, let span): answer(effects.bytes[span], from: lane)
                case .sendToRig(let rig, let span): rigs[Int(rig.index)].read(effects.bytes[span])
                case .closeRig, .dropRig, .pauseRig, .resumeRig, .closeLane:
                    fatalError("a connection was closed: the script is wrong")
                case .stopped, .measure, .proveFirst, .proveBeside: break
                }
            }
        }
    }

    private func answer(_ bytes: ArraySlice<UInt8>, from lane: LaneID) {
        for line in bytes.split(separator: 10) {
            guard let id = Line.member("\"id\":", of: line) else { continue }
            if Line.member("\"method\":\"login", of: line) != nil {
                receive(Line.loginReply(id: id, blob: nextBlob()), from: lane)
            } else {
                receive(Line.accepted(id: id), from: lane)
            }
        }
    }
}

extension [UInt8] {
    fileprivate subscript(_ span: ByteSpan) -> ArraySlice<UInt8> {
        self[Int(span.start)..<Int(span.start) + Int(span.count)]
    }
}
