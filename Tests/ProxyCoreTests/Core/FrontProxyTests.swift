import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("An xmrig-proxy in front")
struct FrontProxyTests {
    private static let agent = "xmrig-proxy/6.26.0 (Linux x86_64)"

    /// A miner behind it: what it was given last.
    private struct Job {
        var id: String
        var slot: UInt32

        init(_ line: String) throws {
            id = try #require(member("job_id", of: line))
            let blob = try #require(member("blob", of: line))
            slot = try #require(UInt32(blob.dropFirst(84).prefix(2), radix: 16))
        }
    }

    private func login(_ harness: CoreHarness, _ name: String = "farm") throws -> (rig: RigID, job: Job) {
        let rig = harness.login("\(name)+100", agent: Self.agent, algorithms: "")
        return (rig, try Job(try #require(harness.take(rig).last)))
    }

    /// What was found out: whether miners share its connection.
    private func modes(_ harness: CoreHarness) -> [Bool] {
        harness.notices.compactMap { if case .proxyModeKnown(_, _, let shares) = $0 { shares } else { nil } }
    }

    /// Brings up the lanes that were opened since.
    private func logIn(_ lanes: [LaneID], of harness: CoreHarness, byte: UInt8 = 0) {
        for (index, lane) in lanes.enumerated() where harness.core.lanes[lane.upstream].find(lane)?.isReady == false {
            harness.logIn(lane, ownByte: byte == 0 ? 0 : byte + UInt8(index))
        }
    }

    // Fault P04.
    @Test(
        "In simple mode each connection is a rig like any other after three shares: it shares a lane, and goes to XvB")
    func simple() throws {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp(xvbByte: 0x5A)
        var miners: [RigID] = []
        for name in ["a", "b", "c"] {
            let rig = harness.login("\(name)+100", agent: Self.agent, algorithms: "")
            harness.advance(1)
            logIn(harness.lanes(.p2pool), of: harness)
            for lane in harness.lanes(.p2pool) { harness.job(lane, name) }
            let job = try Job(try #require(harness.take(rig).last))
            #expect(job.slot == 0)
            for nonce in 1...3 as ClosedRange<UInt32> { harness.submit(rig, id: 2, job: job.id, nonce: nonce, hash: 1) }
            miners.append(rig)
        }
        #expect(modes(harness) == [false, false, false])
        #expect(harness.core.registry.ordinaryRigs == 3 && harness.core.registry.exclusiveRigs == 0)
        for lane in harness.lanes(.p2pool) {
            for share in harness.take(lane) where member("method", of: share) == "submit" {
                harness.verdict(share, from: lane)
            }
        }
        harness.advance(1)
        logIn(harness.lanes(.xvb), of: harness, byte: 0x60)
        for lane in harness.lanes(.p2pool) { harness.job(lane, "7") }
        let jobs = try miners.map { try Job(try #require(harness.take($0).last)) }
        #expect(jobs.allSatisfy { $0.slot != 0 })
        harness.advance(70)
        #expect(harness.core.currentUpstream == .xvb)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.miningRigs == 3)
        let told = harness.notices.contains { if case .exclusiveNotSent = $0 { true } else { false } }
        #expect(!told)
    }

    // Fault P05.
    @Test("In nicehash mode its first share tells, and it keeps the lane that it has")
    func nicehash() throws {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp(xvbByte: 0x5A)
        let (rig, job) = try login(harness)
        let lane = try #require(harness.lanes(.p2pool).first)
        _ = harness.take(lane)
        for (number, byte) in ([0, 0x91, 0, 0, 0, 0x92] as [UInt32]).enumerated() {
            harness.submit(rig, id: 2, job: job.id, nonce: byte << 24 | UInt32(number), hash: 1)
        }
        let shares = harness.take(lane).filter { member("method", of: $0) == "submit" }
        for share in shares { harness.verdict(share, from: lane) }
        #expect(shares.count + harness.take(lane).count == 6)
        #expect(harness.core.registry.exclusiveRigs == 1 && modes(harness).isEmpty)
        let told = harness.notices.count { if case .exclusiveNotSent(_, _, .xvb) = $0 { true } else { false } }
        #expect(told == 1)
    }

    // Fault R22.
    @Test(
        "One whose only miner has a zero byte is found out by the next byte: no share is lost, it has its own lane again"
    )
    func mistaken() throws {
        let harness = CoreHarness(xvbSeconds: 0)
        harness.bringUp(xvbByte: 0x5A)
        let (rig, first) = try login(harness)
        for nonce in 1...3 as ClosedRange<UInt32> { harness.submit(rig, id: 2, job: first.id, nonce: nonce, hash: 1) }
        let lane = try #require(harness.lanes(.p2pool).first)
        for share in harness.take(lane) where member("method", of: share) == "submit" {
            harness.verdict(share, from: lane)
        }
        harness.job(lane, "2")
        let job = try Job(try #require(harness.take(rig).last { $0.range(of: "job_id") != nil }))
        #expect(job.slot != 0)
        _ = harness.take(lane)
        for byte in [0, 0x33, 0x34] as [UInt32] {
            harness.submit(rig, id: 3, job: job.id, nonce: byte << 24 | 9, hash: 1)
        }
        #expect(harness.take(lane).count { member("method", of: $0) == "submit" } == 3)
        #expect(modes(harness) == [false, true])
        harness.advance(1)
        logIn(harness.lanes(.p2pool), of: harness)
        for lane in harness.lanes(.p2pool) { harness.job(lane, "3") }
        let whole = try Job(try #require(harness.take(rig).last))
        #expect(whole.slot == 0)
        // And so it stays.
        for nonce in 10...20 as ClosedRange<UInt32> { harness.submit(rig, id: 2, job: whole.id, nonce: nonce, hash: 1) }
        #expect(modes(harness) == [false, true] && harness.core.registry.exclusiveRigs == 1)
    }

    @Test("At XvB, whose byte it is, a share with another one never reaches the node, and the proxy leaves for p2pool")
    func mistakenAtXvB() throws {
        let harness = CoreHarness(xvbSeconds: 60, window: 120)
        harness.bringUp(xvbByte: 0x5A)
        let (rig, first) = try login(harness)
        let p2pool = try #require(harness.lanes(.p2pool).first)
        for nonce in 1...3 as ClosedRange<UInt32> { harness.submit(rig, id: 2, job: first.id, nonce: nonce, hash: 1) }
        for share in harness.take(p2pool) where member("method", of: share) == "submit" {
            harness.verdict(share, from: p2pool)
        }
        harness.advance(2)
        while harness.core.currentUpstream == .p2pool { harness.advance(1) }
        let job = try Job(try #require(harness.take(rig).last))
        #expect(job.slot == 0x5A)
        let xvb = try #require(harness.lanes(.xvb).first)
        _ = harness.take(xvb)
        harness.submit(rig, id: 2, job: job.id, nonce: 0x1100_0000, hash: 1)
        #expect(harness.take(xvb).allSatisfy { member("method", of: $0) != "submit" })
        #expect(harness.take(rig).contains { member("message", of: $0) == "Nonce outside the assigned range" })
        #expect(modes(harness) == [false, true])
        harness.advance(1)
        logIn(harness.lanes(.p2pool), of: harness)
        for lane in harness.lanes(.p2pool) { harness.job(lane, "3") }
        #expect(harness.core.registry.rigs.find(rig)?.work.minesOn == .p2pool)
    }

    @Test(
        "Other miners that leave their range are refused as ever, and a worker named as exclusive has its lane at once")
    func others() throws {
        let harness = CoreHarness(xvbSeconds: 0)
        harness.bringUp()
        let rig = harness.login("rig+100")
        let job = try Job(try #require(harness.take(rig).last))
        harness.submit(rig, id: 2, job: job.id, nonce: (job.slot + 1) << 24, hash: 1)
        #expect(harness.take(rig).compactMap { member("message", of: $0) } == ["Nonce outside the assigned range"])
        #expect(modes(harness).isEmpty && harness.core.registry.exclusiveRigs == 0)
        let named = CoreHarness(xvbSeconds: 0, change: { $0.exclusiveWorkers = ["farm"] })
        named.bringUp()
        let (worker, whole) = try login(named, "farm")
        #expect(whole.slot == 0 && named.core.registry.exclusiveRigs == 1)
        for nonce in 1...9 as ClosedRange<UInt32> { named.submit(worker, id: 2, job: whole.id, nonce: nonce, hash: 1) }
        #expect(modes(named).isEmpty)
    }
}
