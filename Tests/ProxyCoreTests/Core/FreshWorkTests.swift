import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

/// XvB's node owns byte 42, so a rig that left a job finds no unsearched nonces on its own lane.
@Suite("Work that nobody has searched")
struct FreshWorkTests {
    private let good: UInt64 = 1 << 40

    private func slot(of line: String?) -> UInt8? {
        line.flatMap { member("blob", of: $0) }.flatMap { UInt8($0.dropFirst(84).prefix(2), radix: 16) }
    }

    /// What the core counts as XvB's unsearched work now.
    private func fresh(_ harness: CoreHarness) -> FreshWork? {
        harness.core.hashrate.forget()
        return harness.core.hashrate.inputs(now: harness.now).fresh
    }

    /// Rigs with a known hashrate, windows of 120 s with 60 s for XvB, whose first slice has begun. XvB's jobs came each 10 s until
    /// now, so there are no spare lanes.
    private func inSlice(rigs count: Int = 1, maxLanes: Int = 64) throws -> (CoreHarness, [RigID]) {
        let harness = CoreHarness(xvbSeconds: 60, window: 120, maxLanes: maxLanes)
        harness.bringUp(xvbByte: 0x11)
        let rigs = (0..<count).map { harness.login("rig\($0)+100") }
        harness.advance(0.1)
        for (place, lane) in harness.lanes(.xvb).dropFirst().enumerated() {
            harness.logIn(lane, ownByte: 0x12 + UInt8(place))
        }
        let p2pool = try #require(harness.lanes(.p2pool).first)
        for rig in rigs {
            let line = try #require(harness.take(rig).last)
            let job = try #require(member("job_id", of: line))
            let nonce = UInt32(try #require(slot(of: line))) << 24 | 1
            harness.submit(rig, id: 50, job: job, nonce: nonce, hash: good)
        }
        for line in harness.take(p2pool) where member("method", of: line) == "submit" {
            harness.verdict(line, from: p2pool)
        }
        _ = harness.core.observed(
            p2pool: .init(
                sidechainDifficulty: 1e5, pplnsWindow: 2160, poolHashrate: 1e4, sidechainHeight: 1e6,
                rewardSharePercent: 1), now: harness.now)
        var number = 1
        while harness.core.currentUpstream != .xvb, number < 30 {
            number += 1
            nextJobs(harness, number)
            harness.advance(10)
        }
        #expect(harness.core.currentUpstream == .xvb)
        #expect(harness.lanes(.xvb).count == min(count, maxLanes))
        for rig in rigs { _ = harness.take(rig) }
        return (harness, rigs)
    }

    private func nextJobs(_ harness: CoreHarness, _ number: Int) {
        for (place, lane) in harness.lanes(.xvb).enumerated() {
            harness.job(lane, "\(number)", ownByte: 0x11 + UInt8(place))
        }
    }

    private func go(_ harness: CoreHarness, to upstream: Upstream) {
        for _ in 0..<300 where harness.core.currentUpstream != upstream { harness.advance(0.5) }
        #expect(harness.core.currentUpstream == upstream)
    }

    /// Lets time pass; lanes to XvB that are opened meanwhile log in, with one byte after the other from 70 on.
    private func answerLanes(_ harness: CoreHarness, seconds: Int, most: Int = 64) {
        var logins = harness.lanes(.xvb).filter { harness.core.lanes.xvb.find($0)?.isReady == true }.count
        for _ in 0..<seconds * 2 {
            for lane in harness.lanes(.xvb) where logins < most {
                guard harness.core.lanes.xvb.find(lane)?.isOpening == true else { continue }
                harness.logIn(lane, ownByte: 0x70 + UInt8(logins))
                logins += 1
            }
            harness.advance(0.5)
        }
    }

    // MARK: Spare lanes

    @Test("A rig that comes back to a job it has searched goes on on a spare lane, with its byte")
    func sparesAreUsed() throws {
        let (harness, rigs) = try inSlice()
        // No further job comes: by and by a rig needs more lanes than its own.
        answerLanes(harness, seconds: 61)
        #expect(harness.core.currentUpstream == .p2pool)
        #expect(harness.lanes(.xvb).count == 2)
        _ = harness.take(rigs[0])
        go(harness, to: .xvb)
        #expect(slot(of: harness.take(rigs[0]).last) == 0x71)
        #expect(harness.core.lanes.xvb.seatedCount == 1)
    }

    @Test("A share of the lane that a rig has left goes to that lane")
    func lateShares() throws {
        let (harness, rigs) = try inSlice()
        nextJobs(harness, 90)
        let line = try #require(harness.take(rigs[0]).last)
        let job = try #require(member("job_id", of: line))
        let own = try #require(harness.lanes(.xvb).first)
        answerLanes(harness, seconds: 100)
        _ = harness.take(rigs[0])
        go(harness, to: .xvb)
        #expect(slot(of: harness.take(rigs[0]).last) == 0x71)
        _ = harness.take(own)
        harness.submit(rigs[0], id: 60, job: job, nonce: 0x1100_0007, hash: good)
        #expect(harness.take(own).filter { member("method", of: $0) == "submit" }.count == 1)
    }

    @Test(
        "Spare lanes stay open with whatever jobs come for an hour, and are closed when they were not needed for so long"
    )
    func hysteresis() {
        var need = PatientCount(patience: 3_600)
        need.needs(4, at: .start)
        for minute in 1..<60 {
            need.needs(minute == 30 ? 3 : 1, at: .start.adding(seconds: Double(minute) * 60))
            #expect(need.count == 4)
        }
        need.needs(1, at: .start.adding(seconds: 3_661))
        #expect(need.count == 3)
        need.needs(1, at: .start.adding(seconds: 7_000))
        #expect(need.count == 3)
        need.needs(1, at: .start.adding(seconds: 7_300))
        #expect(need.count == 1)
        need.needs(2, at: .start.adding(seconds: 7_400))
        #expect(need.count == 2)
    }

    @Test("A pool that takes no more lanes than there are rigs is not asked again and again")
    func refusedSpares() throws {
        let (harness, _) = try inSlice()
        let p2pool = try #require(harness.lanes(.p2pool).first)
        for second in 0..<500 {
            for lane in harness.lanes(.xvb) where harness.core.lanes.xvb.find(lane)?.isOpening == true {
                harness.cut(lane)
            }
            if second % 20 == 0 { harness.job(p2pool, "p\(second)") }
            harness.advance(1)
        }
        let refused = harness.notices.filter {
            if case .laneLost(let lane, _, _, _) = $0 { lane.upstream == .xvb } else { false }
        }
        #expect(refused.count == 1)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.readyLanes == 1)
    }

    // MARK: What the plan is told

    @Test("The plan is told which hashrate can go to XvB now, and which could come back once more")
    func inputs() throws {
        let (harness, _) = try inSlice(rigs: 2)
        let all = try #require(fresh(harness))
        #expect(all.now > 0 && all.again == 0)
        #expect(abs(try #require(all.jobInterval) - 10) < 0.1)
        answerLanes(harness, seconds: 64)
        #expect(harness.core.currentUpstream == .p2pool)
        let spared = try #require(fresh(harness))
        #expect(spared.now > 0 && spared.again == 0)
        // A new job: all can go, and come back on the spare lanes.
        nextJobs(harness, 91)
        let again = try #require(fresh(harness))
        #expect(again.again > 0 && abs(again.again - again.now) < 1e-6)
        #expect(again.jobAge == 0 && again.longestInterval > 20)
    }

    @Test("A spare lane is counted for one rig only")
    func oneSpare() throws {
        let (harness, _) = try inSlice(rigs: 2, maxLanes: 3)
        let all = try #require(fresh(harness))
        answerLanes(harness, seconds: 64)
        #expect(harness.core.currentUpstream == .p2pool)
        let half = try #require(fresh(harness)).now
        #expect(half > 0 && half < all.now)
    }

    @Test("A new job counts at once, whenever the figure was asked for last")
    func wakes() throws {
        let (harness, _) = try inSlice()
        go(harness, to: .p2pool)
        harness.advance(3)
        #expect(try #require(fresh(harness)).now == 0)
        nextJobs(harness, 91)
        #expect(try #require(harness.core.hashrate.inputs(now: harness.now).fresh).now > 0)
    }

    // MARK: What is told

    @Test("A switch tells who waits for the next job, and once that they have it")
    func told() throws {
        let (harness, _) = try inSlice(rigs: 2, maxLanes: 3)
        answerLanes(harness, seconds: 64)
        #expect(harness.core.currentUpstream == .p2pool)
        let before = harness.notices.count
        go(harness, to: .xvb)
        let switches = harness.notices.dropFirst(before).compactMap { notice -> MoveCount? in
            if case .switched(.xvb, _, let rigs, _) = notice { rigs } else { nil }
        }
        var expected = MoveCount()
        expected.moved = 1
        expected.waiting = 1
        #expect(switches == [expected])
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.waitingRigs == 1)
        nextJobs(harness, 92)
        nextJobs(harness, 93)
        #expect(harness.notices.filter { $0 == .followed(.xvb, rigs: 1) }.count == 1)
        #expect(harness.core.snapshot(now: harness.now).upstreams.xvb.waitingRigs == 0)
    }

    @Test("Where the rigs have searched all that XvB has, no switch is told: its slice begins with the next job")
    func nothingToTell() throws {
        let (harness, rigs) = try inSlice(rigs: 2, maxLanes: 2)
        go(harness, to: .p2pool)
        let before = harness.notices.count
        harness.advance(70)
        #expect(harness.core.currentUpstream == .p2pool)
        #expect(harness.core.snapshot(now: harness.now).schedule.waitsForJob)
        #expect(!harness.notices.dropFirst(before).contains { if case .switched = $0 { true } else { false } })
        for rig in rigs { _ = harness.take(rig) }
        nextJobs(harness, 92)
        harness.advance(0.1)
        #expect(harness.core.currentUpstream == .xvb)
        for rig in rigs { #expect(harness.take(rig).count == 1) }
    }

    @Test("Who has no lane there is not said to wait for a job")
    func elsewhere() throws {
        let (harness, _) = try inSlice(rigs: 2, maxLanes: 1)
        let last = harness.notices.reversed().compactMap { notice -> MoveCount? in
            if case .switched(.xvb, _, let rigs, _) = notice { rigs } else { nil }
        }.first
        #expect(last?.moved == 1 && last?.elsewhere == 1 && last?.waiting == 0)
    }
}
