import Alerts
import ProxyCore
import ProxyTerms
import SplitScheduler
import Statistics
import Upstreams

/// Tells the desk what of the core's notices and the periodic figures is well and what is not, in the log's words.
struct AlertFeed {
    /// The periodic figures.
    struct Figures {
        /// All rigs over ten minutes, and over a day with the runs before.
        var rate: Rate
        var dayHashrate: Double
        /// Whether a pool takes shares at all.
        var hasPool: Bool
        /// Whether XvB matters.
        var usesXvB: Bool
        var schedule: SchedulerStatus
        var fails: Int?
        /// Percent of the day's hashrate below which it is low.
        var lowPercent: Double
        /// What is wrong with the store, and with p2pool's age; nil if nothing is.
        var storeTrouble: String?
        var p2poolNeeds: String?
    }

    /// What is so when the watch begins.
    struct Beginning {
        /// Rigs that are there, and for how many seconds.
        var rigs: [(name: String, seconds: Double)]
        /// Upstreams that should be connected and are not, each with how the other one stands.
        var down: [(upstream: Upstream, other: OtherUpstream)]
    }

    private var desk = AlertDesk()
    private var attendance = RigAttendance()
    /// How the other upstream stood when one was lost; nil while it is up.
    private var isDown = PerUpstream<OtherUpstream?>(p2pool: nil, xvb: nil)
    private var fails: Int?
    /// nil before the first look.
    private var won: Tier??
    private var isStopping = false

    /// A watch that begins now.
    init(_ beginning: Beginning, now: Instant) {
        for rig in beginning.rigs { attendance.found(rig.name, since: now.adding(seconds: -rig.seconds)) }
        for (upstream, other) in beginning.down { down(upstream, other, now: now) }
    }

    /// What is to be told now.
    mutating func news(now: Instant) -> [AlertNews] { desk.news(now: now) }

    // MARK: What happens

    /// The core told something.
    mutating func noticed(_ notice: Notice, now: Instant) {
        switch notice {
        case .rigJoined(_, let name, let agent, let fullNonceSpace):
            guard attendance.joined(name, now: now) else { return }
            desk.observe(
                .rigGone, name, isBad: false, now: now,
                RigWords.joined(name, agent: agent, fullNonceSpace: fullNonceSpace))
        case .rigLeft(_, let name, let reason):
            guard !isStopping, attendance.left(name, isMissed: reason.isMissed, now: now) else { return }
            desk.observe(.rigGone, name, isBad: true, now: now, RigWords.left(name, reason))
        case .upstreamDown(let upstream, let other):
            down(upstream, other, now: now)
        case .upstreamUp(let upstream, let endpoint):
            isDown[upstream] = nil
            desk.observe(.poolDown, upstream.name, isBad: false, now: now, PoolWords.up(upstream, endpoint))
        case .laneReady(let lane, let endpoint, _, _):
            desk.observe(.certificate, "\(lane.upstream.name) \(endpoint)", isBad: false, now: now)
        case .laneLost(let lane, let endpoint, let reason, _):
            if case .distrusted(let refusal) = reason { refused(lane.upstream, endpoint, refusal, now: now) }
            guard let other = isDown[lane.upstream] else { return }
            let detail = "\(PoolWords.down(lane.upstream, other: other)); \(endpoint): \(reason.text)"
            desk.observe(.poolDown, lane.upstream.name, isBad: true, now: now, detail)
        case .sidechainShare(let name, let difficulty, let shares):
            desk.happened(
                .shareFound, name ?? "", now: now,
                PoolWords.sidechainShare(by: name, difficulty: difficulty, shares: shares))
        case .rigCutOff(let name, let address, let seconds, let offence):
            desk.happened(.liar, name, now: now, RigWords.cutOff(name, address, seconds: seconds, offence))
        case .stopping:
            isStopping = true
        case .connectionDropped, .rigRefused, .addressRefused, .proxyModeKnown, .exclusiveNotSent, .algorithmNotMined,
            .ignoresNonceRange,
            .slotsShort, .placesShort, .endpointChanged, .newJob, .jobRefused, .rejected, .lineRefused, .shareRefused,
            .sharesRefused,
            .furtherRefused, .cutOffKnocked, .rigUnstable, .proofUnavailable, .windowClosed, .planned, .switched,
            .followed, .seedsDiffer, .seedsAgree, .noneUp, .turningAway, .servingAgain, .noncesUsedUp,
            .regionsMeasured:
            break
        }
    }

    /// A pool's certificate was looked at.
    mutating func certificate(_ upstream: Upstream, _ news: TrustNews, now: Instant) {
        switch news {
        case .taken(let endpoint, _, .renewed):
            desk.happened(
                .certificate, "\(upstream.name) \(endpoint)", now: now, CertificateWords.text(upstream, news))
        case .taken: break
        case .stillRefused(let endpoint, let refusal): refused(upstream, endpoint, refusal, now: now)
        case .file(let trouble): desk.happened(.disk, "", now: now, CertificateWords.text(trouble))
        }
    }

    private mutating func refused(
        _ upstream: Upstream, _ endpoint: String, _ refusal: CertificateRefusal, now: Instant
    ) {
        desk.observe(.certificate, "\(upstream.name) \(endpoint)", isBad: true, now: now, refusal.text)
    }

    private mutating func down(_ upstream: Upstream, _ other: OtherUpstream, now: Instant) {
        isDown[upstream] = other
        desk.observe(.poolDown, upstream.name, isBad: true, now: now, PoolWords.down(upstream, other: other))
    }

    // MARK: What is so

    /// Looks at the figures.
    mutating func look(_ figures: Figures, now: Instant) {
        lookAtHashrate(figures, now: now)
        if figures.usesXvB { lookAtXvB(figures, now: now) }
        let store = figures.storeTrouble
        desk.observe(.disk, "store", isBad: store != nil, now: now, store ?? "")
        let p2pool = figures.p2poolNeeds
        desk.observe(.p2poolUpdate, isBad: p2pool != nil, now: now, p2pool ?? "")
    }

    private mutating func lookAtHashrate(_ figures: Figures, now: Instant) {
        let rate = figures.rate
        // Without a pool there is nothing to count, which is told as such; a young run knows too little.
        guard figures.hasPool, rate.covered >= 600, figures.dayHashrate > 0 else { return }
        let least = figures.dayHashrate * figures.lowPercent / 100
        // Few shares are luck: it is low where twice their error doesn't explain it.
        let isLow = rate.hashrate * (1 + 2 * min(1, rate.error)) < least
        desk.observe(
            .hashrateLow, isBad: isLow, now: now, AlertWords.hashrate(rate.hashrate, ofDay: figures.dayHashrate))
    }

    private mutating func lookAtXvB(_ figures: Figures, now: Instant) {
        let status = figures.schedule
        if status.xvbHealth != .missing {
            desk.observe(
                .registration, isBad: status.xvbHealth == .unregistered, now: now, XvBFault.notRegistered.text)
        }
        if let credited = status.credited, let tier = status.creditedTier, status.xvbHealth.isTrusted {
            for held in Tier.allCases where held != .none {
                desk.observe(.tier, held.key, isBad: tier < held, now: now, AlertWords.credited(credited))
            }
        }
        if let told = figures.fails {
            if let fails, told > fails { desk.happened(.fails, now: now, AlertWords.fails(told)) }
            fails = told
        }
        // A round that was won before the watch began was told then.
        if let won, won != status.wonRound, let tier = status.wonRound {
            desk.happened(.raffleWin, tier.key, now: now, ScheduleWords.wonRound(tier))
        }
        won = .some(status.wonRound)
    }
}

extension RigClosing {
    /// Whether a rig of the farm that left so is missed: not where it was sent away, or told to mine elsewhere.
    fileprivate var isMissed: Bool {
        switch self {
        case .byRig, .badInput, .idle: true
        case .loginTimeout, .crowdedOut, .addressFull, .madeRoom, .withoutShare, .tooManyLogins, .wrongPassword,
            .noCommonAlgorithm, .noUpstream, .noPlace, .wrongShares, .flood, .cutOff, .askedInHTTP:
            false
        }
    }
}
