import ProxyTerms
import Testing

@testable import SplitScheduler

/// Rigs of 10 kH/s together at an XvB whose node owns the nonce byte: each stay there uses up one lane of each rig until the
/// next job, and a share of 50,000 is found for every 5 s of work.
private struct Farm {
    var scheduler: SplitScheduler
    var lanesPerRig: Int
    var jobs: [Double]
    var now = 100_000.0
    private(set) var switches: [(at: Double, to: Upstream)] = []
    private(set) var whole = true
    /// The least that ever stood in XvB's hour since the jobs' intervals are known, in hashes.
    private(set) var lowestHour = Double.infinity
    /// Lanes of each rig that have searched the present job; the one that mines now is among them.
    private var used = 0
    private var jobAt = 99_990.0
    private var intervals: [Double] = [120, 120]
    private var sinceShare = 0.0

    init(_ settings: SplitSettings, lanesPerRig: Int, jobs: [Double]) {
        scheduler = SplitScheduler(settings: settings, start: seconds(10_000))
        self.lanesPerRig = lanesPerRig
        self.jobs = jobs
        for second in stride(from: 10_010.0, through: 100_000, by: 48.5) {
            scheduler.credited(work: 50_000, to: .xvb, at: seconds(second))
        }
    }

    private var inputs: HashrateInputs {
        let isThere = scheduler.upstream == .xvb
        let left = Double(lanesPerRig - used)
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        let fresh = FreshWork(
            now: isThere || left >= 1 ? 10_000 : 0, again: left >= (isThere ? 1 : 2) ? 10_000 : 0, jobInterval: mean,
            longestInterval: intervals.max(), jobAge: now - jobAt)
        return HashrateInputs(total: 10_000, fresh: fresh)
    }

    mutating func run(to end: Double) {
        while now < end {
            if Int(now * 10) % 300 == 0 { scheduler.observed(p2pool: draftReading(share: 0.05), at: seconds(now)) }
            if let job = jobs.first, now >= job {
                jobs.removeFirst()
                intervals = Array((intervals + [now - jobAt]).suffix(8))
                jobAt = now
                used = scheduler.upstream == .xvb ? 1 : 0
                scheduler.freshWorkArrived(at: seconds(now))
            }
            let canBegin = used < lanesPerRig
            let step = scheduler.advance(now: seconds(now), hashrate: inputs)
            if let change = step.switched {
                switches.append((now, change.upstream))
                if change.upstream == .xvb {
                    if !canBegin { whole = false }
                    used += 1
                }
            }
            now = ((now + 0.1) * 10).rounded() / 10
            if now > 102_800 {
                lowestHour = min(lowestHour, scheduler.ledger.work(.xvb, last: 3_600, at: seconds(now)))
            }
            guard scheduler.upstream == .xvb else { continue }
            sinceShare += 0.1
            if sinceShare >= 5 {
                sinceShare -= 5
                scheduler.credited(work: 50_000, to: .xvb, at: seconds(now))
            }
        }
    }

    var begins: [Double] { switches.filter { $0.to == .xvb }.map(\.at) }
}

private func each(_ interval: Double, from start: Double = 100_000, to end: Double) -> [Double] {
    Array(stride(from: start, through: end, by: interval))
}

@Suite("Slices need work that nobody has searched (found S1)")
struct FreshWorkTests {
    // Fault W01.
    @Test("With one lane a rig and a job each 120 s, no slice begins that would move nobody, and the tier is held")
    func oneLane() {
        var farm = Farm(bare(.default), lanesPerRig: 1, jobs: each(120, to: 108_000))
        farm.run(to: 107_200)
        #expect(farm.whole)
        #expect(farm.begins.count > 30)
        #expect(farm.lowestHour >= 3_600_000)
    }

    @Test("A slice on the last lane lasts until the next job's slice can follow it")
    func lastLane() {
        // The next job is known to come 300 s after the last one.
        var farm = Farm(bare(.default), lanesPerRig: 1, jobs: each(300, to: 108_000))
        farm.run(to: 107_200)
        #expect(farm.whole)
        #expect(farm.lowestHour >= 3_600_000)
        #expect(farm.begins.count <= 25)
    }

    @Test("With spare lanes slices come each cycle, whatever the jobs do")
    func spareLanes() {
        var farm = Farm(bare(.default), lanesPerRig: 3, jobs: each(120, to: 108_000))
        farm.run(to: 107_200)
        #expect(farm.whole)
        #expect(farm.begins.count > 55)
    }

    @Test("A slice that is due waits for the job, says so, and begins with it")
    func waits() {
        var farm = Farm(bare(.default), lanesPerRig: 1, jobs: [])
        farm.run(to: 100_600)
        let before = farm.begins.count
        #expect(before == 1)
        farm.run(to: 103_000)
        #expect(farm.begins.count == 1)
        #expect(farm.scheduler.isWaitingForJob)
        #expect(farm.scheduler.upstream == .p2pool)
        farm.jobs = [103_010]
        farm.run(to: 103_012)
        #expect(farm.begins.count == 2)
        #expect(!farm.scheduler.isWaitingForJob)
    }

    @Test("Seconds of a manual slice that nobody could mine are made up once there is a job")
    func manual() {
        var settings = bare(.manual)
        settings.window = 60
        settings.manualXvBSeconds = 20
        // One lane: of the windows of 60 s every second one finds the job searched.
        var farm = Farm(settings, lanesPerRig: 1, jobs: each(120, to: 108_000))
        let before = farm.scheduler.ledger.total(.xvb)
        farm.run(to: 103_600)
        #expect(farm.whole)
        let part = (farm.scheduler.ledger.total(.xvb) - before) / 36_000_000
        #expect(part > 0.31 && part < 0.345)
    }

    @Test(
        "A manual slice that has waited for work almost to its end isn't begun for a second or two: the next one is longer"
    )
    func manualTooLate() {
        var settings = bare(.manual)
        settings.window = 60
        settings.manualXvBSeconds = 20
        // Every second job comes 2 s before the end of a slice.
        var farm = Farm(settings, lanesPerRig: 1, jobs: each(120, from: 100_058, to: 108_000))
        farm.run(to: 103_600)
        let lengths = zip(farm.switches, farm.switches.dropFirst()).filter { $0.0.to == .xvb }.map { $1.at - $0.at }
        #expect(lengths.count > 20)
        #expect(lengths.allSatisfy { $0 >= 4.9 })
    }

    @Test("Rigs that wait for XvB's job are p2pool's gain")
    func partly() {
        var settings = bare(.default)
        settings.tier = .vip
        var scheduler = SplitScheduler(settings: settings, start: seconds(0))
        var inputs = HashrateInputs(total: 15_000)
        scheduler.observed(p2pool: draftReading(), at: seconds(0))
        scheduler.observed(xvb: XvBReading(credited1h: 9_000, credited24h: 9_000), at: seconds(0))
        for second in 0..<30 { _ = scheduler.advance(now: seconds(Double(second)), hashrate: inputs) }
        while scheduler.upstream != .xvb, scheduler.windowStart < seconds(600) {
            _ = scheduler.advance(now: scheduler.nextDeadline, hashrate: inputs)
        }
        let begin = scheduler.nextDeadline
        inputs.fresh = FreshWork(now: 5_000, again: 0, jobInterval: 120, jobAge: 1)
        _ = scheduler.advance(now: begin, hashrate: inputs)
        let lead = scheduler.p2poolLead
        guard scheduler.upstream == .xvb else { return #expect(lead >= 0) }
        _ = scheduler.advance(now: begin.adding(seconds: 3), hashrate: inputs)
        // p2pool needs 26 % and gets two thirds.
        #expect(scheduler.p2poolLead > lead)
    }

    @Test(
        "A tenth of the hashrate that can move is the least that a slice is begun with",
        arguments: [(9.0, true), (11.0, false)])
    func leastPart(now: Double, isSpent: Bool) {
        #expect(FreshWork(now: now, again: 0, jobInterval: 120, jobAge: 0).isSpent(of: 100) == isSpent)
    }

    @Test("However rare jobs are, a rig has four lanes at most")
    func mostLanes() {
        #expect(FreshWork.lanesPerRig(jobInterval: 3_600, spacing: 60) == FreshWork.mostLanesPerRig)
        #expect(FreshWork.mostLanesPerRig == 4)
    }
}
