import ProxyTerms
import SplitScheduler

/// The rigs as the simulator plays them: one hashrate that scatters and changes, and what is measured of it.
struct SimulatedRigs {
    private let base: Double
    private let weather: HashrateWeather
    /// What they have now, in H/s.
    private(set) var hashrate: Double
    private var wander = 0.0
    /// Half-minute values of the last 15 min.
    private var recent: [Double] = []
    /// Shares of each of these half minutes: how many were to be expected, and how many there were.
    private var shares: [(expected: Double, found: Double)] = []

    /// Rigs that have been watched for 15 min already if `isWatched`.
    init(base: Double, weather: HashrateWeather, isWatched: Bool, random: inout SeededGenerator) {
        self.base = base
        self.weather = weather
        hashrate = base
        guard isWatched else { return }
        for _ in 0..<Self.halfMinutes { note(base, random: &random) }
    }

    /// Half minutes in the 15 minutes that are averaged.
    private static let halfMinutes = 30

    /// The 15 min average as the rigs tell it, in H/s.
    var reported: Double {
        recent.isEmpty ? base : recent.reduce(0, +) / Double(recent.count) * weather.meterFactor
    }

    /// The 15 min average as counted shares tell it, with its standard error.
    var counted: HashrateInputs {
        guard weather.rigs > 0 else { return HashrateInputs(total: reported) }
        let expected = shares.reduce(0) { $0 + $1.expected }
        let found = shares.reduce(0) { $0 + $1.found }
        guard expected > 0, found > 0 else { return HashrateInputs(total: 0) }
        return HashrateInputs(total: reported * found / expected, error: 1 / found.squareRoot())
    }

    /// Who counted the shares is gone.
    mutating func forgetShares() {
        shares = []
    }

    /// Each 30 s.
    mutating func change(at now: Int64, random: inout SeededGenerator) {
        let seconds = Double(now) / 1000
        var value = base * (weather.steps.last { $0.at <= seconds }?.factor ?? 1)
        if weather.dailySwing > 0 {
            let phase = (seconds / 86_400).truncatingRemainder(dividingBy: 1)
            value *= 1 - weather.dailySwing * (phase < 0.5 ? 2 * phase : 2 - 2 * phase)
        }
        if weather.night < 1 { value *= (1 + weather.night + (1 - weather.night) * Self.cosine(seconds / 86_400)) / 2 }
        if weather.noise > 0 {
            wander = wander * 0.8 + 0.6 * random.gaussian()
            value *= max(0, 1 + weather.noise * wander)
        }
        hashrate = value
        note(value, random: &random)
    }

    private mutating func note(_ value: Double, random: inout SeededGenerator) {
        if recent.count == Self.halfMinutes { recent.removeFirst() }
        recent.append(value)
        guard weather.rigs > 0 else { return }
        if shares.count == Self.halfMinutes { shares.removeFirst() }
        let expected = Double(weather.rigs) * 3
        let found = (expected + expected.squareRoot() * random.gaussian()).rounded()
        shares.append((expected, max(0, found)))
    }

    /// The cosine of so many turns, to a thousandth: a day needs no more.
    private static func cosine(_ turns: Double) -> Double {
        let phase = turns - turns.rounded(.down)
        // Bhaskara's approximation, of the nearer half of a turn.
        let x = phase < 0.5 ? phase : 1 - phase
        guard x <= 0.25 else {
            let y = (0.5 - x) * (0.5 - x)
            return -(1 - 16 * y) / (1 + 4 * y)
        }
        return (1 - 16 * x * x) / (1 + 4 * x * x)
    }
}
