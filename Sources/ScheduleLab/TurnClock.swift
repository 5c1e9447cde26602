import ProxyTerms

/// What other programs' policies have in common: a period that begins anew when it is over, one turn in it, and XvB only while it is up.
struct TurnClock {
    /// Seconds.
    let period: Double
    private(set) var upstream = Upstream.p2pool
    private(set) var nextDeadline = Instant.start
    private var begin: Instant?
    private var xvbIsUp = true

    init(period: Double) {
        self.period = period
    }

    /// An upstream can or can't be used now.
    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {
        if upstream == .xvb { xvbIsUp = usable }
        nextDeadline = min(nextDeadline, now)
    }

    /// Begins the next period where the last one is over.
    /// - Returns: whether it did.
    mutating func begins(at now: Instant) -> Bool {
        if let begin, now < begin.adding(seconds: period) { return false }
        begin = begin?.adding(seconds: period) ?? now
        return true
    }

    /// Takes `first` for so many seconds of the period, then the other one.
    mutating func follow(_ first: Upstream, seconds: Double, now: Instant) {
        let begin = begin ?? now
        let turn = begin.adding(seconds: seconds)
        let isFirst = now < turn || seconds >= period
        let wanted = isFirst ? first : first.other
        upstream = xvbIsUp ? wanted : .p2pool
        nextDeadline = now < turn ? turn : begin.adding(seconds: period)
    }

    /// The program was started anew.
    mutating func restarted(at now: Instant) {
        begin = nil
        upstream = .p2pool
        nextDeadline = now
    }
}

/// A policy whose turns are a `TurnClock`'s.
protocol TurningPolicy: JudgedPolicy {
    var clock: TurnClock { get set }
}

extension TurningPolicy {
    var upstream: Upstream { clock.upstream }
    var nextDeadline: Instant { clock.nextDeadline }

    mutating func reported(_ upstream: Upstream, usable: Bool, at now: Instant) {
        clock.reported(upstream, usable: usable, at: now)
    }
}
