import EventLoop
import Glibc
import HTTPFetch
import ProxyTerms
import SplitScheduler
import Statistics

/// Reads p2pool's API again and again, from a directory or over http(s), and tells what it says.
final class P2PoolWatcher {
    /// What the watcher tells its owner.
    struct Handlers {
        /// The figures were put together again, from what is good.
        var reading: (P2PoolReading) -> Void
        /// When the p2pool whose documents these are last took a share of ours; nil where it took none.
        var lastAcceptedAt: () -> Instant? = { nil }
        /// A line for the log: a trouble, once, or its end.
        var say: (LogLevel, String) -> Void
        /// All documents of a round were read, or could not be.
        var roundCompleted: () -> Void = {}
    }

    /// Seconds after which a server without `local/` is asked for it again.
    static let localAgainSeconds = 600.0
    /// The longest wait after failures of a server, in seconds.
    static let longestWait = 60.0

    let source: P2PoolSource
    /// What was wrong in the last round, in the words of the log; nil if nothing was.
    private(set) var trouble: String?
    /// What p2pool is too old to tell, in the words of the log; nil if nothing.
    private(set) var needsUpdate: String?
    private let loop: EventLoop
    /// The wallet that XvB knows; nil if it doesn't matter here.
    private let wallet: String?
    private var saidSwitch = false
    /// Whether there were figures that can be planned with.
    private var hadReading = false
    private let handlers: Handlers
    private var pace: PollPace
    private var state = P2PoolState()
    private var triggers: [P2PoolTrouble.Topic: EdgeTrigger] = [:]
    private var reachable = EdgeTrigger()
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

    // MARK: A round

    private func readAll() {
        // A directory is read at the very interval; on a stuck network disk one question at a time is left waiting.
        if !source.isWeb { timer?.arm(at: loop.now.adding(seconds: pace.interval)) }
        guard !isReading else { return }
        if loop.now >= localAgainAt {
            localAgainAt = .never
            state.hasLocal = true
        }
        isReading = true
        // One after the other: a server sees one connection.
        left = state.files
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
            let found = FoundDocument(modified: modified, wallClock: WallClock.now)
            bytes.withUnsafeBytes { _ = state.read(file, $0, found, now: loop.now) }
        case .failed(let failure):
            if isMirror(without: file, failure) { return noteMirror() }
            state.failed(file, failure)
        case .unreachable(let failure):
            for file in [file] + left { state.failed(file, .failed(EIO)) }
            left = []
            return roundCompleted(unreachable: failure)
        }
        readNext()
    }

    private func roundCompleted(unreachable: HTTPFailure?) {
        defer { handlers.roundCompleted() }
        isReading = false
        if case .web(let web) = source.place {
            sayReachable(web, unreachable)
            let isGood = state.health(.poolStats, now: loop.now).isGood
            timer?.arm(at: loop.now.adding(seconds: pace.wait(afterSuccess: isGood)))
        }
        state.lastAcceptedAt = handlers.lastAcceptedAt()
        if let unreachable {
            trouble = unreachable.text
        } else {
            say(state.troubles(wallet: wallet, now: loop.now))
        }
        guard let reading = state.reading(now: loop.now) else { return }
        if reading.fault == nil { hadReading = true }
        saySwitch(reading)
        handlers.reading(reading)
    }

    // MARK: Servers without local/

    /// Whether the server is one of the public ones, which publish the sidechain's documents only. One that had
    /// `local/` before is a p2pool whose `local/` is missing.
    private func isMirror(without file: P2PoolFile, _ failure: FileFailure) -> Bool {
        source.isWeb && file == .localStratum && failure == .missing && !hadLocal
            && state.health(.poolStats, now: loop.now).isGood
    }

    private func noteMirror() {
        state.hasLocal = false
        left.removeAll(where: \.isLocal)
        localAgainAt = loop.now.adding(seconds: Self.localAgainSeconds)
        if !saidMirror, case .web(let web) = source.place {
            handlers.say(.info, FigureWords.isMirror(web.description))
        }
        saidMirror = true
        readNext()
    }

    // MARK: Saying

    private func sayReachable(_ web: WebSource, _ failure: HTTPFailure?) {
        switch reachable.observe(failure?.text) {
        case .raised:
            guard let failure else { break }
            handlers.say(.warning, FigureWords.unreachable(web.description, failure, hadSome: hadReading))
        case .cleared: handlers.say(.info, FigureWords.reachable(web.description))
        case .unchanged: break
        }
    }

    /// Says each trouble once, and its end.
    private func say(_ troubles: [P2PoolTrouble]) {
        var words = source.words
        words.wallet = wallet
        words.hasGoodFigures = hadReading
        trouble = troubles.first { !$0.isHarmless }.map(words.text)
        needsUpdate = troubles.first { $0.needsUpdate }.map(words.text)
        for trouble in troubles where triggers[trouble.topic] == nil { triggers[trouble.topic] = EdgeTrigger() }
        for topic in triggers.keys {
            let trouble = troubles.first { $0.topic == topic }
            switch triggers[topic]?.observe(trouble.map { "\($0.kind)" }) {
            case .raised:
                if let trouble { handlers.say(trouble.isHarmless ? .info : .warning, words.text(trouble)) }
            case .cleared: handlers.say(.info, words.recovery(of: topic))
            case .unchanged, nil: break
            }
        }
    }

    private func saySwitch(_ reading: P2PoolReading) {
        let isSwitched = state.hasSwitchedSidechain(now: loop.now)
        if isSwitched, !saidSwitch {
            handlers.say(.info, FigureWords.otherSidechain(reading))
        }
        saidSwitch = isSwitched
    }
}
