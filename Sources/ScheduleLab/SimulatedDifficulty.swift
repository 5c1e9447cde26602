import ProxyTerms
import SplitScheduler

/// What a share at XvB is worth, as the simulator plays it.
struct SimulatedDifficulty {
    private let base: Double
    private let model: DifficultyModel
    private var random: SeededGenerator
    /// What a share is worth now; where rigs differ, what the base is worth.
    private(set) var current: Double
    /// Where the walk stands: the logarithm of what a share is worth over its base.
    private var wander = 0.0

    init(base: Double, model: DifficultyModel, seed: UInt64) {
        self.base = base
        self.model = model
        random = SeededGenerator(seed: seed ^ 0x6469_6666)
        current = base
    }

    /// Shares that one hash finds on average.
    var sharesPerHash: Double {
        guard case .perRig(let factors) = model, !factors.isEmpty else { return 1 / current }
        return factors.reduce(0) { $0 + 1 / (base * $1) } / Double(factors.count)
    }

    /// What the share that was found now is worth.
    mutating func found() -> Double {
        guard case .perRig(let factors) = model, !factors.isEmpty else { return current }
        // Rigs with easy shares find more of them.
        var left = random.unit() * factors.reduce(0) { $0 + 1 / $1 }
        for factor in factors {
            left -= 1 / factor
            if left < 0 { return (base * factor).rounded() }
        }
        return (base * factors[factors.count - 1]).rounded()
    }

    /// Each 30 s; tells whether anything changed.
    mutating func change(at now: Int64) -> Bool {
        let before = current
        switch model {
        case .fixed, .perRig: return false
        case .jumps(let steps):
            current = base * (steps.last { $0.at * 1000 <= Double(now) }?.factor ?? 1)
        case .drifting(let every, let step, let memory, let lowest, let highest):
            guard now % Int64(every * 1000) == 0 else { return false }
            wander = wander * max(0, 1 - every / memory) + step * random.gaussian()
            current = min(highest, max(lowest, base * Numerics.exponential(wander))).rounded()
        }
        return current != before
    }
}

extension SeededGenerator {
    /// A normal deviate: twelve uniform ones are close enough.
    mutating func gaussian() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }
}
