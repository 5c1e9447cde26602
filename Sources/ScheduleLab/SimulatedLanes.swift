import ProxyTerms
import SplitScheduler

/// The lanes to an XvB node that owns a byte of the nonce, as the simulator plays them: which rigs can find a job there that
/// they haven't searched (see `JobModel`).
struct SimulatedLanes {
    private let model: JobModel
    /// Seconds from one slice to the next that lanes are opened for.
    private let spacing: Double
    private var random: SeededGenerator
    /// The last intervals in milliseconds, newest last.
    private var intervals: [Int64] = []
    private var jobAt: Int64
    /// When the next job comes.
    private(set) var nextJob: Int64
    private var lanes = 0
    /// Lanes on which nobody has searched the current job.
    private var unsearched = 0
    /// Rigs on XvB.
    private(set) var moved = 0

    private static let remembered = 8

    init(_ model: JobModel, spacing: Double, seed: UInt64) {
        self.model = model
        self.spacing = spacing
        random = SeededGenerator(seed: seed ^ 0x6A6F_6273)
        jobAt = 0
        nextJob = 0
        // Whoever begins has been connected for a while.
        for _ in 0..<Self.remembered { intervals.append(draw()) }
        let running = draw()
        jobAt = -Int64(random.unit() * Double(running))
        nextJob = jobAt + running
        lanes = wanted(at: 0)
        unsearched = lanes
    }

    private mutating func draw() -> Int64 {
        let mean = model.interval * 1000
        let length = model.isRandom ? -Numerics.naturalLog(1 - random.unit()) * mean : mean
        return max(1, Int64(min(length, model.longest * 1000)))
    }

    var rigs: Int { model.rigs }
    /// The part of the rigs that mine on XvB.
    var movedPart: Double { Double(moved) / Double(max(1, model.rigs)) }
    var movedAll: Bool { moved == model.rigs }

    /// The rigs are to mine on XvB: those that find an unsearched lane do. Tells whether any moved.
    @discardableResult
    mutating func move() -> Bool {
        let movers = min(model.rigs - moved, unsearched)
        moved += movers
        unsearched -= movers
        return movers > 0
    }

    /// The rigs are to mine on p2pool: what they searched they can't come back to.
    mutating func leave() {
        moved = 0
    }

    /// All lanes were opened anew: none has been searched.
    mutating func reopen() {
        moved = 0
        lanes = wanted(at: jobAt)
        unsearched = lanes
    }

    /// XvB's next job: every lane has it, and who is there searches it.
    mutating func jobCame(at now: Int64) {
        intervals.append(now - jobAt)
        if intervals.count > Self.remembered { intervals.removeFirst() }
        jobAt = now
        nextJob = now + draw()
        lanes = wanted(at: now)
        unsearched = max(0, lanes - moved)
    }

    /// Each 30 s: a job that lasts longer than the ones before asks for more lanes.
    mutating func look(at now: Int64) {
        let more = wanted(at: now) - lanes
        guard more > 0 else { return }
        lanes += more
        unsearched += more
    }

    /// The longest of the last intervals, the one that runs included, in milliseconds.
    private func longest(at now: Int64) -> Int64 {
        max(now - jobAt, intervals.max() ?? 0)
    }

    private func wanted(at now: Int64) -> Int {
        let longest = longest(at: now)
        let each = FreshWork.lanesPerRig(jobInterval: Double(longest) / 1000, spacing: spacing)
        return max(1, min(model.maxLanes, model.rigs * each))
    }

    /// What the schedule is told, with `hashrate` for all rigs.
    func fresh(hashrate: Double, at now: Int64) -> FreshWork {
        let each = hashrate / Double(max(1, model.rigs))
        let movers = min(model.rigs - moved, unsearched)
        let again = min(model.rigs, unsearched - movers)
        let mean = Double(intervals.reduce(0, +)) / Double(max(1, intervals.count)) / 1000
        return FreshWork(
            now: each * Double(moved + movers), again: each * Double(again), jobInterval: mean,
            longestInterval: Double(longest(at: now)) / 1000, jobAge: Double(now - jobAt) / 1000)
    }
}
