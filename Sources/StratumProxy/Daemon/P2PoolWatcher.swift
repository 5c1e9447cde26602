import EventLoop
import Glibc
import HTTPFetch
import ProxyTerms
import SplitScheduler
import Upstreams

/// Reads p2pool's API again and again, from a directory or over http(s), and tells what it says.
final class P2PoolWatcher {
    /// What the watcher tells its owner.
    struct Handlers {
        /// The figures were put together again, from what is good.
        var reading: (P2PoolReading) -> Void
        /// A line for the log: a trouble, once, or its end.
        var say: (LogLevel, String) -> Void
    }

    /// Seconds after which a server without `local/` is asked for it again.
    static let localAgainSeconds = 600.0
    /// The longest wait after failures of a server, in seconds.
    static let longestWait = 60.0

    let source: P2PoolSource
    /// What was wrong in the last round; nil if nothing was.
    private(set) var trouble: String?
    private let loop: EventLoop
    /// The wallet that XvB knows; nil if it doesn't matter here.
    private let wallet: String?
    private var walletVoice = HealthVoice()
    private var nodeVoice = HealthVoice()
    private var saidSwitch = false
    private let handlers: Handlers
    private var pace: PollPace
    private var files = P2PoolFiles()
    private var voices: [P2PoolFile: HealthVoice] = [:]
    private var reachable = HealthVoice()
    private var timer: LoopTimer?
    /// The documents of this round that are still to be read.
    private var left: [P2PoolFile] = []
    private var isReading = false
    private var isStopped = false
    /// Whether there was a `local/stratum` at any time.
    private var hadLocal = false
    /// Whether it was said that the server has no `local/`.
    private var saidMirror = false
    private var localAgainAt = Instant.never

    /// Watches `place`, every `interval` seconds. `seed` draws the jitter of questions through the network; `wallet` is the one
    /// that p2pool should mine to.
    init(
        loop: EventLoop, place: P2PoolSource.Place, interval: Double, seed: UInt64 = 0, wallet: String? = nil,
        handlers: Handlers
    ) throws {
        self.loop = loop
        self.handlers = handlers
        self.wallet = wallet
        source = P2PoolSource(loop, place)
        pace = PollPace(interval: interval, longest: Self.longestWait, seed: seed)
        timer = try LoopTimer(loop) { [weak self] in self?.readAll() }
    }

    /// Starts to read at once.
    func start() {
        readAll()
    }

    /// Reads no more, and tells nothing more.
    func stop() {
        isStopped = true
        timer?.cancel()
        source.cancel()
    }

    /// The figures as they are, with their ages.
    var figures: P2PoolFigures? { files.figures(now: loop.now) }

    // MARK: A round

    private func readAll() {
        // A directory is read at the very interval; on a stuck network disk one question at a time is left waiting.
        if !source.isWeb { timer?.arm(at: loop.now.adding(seconds: pace.interval)) }
        guard !isReading else { return }
        if loop.now >= localAgainAt {
            localAgainAt = .never
            files.hasLocal = true
        }
        isReading = true
        // One after the other: a server sees one connection.
        left = files.files
        readNext()
    }

    private func readNext() {
        guard let file = left.first else { return roundCompleted(unreachable: nil) }
        left.removeFirst()
        source.read(file) { [weak self] outcome in self?.arrived(file, outcome) }
    }

    private func arrived(_ file: P2PoolFile, _ outcome: P2PoolSource.Outcome) {
        guard !isStopped else { return }
        switch outcome {
        case .found(let bytes, let modified):
            if file == .localStratum { hadLocal = true }
            var clock = timespec()
            clock_gettime(CLOCK_REALTIME, &clock)
            let found = P2PoolFiles.Found(
                modified: modified, wallClock: Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9)
            bytes.withUnsafeBytes { _ = files.read(file, $0, found, now: loop.now) }
        case .failed(let failure):
            if isMirror(without: file, failure) { return noteMirror() }
            files.failed(file, failure)
        case .unreachable(let failure):
            for file in [file] + left { files.failed(file, .failed(EIO)) }
            left = []
            return roundCompleted(unreachable: failure)
        }
        readNext()
    }

    private func roundCompleted(unreachable: HTTPFailure?) {
        isReading = false
        if case .web(let web) = source.place {
            sayReachable(web, unreachable)
            let isGood = files.health(.poolStats, now: loop.now).isGood
            timer?.arm(at: loop.now.adding(seconds: pace.wait(afterSuccess: isGood)))
        }
        trouble = unreachable.map { "\($0)" }
        if unreachable == nil {
            sayHealth()
        }
        guard let figures = files.figures(now: loop.now) else { return }
        if unreachable == nil { judge(figures) }
        compare(figures.wallet)
        handlers.reading(P2PoolReading(figures))
    }

    /// What the documents say of the node itself. That it writes nothing, or syncs, is told where the figures are refused.
    private func judge(_ figures: P2PoolFigures) {
        let text = figures.node.trouble
        if trouble == nil { trouble = text }
        switch nodeVoice.heard(text.map { String($0.prefix(24)) }) {
        case .complain:
            if let text { handlers.say(.warning, text) }
        case .recover: handlers.say(.info, "p2pool hears from its peers and from monerod again")
        case .nothing: break
        }
        let isSwitched = figures.node == .switchedSidechain
        if isSwitched, !saidSwitch {
            handlers.say(
                .info,
                "p2pool is on another sidechain: difficulty \(LogText.difficulty(UInt64(figures.sidechainDifficulty))), "
                    + "window \(Int(figures.pplnsWindow)) blocks; it is planned with at once")
        }
        saidSwitch = isSwitched
    }

    /// XvB asks for a share of the wallet that it credits: with two wallets nothing is won.
    private func compare(_ theirs: String?) {
        guard let theirs, let wallet, !theirs.isEmpty else { return }
        let text =
            theirs == wallet
            ? nil
            : "p2pool mines to \(WalletAddress.shortened(PeerText.printable(theirs, limit: 128))), the configuration says "
                + "\(WalletAddress.shortened(wallet)): XvB finds no share of that wallet in p2pool's window"
        if let text { trouble = trouble ?? text }
        switch walletVoice.heard(text) {
        case .complain:
            if let text { handlers.say(.warning, text) }
        case .recover: handlers.say(.info, "p2pool mines to the configured wallet")
        case .nothing: break
        }
    }

    // MARK: Servers without local/

    /// Whether the server is one of the public ones, which publish the sidechain's documents only. One that had
    /// `local/` before is a p2pool whose `local/` is missing.
    private func isMirror(without file: P2PoolFile, _ failure: FileFailure) -> Bool {
        source.isWeb && file == .localStratum && failure == .missing && !hadLocal
            && files.health(.poolStats, now: loop.now).isGood
    }

    private func noteMirror() {
        files.hasLocal = false
        left.removeAll(where: \.isLocal)
        localAgainAt = loop.now.adding(seconds: Self.localAgainSeconds)
        if !saidMirror, case .web(let web) = source.place {
            handlers.say(
                .info,
                "\(web.description) has no local/ (a public mirror, or p2pool without --local-api): whether we have a "
                    + "share in the window is estimated")
        }
        saidMirror = true
        readNext()
    }

    // MARK: Saying

    private func sayReachable(_ web: WebSource, _ failure: HTTPFailure?) {
        switch reachable.heard(failure.map { "\($0)" }) {
        case .complain:
            guard let failure else { break }
            handlers.say(.warning, "\(web.description) can't be read: \(failure); the last good figures stay in use")
        case .recover: handlers.say(.info, "\(web.description) can be read again")
        case .nothing: break
        }
    }

    /// What is wrong with all documents alike (no directory, no right to read, p2pool gone) is told of the first one.
    private func sayHealth() {
        var told: Set<String> = []
        for file in files.files {
            let kind = P2PoolSource.trouble(files.health(file, now: loop.now))
            if let kind, !told.insert(kind).inserted { continue }
            sayHealth(of: file)
        }
    }

    private func sayHealth(of file: P2PoolFile) {
        let health = files.health(file, now: loop.now)
        if trouble == nil { trouble = source.explanation(health, of: file) }
        switch voices[file, default: HealthVoice()].heard(P2PoolSource.trouble(health)) {
        case .complain:
            guard let text = source.explanation(health, of: file) else { break }
            handlers.say(.warning, text)
        case .recover: handlers.say(.info, "\(file.path) is good again")
        case .nothing: break
        }
    }
}

extension P2PoolReading {
    /// What the schedule needs of the figures. A `local/stratum` that nobody vouches for is as old as it is, and what
    /// rests on a monerod that stands still is as old as monerod's last word: p2pool goes on writing then
    /// (docs/protocol.md#p2pool-local-p2p).
    init(_ figures: P2PoolFigures) {
        var silence = 0.0
        // A p2pool that never heard from monerod may count from 1970.
        if case .monerodSilent(let seconds) = figures.node { silence = min(seconds, 1e8) }
        self.init(
            sidechainDifficulty: figures.sidechainDifficulty, pplnsWindow: figures.pplnsWindow,
            poolHashrate: figures.poolHashrate, sidechainHeight: figures.sidechainHeight,
            rewardSharePercent: figures.rewardSharePercent, lastShareAge: figures.lastShareAge,
            shareToldAge: figures.shareToldAge, age: max(figures.poolAge, figures.stratumAge ?? 0, silence))
    }
}
