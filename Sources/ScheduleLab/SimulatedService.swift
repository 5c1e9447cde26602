import ProxyTerms
import SplitScheduler

/// XvB as the simulator plays it: two averages of what it counts of the work it accepts, and which tiers they are at.
///
/// Only what XvB counts decides whether a tier is held, in every world.
struct SimulatedService {
    private struct Share {
        var at: Int64
        var work: Double
    }

    /// What stands in one average, and the highest tier that it is at.
    private struct Average {
        let span: Int64
        /// Hashes: the average in H/s times the span in seconds.
        var work = 0.0
        /// 0 (none) … 4 (mega).
        var rank = 0
        /// The first share that is still in.
        var head = 0

        init(span: Int64) {
            self.span = span
        }

        /// A thousandth of a hash is rounding.
        func need(_ rank: Int) -> Double {
            Tiers.hashrate[rank] * Double(span) / 1000 - 1e-3
        }

        mutating func rise() {
            while rank < Tiers.count - 1, work >= need(rank + 1) { rank += 1 }
        }

        mutating func fall() {
            while rank > 0, work < need(rank) { rank -= 1 }
        }

        /// Fades for `milliseconds`.
        mutating func fade(_ milliseconds: Int64) {
            work *= Numerics.exponential(-Double(milliseconds) / Double(span))
            fall()
        }

        /// Milliseconds until fading takes it below the tier it is at.
        var millisecondsToFall: Int64 {
            guard rank > 0 else { return .max }
            return Int64(Double(span) * max(0, Numerics.naturalLog(work / need(rank)))) + 1
        }
    }

    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    private let model: ServiceModel
    private var random: SeededGenerator
    private var shares: [Share] = []
    private var hourly = Average(span: hour)
    private var daily = Average(span: day)
    /// Until when averages that fade have faded.
    private var fadedAt: Int64 = -day

    init(_ model: ServiceModel = ServiceModel(), seed: UInt64 = 0) {
        self.model = model
        random = SeededGenerator(seed: seed ^ 0x6C6F_7374)
    }

    /// The work that stands in the hour, in hashes.
    var hourWork: Double { hourly.work }
    /// The work that stands in the day, in hashes.
    var dayWork: Double { daily.work }
    /// The highest tier that the hour's average is at, 0 (none) … 4.
    var hourRank: Int { hourly.rank }
    /// The highest tier that the day's average is at, 0 (none) … 4.
    var dayRank: Int { daily.rank }

    /// Takes a share at `now`; what it counts of it is its own affair. `advance(to: now)` came before.
    mutating func accept(_ work: Double, at now: Int64) {
        if model.lostShares > 0, random.unit() < model.lostShares { return }
        let counted = work * model.creditRatio
        hourly.work += counted
        daily.work += counted
        hourly.rise()
        daily.rise()
        guard model.averaging == .sliding else { return }
        shares.append(Share(at: now, work: counted))
        if daily.head > 100_000 {
            shares.removeFirst(daily.head)
            hourly.head -= daily.head
            daily.head = 0
        }
    }

    /// Starts out with both averages at `hashrate`, as even shares of `work` would have left them at time 0.
    mutating func warmUp(hashrate: Double, share work: Double) {
        guard hashrate > 0 else { return }
        if model.averaging == .fading {
            hourly.work = hashrate * 3_600 * model.creditRatio * (1 - model.lostShares)
            daily.work = hashrate * 86_400 * model.creditRatio * (1 - model.lostShares)
            hourly.rise()
            daily.rise()
            fadedAt = 0
            return
        }
        let every = work / hashrate * 1000
        var at = -Double(Self.day) + every / 2
        while at < 0 {
            advance(to: Int64(at))
            accept(work, at: Int64(at))
            at += every
        }
    }

    /// When an average may next fall below a tier.
    var nextFall: Int64 {
        switch model.averaging {
        case .sliding:
            let hour = hourly.head < shares.count ? shares[hourly.head].at + Self.hour : Int64.max
            let day = daily.head < shares.count ? shares[daily.head].at + Self.day : Int64.max
            return min(hour, day)
        case .fading:
            let first = min(hourly.millisecondsToFall, daily.millisecondsToFall)
            return first == .max ? .max : fadedAt + first
        }
    }

    /// What has left or faded by `now` counts no more.
    mutating func advance(to now: Int64) {
        switch model.averaging {
        case .sliding:
            while hourly.head < shares.count, shares[hourly.head].at + Self.hour <= now {
                hourly.work -= shares[hourly.head].work
                hourly.head += 1
                hourly.fall()
            }
            while daily.head < shares.count, shares[daily.head].at + Self.day <= now {
                daily.work -= shares[daily.head].work
                daily.head += 1
                daily.fall()
            }
        case .fading:
            guard now > fadedAt else { return }
            hourly.fade(now - fadedAt)
            daily.fade(now - fadedAt)
            fadedAt = now
        }
    }

    /// What its API tells now.
    var reading: XvBReading {
        func told(_ average: Double) -> Double {
            model.rounding > 0 ? (average / model.rounding).rounded() * model.rounding : average
        }
        return XvBReading(
            credited1h: told(max(0, hourWork) / 3_600), credited24h: told(max(0, dayWork) / 86_400))
    }
}

/// The tiers by rank: none, donor, VIP, whale, mega.
enum Tiers {
    static let hashrate = Tier.allCases.map(\.hashrate)
    static let count = Tier.allCases.count
}
