import EventLoop
import HTTPFetch
import ProxyTerms
import SplitScheduler
import Statistics

/// Asks XvB again and again what it counted for the wallet, and how the raffle stands (docs/protocol.md#xvb-averages).
///
/// Any body and any status may come: what can't be used is said once and changes nothing, so that the last good figures
/// stay in use with their age.
final class XvBWatcher {
    /// What the watcher tells its owner.
    struct Handlers {
        /// What XvB counted for the wallet.
        var averages: (XvBReading) -> Void
        /// The public statistics: whether they name the wallet as the winner of a round that asks for a tier, and for which (nil: they don't
        /// tell).
        var wonRound: (_ isOurs: Bool, _ tier: Tier?) -> Void = { _, _ in }
        /// XvB does not know the wallet.
        var unregistered: () -> Void
        /// A line for the log: a trouble, once, or its end.
        var say: (LogLevel, String) -> Void
        /// Both questions of a round have their answers, good or bad.
        var roundCompleted: () -> Void = {}
    }

    /// Seconds between our clock and XvB's from which on it is told.
    static let clockTolerance = 60.0

    /// The longest wait after failures, in seconds. A registration is seen this late at most.
    static let longestWait = 300.0
    /// The public statistics, below the base of the addresses.
    static let statisticsPath = "/p2pool/stats"
    /// The private averages, before the wallet.
    static let averagesPath = "/cgi-bin/p2pool_bonus_history_gupaxx_api.cgi?address="

    /// The last good public statistics and when they came.
    private(set) var statistics: (value: XvBStatistics, at: Instant)?
    /// The last good averages and when they came.
    private(set) var averages: (value: XvBReading, at: Instant)?
    /// What was wrong with the last answer about the wallet; nil if nothing was.
    private(set) var trouble: String?

    let source: WebSource
    private let loop: EventLoop
    private let wallet: String
    private let handlers: Handlers
    private var pace: PollPace
    private var averagesTrigger = EdgeTrigger()
    private var statisticsTrigger = EdgeTrigger()
    private var clockTrigger = EdgeTrigger()
    private var timer: LoopTimer?
    private var transfer: HTTPTransfer?
    private var isStopped = false

    /// Asks `source` for the figures of `wallet` (the whole address), every `interval` seconds. `seed` draws the jitter.
    init(
        loop: EventLoop, source: WebSource, wallet: String, interval: Double, seed: UInt64, handlers: Handlers
    ) throws {
        self.loop = loop
        self.source = source
        self.wallet = wallet
        self.handlers = handlers
        pace = PollPace(interval: interval, longest: Self.longestWait, seed: seed)
        timer = try LoopTimer(loop) { [weak self] in self?.askAverages() }
    }

    /// Asks for the first time at once.
    func start() {
        askAverages()
    }

    /// Asks no more, and tells nothing more.
    func stop() {
        isStopped = true
        timer?.cancel()
        transfer?.cancel()
    }

    // MARK: A round: the averages, then the statistics on the same connection

    private func askAverages() {
        transfer = source.fetch(Self.averagesPath + WebSource.escaped(wallet), limit: XvBAnswers.longest) {
            [weak self] result in
            self?.averagesArrived(result)
        }
    }

    private func averagesArrived(_ result: Result<HTTPResponse, HTTPFailure>) {
        guard !isStopped else { return }
        switch result {
        case .success(let response):
            heardClock(response)
            do throws(XvBFault) {
                let value = try Self.averages(response)
                averages = (value, loop.now)
                trouble = nil
                heardAverages(nil, nil)
                handlers.averages(value)
                askStatistics(afterAverages: true)
            } catch {
                trouble = error.text
                heardAverages(
                    "\(error)",
                    error == .notRegistered
                        ? FigureWords.notRegistered(error.text)
                        : FigureWords.averages(error.text, hadSome: averages != nil))
                if error == .notRegistered { handlers.unregistered() }
                askStatistics(afterAverages: false)
            }
        case .failure(let failure):
            trouble = failure.text
            // The statistics come from the same server.
            heardAverages(
                failure.text,
                FigureWords.averages(FigureWords.server(source.description, failure), hadSome: averages != nil))
            roundCompleted(isSuccess: false)
        }
    }

    private func askStatistics(afterAverages hadAverages: Bool) {
        // The handler may have stopped us.
        guard !isStopped else { return }
        transfer = source.fetch(Self.statisticsPath, limit: XvBAnswers.longest) { [weak self] result in
            self?.statisticsArrived(result, hadAverages: hadAverages)
        }
    }

    private func statisticsArrived(_ result: Result<HTTPResponse, HTTPFailure>, hadAverages: Bool) {
        guard !isStopped else { return }
        switch result {
        case .success(let response):
            do throws(XvBFault) {
                let value = try Self.statistics(response)
                statistics = (value, loop.now)
                heardStatistics(nil, nil)
                let asksForTier = value.round.map { $0.tier != nil } ?? true
                handlers.wonRound(value.isWon(by: wallet) && asksForTier, value.round?.tier)
            } catch {
                heardStatistics("\(error)", error.text)
            }
        case .failure(let failure):
            heardStatistics(failure.text, failure.text)
        }
        roundCompleted(isSuccess: hadAverages)
    }

    private func roundCompleted(isSuccess: Bool) {
        handlers.roundCompleted()
        guard !isStopped else { return }
        timer?.arm(at: loop.now.adding(seconds: pace.wait(afterSuccess: isSuccess)))
    }

    private static func averages(_ response: HTTPResponse) throws(XvBFault) -> XvBReading {
        // Typed throws do not pass through `withUnsafeBytes`.
        let result = response.body.withUnsafeBytes { bytes -> Result<XvBReading, XvBFault> in
            do throws(XvBFault) {
                return .success(try XvBAnswers.averages(status: response.status, body: bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func statistics(_ response: HTTPResponse) throws(XvBFault) -> XvBStatistics {
        let result = response.body.withUnsafeBytes { bytes -> Result<XvBStatistics, XvBFault> in
            do throws(XvBFault) {
                return .success(try XvBAnswers.statistics(status: response.status, body: bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    // MARK: Saying

    private func heardAverages(_ trouble: String?, _ text: String?) {
        switch averagesTrigger.observe(trouble) {
        case .raised:
            if let text { handlers.say(.warning, text) }
        case .cleared: handlers.say(.info, FigureWords.averagesAgain)
        case .unchanged: break
        }
    }

    /// The ages of p2pool's files, and the journal's, are reckoned with our clock.
    private func heardClock(_ response: HTTPResponse) {
        guard let date = response.date else { return }
        let ahead = WallClock.now - date
        let isWrong = abs(ahead) > Self.clockTolerance
        switch clockTrigger.observe(isWrong ? "clock" : nil) {
        case .raised: handlers.say(.warning, FigureWords.clock(ahead: ahead))
        case .cleared: handlers.say(.info, FigureWords.clockAgain)
        case .unchanged: break
        }
    }

    /// Nothing but a won round's margin hangs on the public statistics: their troubles are no warning.
    private func heardStatistics(_ trouble: String?, _ text: String?) {
        switch statisticsTrigger.observe(trouble) {
        case .raised:
            if let text { handlers.say(.info, FigureWords.statistics(text)) }
        case .cleared: handlers.say(.info, FigureWords.statisticsAgain)
        case .unchanged: break
        }
    }
}

extension XvBStatistics.Round {
    /// What it asks of its players' averages; nil where that is nothing.
    var tier: Tier? {
        switch self {
        case .vip, .mvp: nil
        case .donor: .donor
        case .vipDonor: .vip
        case .whaleDonor: .whale
        case .megaDonor: .mega
        }
    }
}
