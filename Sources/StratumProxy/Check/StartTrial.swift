import EventLoop
import Glibc
import ProxyCore
import ProxyTerms
import SplitScheduler

/// What came of trying what `run` does at its start.
struct TrialFindings {
    /// A port for rigs.
    enum Bind: Equatable {
        /// It was bound, and released.
        case free
        /// The proxy that runs already has it.
        case ours
        /// Why it can't be had, with what helps.
        case failed(String)
    }

    /// Of each address of `bind`, in its order.
    var binds: [Bind] = []
    /// Of the admin port; nil where it is off.
    var page: Bind?
    /// Of each endpoint, in its order.
    var pools = PerUpstream<[PoolTrial.Outcome]>(p2pool: [], xvb: [])
    /// What p2pool's API says, where it is an address.
    var p2poolReading: P2PoolReading?
    /// What XvB credits; nil where it did not say.
    var xvbReading: XvBReading?
    /// What was wrong with the APIs and the clock, in the log's words.
    var complaints = PerUpstream<[String]>(p2pool: [], xvb: [])
    /// Whether an API gave no answer in time.
    var isSilent = PerUpstream(p2pool: false, xvb: false)

    /// Whether `run` could listen everywhere. Without a page on the usual port, which nobody chose, it mines on.
    func canListen(_ settings: Settings) -> Bool {
        let needed = binds + (settings.http?.isStandard == false ? [page].compactMap(\.self) : [])
        return !needed.contains { if case .failed = $0 { true } else { false } }
    }

    /// Whether rigs could mine there.
    func canMine(_ upstream: Upstream) -> Bool {
        pools[upstream].contains { if case .mines = $0 { true } else { false } }
    }
}

/// Tries what `run` does at its start, with the daemon's own code: listens and stops listening, logs in at each pool and leaves,
/// asks each API once. All at the same time, each with a deadline.
final class StartTrial {
    /// Seconds for the answers of the APIs.
    private static let apiSeconds = 25.0
    private let settings: Settings
    private let loop: EventLoop
    private var findings = TrialFindings()
    private var trials = PerUpstream<[PoolTrial]>(p2pool: [], xvb: [])
    private var statistics: StatisticsWatch?
    private var awaited = PerUpstream(p2pool: false, xvb: false)
    private var deadlines: [LoopTimer] = []

    /// Runs the whole trial.
    static func run(_ settings: Settings) throws -> TrialFindings {
        let trial = try StartTrial(settings)
        defer { trial.loop.shutdown() }
        try trial.run()
        return trial.findings
    }

    /// Seconds that it takes at most.
    static func longest(_ settings: Settings) -> Int {
        let core = settings.core
        let isProxied = Upstream.allCases.contains { core.upstreams[$0].endpoints.contains { $0.socks5 != nil } }
        return isProxied ? PoolTrial.proxiedSeconds : Int(apiSeconds)
    }

    private init(_ settings: Settings) throws {
        self.settings = settings
        loop = try EventLoop()
    }

    private func run() throws {
        try tryBinds()
        let core = settings.core
        for upstream in Upstream.allCases {
            for index in core.upstreams[upstream].endpoints.indices {
                let trial = try PoolTrial(settings, upstream, index, listening: settings.bind, loop: loop)
                trials[upstream].append(trial)
                try arm(Double(trial.seconds)) { trial.giveUp() }
            }
        }
        try askAPIs()
        for upstream in Upstream.allCases {
            for trial in trials[upstream] { trial.start { [weak self] in self?.stopIfDone() } }
        }
        let all = trials.p2pool + trials.xvb
        loop.afterEvents = { for trial in all { trial.goOn() } }
        if !isDone { loop.run() }
        loop.afterEvents = {}
        for upstream in Upstream.allCases {
            findings.pools[upstream] = trials[upstream].compactMap(\.outcome)
        }
        statistics?.stop()
    }

    private var isDone: Bool {
        Upstream.allCases.allSatisfy { upstream in
            !awaited[upstream] && trials[upstream].allSatisfy { $0.outcome != nil }
        }
    }

    private func stopIfDone() {
        if isDone { loop.stop() }
    }

    private func arm(_ seconds: Double, _ action: @escaping () -> Void) throws {
        let timer = try LoopTimer(loop, action: action)
        timer.arm(at: loop.now.adding(seconds: seconds))
        deadlines.append(timer)
    }

    // MARK: Ports

    private func tryBinds() throws {
        var core = settings.core
        core.upstreams.p2pool.endpoints = []
        core.upstreams.xvb.endpoints = []
        let scheduler = SplitScheduler(settings: settings.split, start: loop.now)
        let server = try ProxyServer(
            loop: loop, core: ProxyCore(settings: core, scheduler: scheduler, seed: 1, now: loop.now),
            endpoints: PerUpstream(p2pool: [], xvb: []))
        for bind in settings.bind {
            do {
                _ = try server.listen(at: bind, tls: nil)
                findings.binds.append(.free)
            } catch let fault as StartFault {
                let isOurs = fault.name == "EADDRINUSE" && isProxyRunning(at: bind)
                findings.binds.append(isOurs ? .ours : .failed(fault.text))
            }
        }
        server.stop()
        findings.page = settings.http.map(tryPage)
    }

    private func tryPage(_ http: HTTPSettings) -> TrialFindings.Bind {
        guard let address = SocketAddress(host: http.address.host, port: http.address.port) else {
            return .failed(AdminWords.cantListen(http.address, "\(LoopError(errno: EADDRNOTAVAIL))", goesOn: false))
        }
        do throws(LoopError) {
            close(try TCPListener.descriptor(at: address).descriptor)
            return .free
        } catch {
            guard error.name == "EADDRINUSE" else {
                return .failed(AdminWords.cantListen(http.address, "\(error)", goesOn: http.isStandard))
            }
            if isProxyRunning(at: http.address) { return .ours }
            return .failed(AdminWords.taken(http.address, by: PortHolder(port: http.address.port)))
        }
    }

    /// Whether the proxy runs, with this state directory or as a service, and has this port.
    private func isProxyRunning(at bind: Endpoint) -> Bool {
        let paths = ControlSocket.candidates(stateDirectory: settings.stateDirectory, environment: .process)
        guard let answer = StatusSearch(paths).answer?.bytes else { return false }
        let line = String(decoding: answer.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return line.contains("\"\(bind)\"")
    }

    // MARK: APIs

    private func askAPIs() throws {
        var settings = settings
        // A directory is looked at by `CheckFindings`.
        if case .directory = settings.upstreams.p2pool.api { settings.upstreams.p2pool.api = .none }
        let statistics = try StatisticsWatch(
            settings, loop: loop, seed: 1,
            say: { [weak self] upstream, level, text in
                guard let self, level <= .warning, awaited[upstream] else { return }
                findings.complaints[upstream].append(text)
            },
            roundCompleted: { [weak self] in self?.answered($0) }
        ) { [weak self] in
            switch $0 {
            case .p2pool(let reading): self?.findings.p2poolReading = reading
            case .xvb(let reading): self?.findings.xvbReading = reading
            case .xvbRound, .xvbUnregistered: break
            }
        }
        self.statistics = statistics
        awaited = PerUpstream(p2pool: statistics.p2pool != nil, xvb: statistics.xvb != nil)
        guard awaited.p2pool || awaited.xvb else { return }
        statistics.start()
        try arm(Self.apiSeconds) { [weak self] in
            self?.apisAreLate()
        }
    }

    private func answered(_ upstream: Upstream) {
        guard awaited[upstream] else { return }
        awaited[upstream] = false
        stopIfDone()
    }

    private func apisAreLate() {
        for upstream in Upstream.allCases where awaited[upstream] {
            findings.isSilent[upstream] = true
            awaited[upstream] = false
        }
        stopIfDone()
    }
}
