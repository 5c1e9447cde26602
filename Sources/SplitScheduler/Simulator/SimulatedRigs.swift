import ProxyTerms

/// The rigs as the simulator plays them: one hashrate that scatters and changes, and what is measured of it.
struct SimulatedRigs {
    private let base: Double
    private let weather: HashrateWeather
    /// What they have now, in H/s.
    private(set) var hashrate: Double
    /// The 15 min average as measured, in H/s.
    private(set) var measured: Double
    private var wander = 0.0
    private var error = 0.0
    /// Half-minute values of the last 15 min.
    private var recent: [Double] = []

    init(base: Double, weather: HashrateWeather) {
        self.base = base
        self.weather = weather
        hashrate = base
        measured = base
    }

    /// Each 30 s.
    mutating func change(at now: Int64, random: inout SeededGenerator) {
        let seconds = Double(now) / 1000
        var value = base * (weather.steps.last { $0.at <= seconds }?.factor ?? 1)
        if weather.dailySwing > 0 {
            let phase = (seconds / 86_400).truncatingRemainder(dividingBy: 1)
            value *= 1 - weather.dailySwing * (phase < 0.5 ? 2 * phase : 2 - 2 * phase)
        }
        if weather.noise > 0 {
            wander = wander * 0.8 + 0.6 * gaussian(&random)
            value *= max(0, 1 + weather.noise * wander)
        }
        hashrate = value
        if recent.count == 30 { recent.removeFirst() }
        recent.append(value)
        measured = recent.reduce(0, +) / Double(recent.count)
        if weather.measurementError > 0 {
            error = error * 0.95 + 0.312 * gaussian(&random)
            measured *= max(0, 1 + weather.measurementError * error)
        }
    }

    /// A normal deviate: twelve uniform ones are close enough.
    private func gaussian(_ random: inout SeededGenerator) -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += random.unit() }
        return sum
    }
}
