import ProxyTerms
import SplitScheduler

/// p2pool's sidechain as the simulator plays it: our shares in a window, and an API that tells.
struct SimulatedChain {
    private let model: SidechainModel
    private(set) var difficulty: Double
    private var window: Double
    /// When our shares were found, in milliseconds, newest last; those that left the window are dropped.
    private var shares: [Int64] = []
    /// What p2pool got with our wallet in each half minute of the last window, oldest first, and its sum.
    private var work: [Double] = []
    private var workSum = 0.0

    init(_ model: SidechainModel) {
        self.model = model
        difficulty = model.difficulty
        window = model.window
    }

    private var windowMilliseconds: Int64 {
        Int64(window * model.blockTime * 1000)
    }

    /// The shares that `hashrate` would have found in a window, at least one.
    mutating func warmUp(hashrate: Double, toP2Pool: Double, random: inout SeededGenerator) {
        for _ in 0..<(windowMilliseconds / 30_000) { add(work: toP2Pool * 30) }
        var at = -windowMilliseconds
        while true {
            at += Int64(-Numerics.naturalLog(1 - random.unit()) * difficulty / hashrate * 1000) + 1
            if at >= 0 { break }
            shares.append(at)
        }
        if shares.isEmpty { shares.append(-windowMilliseconds / 2) }
    }

    /// Half a minute's work for our wallet.
    mutating func add(work new: Double) {
        work.append(new)
        workSum += new
        while Int64(work.count) * 30_000 > windowMilliseconds, let oldest = work.first {
            workSum -= oldest
            work.removeFirst()
        }
    }

    /// P(no share in the window) with the work that p2pool got.
    var noShareProbability: Double {
        Numerics.exponential(-max(0, workSum) / difficulty)
    }

    mutating func found(at now: Int64) {
        shares.append(now)
    }

    mutating func change(at now: Int64) {
        let seconds = Double(now) / 1000
        // A triangle wave is as good as a sine here.
        let phase = (seconds / 86_400).truncatingRemainder(dividingBy: 1)
        let wave = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase
        difficulty = model.difficulty * (1 + model.drift * wave)
        window = model.windows.last { $0.at <= seconds }?.blocks ?? model.window
        let gone = shares.firstIndex { $0 > now - 4 * windowMilliseconds } ?? max(0, shares.count - 1)
        if gone > 256 { shares.removeFirst(gone) }
    }

    func timeWithoutShare(from: Int64, to: Int64) -> Double {
        guard let newest = shares.last else { return Double(to - from) }
        let leaves = newest + windowMilliseconds
        return leaves >= to ? 0 : Double(to - max(from, leaves))
    }

    func reading(at now: Int64, tellsShares: Bool) -> P2PoolReading {
        let inside = shares.reduce(0) { $0 + ($1 > now - windowMilliseconds ? 1 : 0) }
        let newest = shares.last ?? 0
        return P2PoolReading(
            sidechainDifficulty: difficulty.rounded(), pplnsWindow: window,
            poolHashrate: (difficulty / model.blockTime).rounded(),
            sidechainHeight: (5e6 + Double(now) / 1000 / model.blockTime).rounded(.down),
            rewardSharePercent: tellsShares ? min(100, Double(inside) / window * 100) : 100 / window,
            lastShareAge: tellsShares ? max(0, Double(now - newest) / 1000) : nil)
    }
}
