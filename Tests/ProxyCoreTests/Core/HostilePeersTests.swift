import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

/// Values that a pool or a rig may send, and that arithmetic, tables or texts don't like.
private enum Nasty {
    static let targets = [
        "\"00000000\"", "\"01000000\"", "\"ffffffff\"", "\"ffffff7f\"", "\"0000000000000000\"", "\"0100000000000000\"",
        "\"0200000000000000\"", "\"ffffffffffffffff\"", "\"ffffffffffffff7f\"", "\"\"", "\"00\"", "\"zzzzzzzz\"",
        "\"285c8fc2f528\"", "\"285c8fc2f5285c0f\"", "7", "null",
    ]
    static let numbers = [
        "0", "-0", "1", "-1", "255", "65536", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "-9223372036854775808", "1e308", "1e400", "-1e400", "0.5",
        "null",
        "\"1\"", "[]", "{}", "true",
    ]
    static let names = [
        "", "rig", "rig+0", "rig+1", "rig+18446744073709551615", "rig+18446744073709551616", "+", "+5", "a+b+7",
        "\\u0000", "\\ud83d\\ude00", "\\ud83d", "<script>", "\\u001b[31m", String(repeating: "n", count: 300),
    ]
    static let texts = [
        "Stale share", "Invalid job id", "Low difficulty share", "Duplicate share", "Unauthenticated", "Banned",
        "IP is banned", "\\u0007\\n\\r", String(repeating: "x", count: 2_000), "",
    ]
    static let algorithms = ["\"rx/0\"", "\"rx/2\"", "\"cn/r\"", "\"\"", "null", "5"]
    static let lines = [
        "", " ", "{}", "[]", "null", "{\"id\":", "\u{0}\u{0}", String(repeating: "[", count: 200),
        "{\"method\":\"job\"}", "{\"method\":\"job\",\"params\":{}}", "{\"id\":1,\"result\":null}",
        "{\"method\":\"client.reconnect\",\"params\":[\"evil.example\",1,0]}", "{\"id\":1,\"method\":\"keepalived\"}",
        "{\"id\":99999999,\"result\":{\"status\":\"OK\"}}", "HTTP/1.1 400 Bad Request",
    ]
    static let figures: [Double] = [
        0, 1, -1, 1e-300, 1e9, 9.3e17, 9.2e18, 1e300, .infinity, -.infinity, .nan, 2160, 85.5e6,
    ]
}

/// One world of peers that send whatever the seed makes of it.
private struct HostilePeers {
    var random: SeededGenerator
    let harness: CoreHarness
    var rigs: [RigID] = []
    /// The last jobs that each rig was given: the id, and byte 42 of the blob.
    var jobs: [RigID: [(id: String, slot: String)]] = [:]
    /// Lanes whose connect was told; it happens once.
    var connected: Set<LaneID> = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        let modes = SplitMode.allCases
        harness = CoreHarness(
            mode: modes[Int(seed % UInt64(modes.count))], window: 30, rigsPerLane: seed % 2 == 0 ? 256 : 2, maxLanes: 4)
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int(random.next() % UInt64(values.count))] }

    mutating func chance(_ part: Double) -> Bool { random.unit() < part }

    mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Array("0123456789abcdef")[Int(random.next() % 16)] })
    }

    mutating func job() -> String {
        let blob: String
        switch random.next() % 8 {
        case 0: blob = digits(Int(random.next() % 900))
        case 1: blob = ""
        default: blob = "1010" + digits(74) + "000000" + (chance(0.5) ? "00" : "a7") + digits(66)
        }
        let height = chance(0.7) ? "3560000" : pick(Nasty.numbers)
        let target = chance(0.6) ? "\"285c8fc2f5285c0f\"" : pick(Nasty.targets)
        let seed = chance(0.9) ? String(repeating: "a", count: 64) : digits(Int(random.next() % 80))
        let id = chance(0.8) ? digits(4) : pick(Nasty.names)
        let algorithm = chance(0.8) ? "\"rx/0\"" : pick(Nasty.algorithms)
        return
            "{\"blob\":\"\(blob)\",\"job_id\":\"\(id)\",\"target\":\(target),\"algo\":\(algorithm),\"height\":\(height),"
            + "\"seed_hash\":\"\(seed)\"}"
    }

    mutating func poolLine() -> String {
        switch random.next() % 12 {
        case 0: return pick(Nasty.lines)
        case 1, 2: return "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(job())}"
        case 3:
            let id = chance(0.5) ? "1" : pick(Nasty.numbers)
            return "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"s\",\"job\":\(job()),"
                + "\"extensions\":[\"algo\",\"nicehash\",\(pick(Nasty.numbers))],\"status\":\"OK\"}}"
        case 4:
            return
                "{\"id\":\(pick(Nasty.numbers)),\"error\":{\"code\":\(pick(Nasty.numbers)),\"message\":\"\(pick(Nasty.texts))\"}}"
        default:
            return "{\"id\":\(2 + random.next() % 40),\"error\":null,\"result\":{\"status\":\"OK\"}}"
        }
    }

    mutating func line(of rig: RigID) -> String {
        switch random.next() % 30 {
        case 0: return pick(Nasty.lines)
        case 1:
            return
                "{\"id\":\(pick(Nasty.numbers)),\"method\":\"login\",\"params\":{\"login\":\"\(pick(Nasty.names))\",\"pass\":\"x\","
                + "\"agent\":\"\(pick(Nasty.names + ["xmrig-proxy/6.0", "XMRig/6.26.0"]))\",\"algo\":[\(pick(Nasty.algorithms))]}}"
        case 2: return "{\"id\":\(pick(Nasty.numbers)),\"method\":\"keepalived\",\"params\":{\"id\":\"s\"}}"
        default:
            let id = chance(0.8) ? "5" : pick(Nasty.numbers)
            let job = pick(jobs[rig] ?? [("1", "00")])
            let name = chance(0.95) ? job.id : pick(Nasty.names)
            let hash = digits(48) + (chance(0.9) ? digits(2) + "00000000000000" : "0000000000000000")
            let result = chance(0.95) ? hash : pick(Nasty.names)
            let nonce = chance(0.95) ? digits(6) + job.slot : pick(Nasty.names)
            return
                "{\"id\":\(id),\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"\(name)\",\"nonce\":\"\(nonce)\","
                + "\"result\":\"\(result)\",\"algo\":\"rx/0\"}}"
        }
    }

    /// Answers what lanes were sent: mostly with OK, sometimes with an error, sometimes not at all.
    mutating func answer(_ lanes: [LaneID]) {
        for lane in lanes where connected.contains(lane) {
            for line in harness.take(lane) where member("method", of: line) == "submit" && chance(0.9) {
                harness.verdict(line, from: lane, error: chance(0.8) ? nil : pick(Nasty.texts))
            }
        }
    }

    mutating func figure(_ sane: Double) -> Double { chance(0.8) ? sane : pick(Nasty.figures) }

    mutating func step() {
        let lanes = harness.lanes(.p2pool) + harness.lanes(.xvb)
        switch random.next() % 12 {
        case 0 where rigs.count < 12:
            rigs.append(harness.connect())
            harness.send(
                rigs[rigs.count - 1], "{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"rig+1\",\"pass\":\"x\"}}")
        case 1, 2, 3, 4:
            guard !rigs.isEmpty else { break }
            let rig = pick(rigs)
            harness.send(rig, line(of: rig))
            for line in harness.take(rig) {
                guard let id = member("job_id", of: line), let blob = member("blob", of: line) else { continue }
                jobs[rig] = (jobs[rig] ?? []).suffix(3) + [(id, String(blob.dropFirst(84).prefix(2)))]
            }
        case 5 where chance(0.1) && !rigs.isEmpty: harness.disconnect(rigs.removeLast())
        case 5, 6:
            for lane in lanes where chance(0.5) && connected.insert(lane).inserted {
                harness.logIn(lane, difficulty: 1 + random.next() % 1_000)
            }
        case 7: answer(lanes)
        case 8: for lane in lanes where connected.contains(lane) && chance(0.5) { harness.receive(lane, poolLine()) }
        case 9 where chance(0.2): for lane in lanes where chance(0.3) { harness.cut(lane) }
        case 9:
            harness.core.observed(
                p2pool: P2PoolReading(
                    sidechainDifficulty: figure(85.5e6), pplnsWindow: figure(2160), poolHashrate: figure(8.55e6),
                    sidechainHeight: figure(5e6), rewardSharePercent: figure(0.1), lastShareAge: figure(3_000),
                    age: figure(0)), now: harness.now)
            harness.core.observed(
                xvb: XvBReading(credited1h: figure(1_010), credited24h: figure(1_005), age: figure(20)),
                now: harness.now)
        default: harness.advance(chance(0.02) ? 700 : random.unit() * 5)
        }
        rigs.removeAll { harness.closedRigs.suffix(16).contains($0) }
    }
}

@Suite("Whatever peers send, nothing traps")
struct HostilePeersTests {
    @Test(
        "Jobs, verdicts, logins, submits and figures of every kind, and all that is shown of them",
        arguments: 0..<40 as Range<UInt64>)
    func everything(seed: UInt64) {
        var world = HostilePeers(seed: seed)
        for _ in 0..<400 {
            world.step()
            let core = world.harness.core
            let snapshot = core.snapshot(now: world.harness.now)
            for upstream in Upstream.allCases {
                #expect(snapshot.upstreams[upstream].counts.pending <= 4_096)
                #expect(snapshot.upstreams[upstream].routed.day >= 0)
            }
            #expect(core.schedule.journalState(at: world.harness.now).line(time: 0).utf8.count < 2_000)
        }
    }
}
