import Alerts
import EventLoop
import HTTPFetch
import ProxyCore
import ProxyTerms

/// Alerts of the daemon: watches what happens while there is anybody to tell, sends it, and calls the dead man's switch. Nothing waits for a
/// receiver (docs/alerts.md).
final class AlertSender {
    /// What is sent with. Nothing is opened before there is something to send.
    final class Means {
        let loop: EventLoop
        let log: any DaemonLog
        let host: String
        let userAgent: String
        let seed: UInt64
        /// Seconds that a receiver has for an answer; a proxy such as Tor's gets twice as long.
        private let deadlineSeconds: Double
        private var fetcher: HTTPFetcher?

        init(
            _ loop: EventLoop, log: any DaemonLog, host: String, userAgent: String, seed: UInt64,
            deadlineSeconds: Double = 10
        ) {
            self.deadlineSeconds = deadlineSeconds
            self.loop = loop
            self.log = log
            self.host = host
            self.userAgent = userAgent
            self.seed = seed
        }

        /// Sends a request. `completion` is called once, later, unless the transfer is cancelled or this is closed.
        func fetch(
            _ request: HTTPRequest, completion: @escaping (Result<HTTPResponse, HTTPFailure>) -> Void
        ) -> HTTPTransfer? {
            if fetcher == nil { fetcher = try? HTTPFetcher(loop) }
            var request = request
            request.deadlineSeconds = request.socks5 == nil ? deadlineSeconds : 2 * deadlineSeconds
            request.connectSeconds = request.socks5 == nil ? min(5, deadlineSeconds) : request.deadlineSeconds
            guard let fetcher else {
                loop.later { completion(.failure(.busy)) }
                return nil
            }
            return fetcher.fetch(request, completion: completion)
        }

        /// Ends everything that is under way.
        func close() { fetcher?.close() }

        /// The minute of the local day at a moment of the loop's clock.
        func minute(_ moment: Instant) -> Int {
            WallClock.localMinute(at: WallClock.now - loop.now.seconds(since: moment))
        }
    }

    /// What the daemon tells when it is asked.
    struct Sources {
        var beginning: () -> AlertFeed.Beginning
        var figures: () -> AlertFeed.Figures
    }

    /// Seconds between two looks at what is to be told, and looks from one at the figures to the next.
    static let tickSeconds = 5.0
    private static let ticksPerLook = 3

    private let means: Means
    private let sources: Sources
    private var feed: AlertFeed?
    private var posts: [AlertPost] = []
    private var pinger: Pinger?
    private var timer: LoopTimer?
    private var ticks = 0
    private var isStopped = false

    /// Nobody is told yet.
    init(
        _ loop: EventLoop, log: any DaemonLog, host: String, userAgent: String, seed: UInt64, _ sources: Sources
    ) throws {
        means = Means(loop, log: log, host: host, userAgent: userAgent, seed: seed)
        self.sources = sources
        timer = try LoopTimer(loop) { [weak self] in self?.tick() }
    }

    /// Tells whom the settings name from now on. What waits for one that stays waits on, and what waits for one whose entry was changed is
    /// for the new one.
    func apply(_ settings: Settings) {
        guard !isStopped else { return }
        let old = posts
        posts = settings.notify.enumerated().map { index, receiver in
            if let known = old.first(where: { $0.receiver == receiver }) { return known }
            let changed = old.indices.contains(index) && !settings.notify.contains(old[index].receiver)
            return AlertPost(receiver, index, means, after: changed ? old[index] : nil)
        }
        for post in old where !posts.contains(where: { $0 === post }) { post.stop() }
        if posts.isEmpty {
            feed = nil
            timer?.cancel()
        } else if feed == nil {
            feed = AlertFeed(sources.beginning(), now: means.loop.now)
            arm()
        }
        ping(settings)
    }

    /// The core told something.
    func noticed(_ notice: Notice, now: Instant) {
        feed?.noticed(notice, now: now)
    }

    /// A pool's certificate was looked at.
    func certificate(_ upstream: Upstream, _ news: TrustNews) {
        feed?.certificate(upstream, news, now: means.loop.now)
    }

    /// Tells nobody any more.
    func stop() {
        isStopped = true
        timer?.cancel()
        pinger?.stop()
        means.close()
    }

    private func ping(_ settings: Settings) {
        guard pinger?.settings != settings.ping else { return }
        pinger?.stop()
        pinger = nil
        guard let target = settings.ping.target else { return }
        do {
            pinger = try Pinger(settings.ping, target, means) { [sources] in sources.figures().hasPool }
        } catch {
            means.log.line(.warning, .proxy, NotifyWords.cantSend("\(error)"))
        }
    }

    private func arm() {
        timer?.arm(at: means.loop.now.adding(seconds: Self.tickSeconds))
    }

    private func tick() {
        let now = means.loop.now
        if ticks % Self.ticksPerLook == 0 { feed?.look(sources.figures(), now: now) }
        ticks += 1
        let news = feed?.news(now: now) ?? []
        for post in posts {
            post.add(news)
            post.send(now: now)
        }
        arm()
    }
}

/// Calls a dead man's switch while the proxy has a pool to mine at.
final class Pinger {
    let settings: PingSettings
    private let target: PingSettings.Target
    private let means: AlertSender.Means
    private let isWell: () -> Bool
    private var timer: LoopTimer?
    private var transfer: HTTPTransfer?
    private var troubles = EdgeTrigger()

    /// Seconds until a call that failed is made again, at most.
    static let retrySeconds = 60.0

    /// Calls for the first time in a moment.
    init(
        _ settings: PingSettings, _ target: PingSettings.Target, _ means: AlertSender.Means,
        isWell: @escaping () -> Bool
    ) throws {
        self.settings = settings
        self.target = target
        self.means = means
        self.isWell = isWell
        troubles.goodsToClear = 1
        timer = try LoopTimer(means.loop) { [weak self] in self?.call() }
        timer?.arm(at: means.loop.now.adding(seconds: AlertSender.tickSeconds))
    }

    /// Calls no more.
    func stop() {
        timer?.close()
        timer = nil
        transfer?.cancel()
    }

    /// Calls now, if there is a pool.
    func call() {
        let pause = Double(settings.intervalSeconds)
        // Who is not called for long enough tells the operator.
        guard isWell() else { return arm(min(pause, Self.retrySeconds)) }
        transfer = means.fetch(AlertForms.request(target, userAgent: means.userAgent)) { [weak self] result in
            self?.ended(AlertAnswer(result), pause: pause)
        }
    }

    private func ended(_ answer: AlertAnswer, pause: Double) {
        transfer = nil
        let name = NotifyWords.name(target)
        switch troubles.observe(answer.cause) {
        case .raised: means.log.line(.warning, .proxy, NotifyWords.pingFailed(name, answer.cause ?? ""))
        case .cleared: means.log.line(.info, .proxy, NotifyWords.delivered(name))
        case .unchanged: break
        }
        arm(answer.cause == nil ? pause : min(pause, Self.retrySeconds))
    }

    private func arm(_ seconds: Double) {
        timer?.arm(at: means.loop.now.adding(seconds: seconds))
    }
}
