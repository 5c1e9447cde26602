import ProxyTerms
import SplitScheduler
import Testing

@testable import ProxyCore

/// xmrig 6.26 with our proxy as its first pool and a backup behind it, retries 5, retry-pause 5
/// (docs/protocol.md#xmrig-reconnects). It counts connections that failed or were closed, and goes to the backup with
/// the fifth. The first pool is tried on and wins back.
private struct RigWithBackup {
    var connection: RigID?
    var failures = 0
    var retryAt: Instant
    /// When the backup took over; nil while the proxy is the pool in use.
    var backupSince: Instant?
    var servedAt: Instant?

    init(at now: Instant) {
        retryAt = now
    }

    mutating func step(_ harness: CoreHarness, agent: String) {
        if connection == nil, retryAt <= harness.now { connection = harness.login(agent: agent) }
        guard let rig = connection else { return }
        if harness.take(rig).contains(where: { member("blob", of: $0) != nil }) {
            failures = 0
            backupSince = nil
            servedAt = harness.now
        }
        guard harness.closedRigs.suffix(64).contains(rig) else { return }
        harness.disconnect(rig)
        connection = nil
        failures += 1
        // The pause is 5 s, looked at once a second.
        retryAt = harness.now.adding(seconds: 6)
        if failures == 5 { backupSince = harness.now }
    }
}

/// Rigs with a backup pool before a proxy whose pools come and go.
private struct BackupWorld {
    let harness: CoreHarness
    var rigs: [RigWithBackup]
    var agent = "XMRig/6.26.0"
    /// Upstreams that refuse each connection.
    var dead: Set<Upstream> = []

    init(_ harness: CoreHarness, rigs count: Int) {
        self.harness = harness
        rigs = (0..<count).map { _ in RigWithBackup(at: harness.now) }
    }

    mutating func run(_ seconds: Int) {
        for _ in 0..<seconds {
            for upstream in Upstream.allCases {
                for lane in harness.lanes(upstream) where dead.contains(upstream) { harness.cut(lane) }
            }
            for index in rigs.indices { rigs[index].step(harness, agent: agent) }
            harness.advance(1)
        }
    }

    mutating func lose(_ upstreams: Upstream...) {
        for upstream in upstreams { dead.insert(upstream) }
    }

    /// The upstream answers again: seconds until every rig has its work.
    mutating func secondsUntilServed(by upstream: Upstream, ownByte: UInt8 = 0) -> Double {
        dead.remove(upstream)
        let start = harness.now
        for _ in 0..<120 {
            for lane in harness.lanes(upstream) where !(harness.core.lanes[upstream].find(lane)?.isReady ?? true) {
                harness.logIn(lane, ownByte: ownByte)
            }
            run(1)
            if rigs.allSatisfy({ $0.servedAt.map { $0 > start } ?? false }) {
                return rigs.compactMap { $0.servedAt?.seconds(since: start) }.max() ?? 0
            }
        }
        return .infinity
    }

    /// Seconds from `start` until every rig's backup was in use; infinite where one's isn't.
    func backupAfter(_ start: Instant) -> Double {
        rigs.map { $0.backupSince?.seconds(since: start) ?? .infinity }.max() ?? 0
    }
}

@Suite("Backup pools of the rigs")
struct BackupPoolTests {
    // Fault U28, P02.
    @Test(
        "Both upstreams die: the backups mine within 100 s, and 30 s after the first return the proxy has the rigs again",
        arguments: Upstream.allCases)
    func bothDie(first: Upstream) {
        let harness = CoreHarness()
        harness.bringUp()
        var world = BackupWorld(harness, rigs: 20)
        world.run(10)
        let lostAt = harness.now
        world.lose(.p2pool, .xvb)
        let before = harness.notices.count
        world.run(600)
        #expect(world.backupAfter(lostAt) <= 100)
        // The grace time is theirs: a pool that restarts costs nobody a connection.
        #expect(world.backupAfter(lostAt) >= 60 + 4 * 6)
        let told = harness.notices.dropFirst(before).filter {
            switch $0 {
            case .rigLeft, .rigJoined, .turningAway, .servingAgain, .noneUp: true
            default: false
            }
        }
        // Twenty leave, and two lines for the rest: not two more with each of the 1,800 refused logins.
        #expect(told.count == 22)
        #expect(world.secondsUntilServed(by: first) <= 30)
        #expect(world.backupAfter(lostAt) == .infinity)
    }

    @Test("A proxy that starts with no upstream: the same, and a rig that comes late waits no longer than the others")
    func startsAlone() {
        let harness = CoreHarness()
        var world = BackupWorld(harness, rigs: 3)
        world.lose(.p2pool, .xvb)
        let start = harness.now
        world.run(50)
        world.rigs.append(RigWithBackup(at: harness.now))
        world.run(60)
        #expect(world.backupAfter(start) <= 100)
        #expect(world.secondsUntilServed(by: .xvb) <= 30)
    }

    @Test("A work-less upstream that is up helps nobody: mode p2pool with XvB's lanes of before")
    func unusableUpstream() {
        let harness = CoreHarness(mode: .p2pool)
        harness.bringUp()
        var world = BackupWorld(harness, rigs: 3)
        world.run(5)
        let lostAt = harness.now
        world.lose(.p2pool)
        world.run(120)
        #expect(world.backupAfter(lostAt) <= 100)
        #expect(world.secondsUntilServed(by: .p2pool) <= 30)
    }

    @Test("A proxy in front that no lane of XvB can take goes to its backup when p2pool dies")
    func exclusive() {
        let harness = CoreHarness()
        harness.bringUp(xvbByte: 7)
        for lane in harness.lanes(.xvb).dropFirst() { harness.logIn(lane, ownByte: 7) }
        var world = BackupWorld(harness, rigs: 1)
        world.agent = "xmrig-proxy/6.26.0"
        world.run(5)
        let lostAt = harness.now
        world.lose(.p2pool)
        world.run(120)
        #expect(world.backupAfter(lostAt) <= 100)
        #expect(world.secondsUntilServed(by: .p2pool) <= 30)
    }

    @Test("Rigs beyond XvB's lanes go to their backups when p2pool dies; those with a lane stay")
    func noSeat() {
        let harness = CoreHarness(maxLanes: 1)
        harness.bringUp(xvbByte: 7)
        var world = BackupWorld(harness, rigs: 3)
        world.run(5)
        let lostAt = harness.now
        world.lose(.p2pool)
        for second in 0..<120 {
            if second % 10 == 0, let lane = harness.lanes(.xvb).first { harness.job(lane, "x\(second)", ownByte: 7) }
            world.run(1)
        }
        let waits = world.rigs.map { $0.backupSince?.seconds(since: lostAt) ?? .infinity }
        #expect(waits.filter { $0 <= 100 }.count == 2)
        #expect(waits.filter { $0 == .infinity }.count == 1)
    }

    @Test("An outage shorter than the grace time closes nobody, and the next one has the whole time again")
    func shortOutage() {
        let harness = CoreHarness()
        harness.bringUp()
        var world = BackupWorld(harness, rigs: 3)
        for _ in 0..<3 {
            world.run(5)
            world.lose(.p2pool, .xvb)
            world.run(50)
            #expect(world.secondsUntilServed(by: .p2pool) <= 15)
            #expect(world.secondsUntilServed(by: .xvb) <= .infinity)
        }
        #expect(harness.closedRigs.isEmpty)
    }
}
