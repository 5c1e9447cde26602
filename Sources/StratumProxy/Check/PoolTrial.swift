import EventLoop
import ProxyCore
import ProxyTerms
import SplitScheduler
import Upstreams

/// Logs in at one pool with the daemon's own code, and hears whether a job comes that rigs can mine.
final class PoolTrial: ServerObserver {
    /// What came of it.
    enum Outcome: Equatable {
        /// Logged in, and a good job came.
        case mines(Job)
        /// Why nothing could be mined, in the log's words.
        case failed(String)
        /// Nothing came of it in so many seconds.
        case silent(seconds: Int)
    }

    /// What the pool gave.
    struct Job: Equatable {
        var height: UInt64
        var difficulty: UInt64
        /// `TLSv1.3`; nil of a plain connection.
        var tls: String?
        /// Why its certificate was taken; nil of a plain connection.
        var certificate: CertificateGrounds?
        /// Milliseconds from the start of the trial, names, proxies and handshakes with it.
        var milliseconds: Int64
    }

    static let directSeconds = 15
    /// Tor builds a circuit first.
    static let proxiedSeconds = 40

    /// Nil while it goes on.
    private(set) var outcome: Outcome?
    /// Seconds that it may take: a SOCKS5 proxy such as Tor's is slower.
    let seconds: Int
    private let server: ProxyServer
    private let startedAt: Instant
    private var tls: String?
    private var certificate: CertificateGrounds?
    private var trouble: String?
    private var ended: () -> Void = {}

    /// A trial of the endpoint at `index` of `upstream`. `listening`: where rigs would connect.
    init(_ settings: Settings, _ upstream: Upstream, _ index: Int, listening: [Endpoint], loop: EventLoop) throws {
        var core = settings.core
        let endpoint = core.upstreams[upstream].endpoints[index]
        core.upstreams.p2pool.endpoints = []
        core.upstreams.xvb.endpoints = []
        core.upstreams[upstream].endpoints = [endpoint]
        core.upstreams[upstream].maxLanes = 1
        core.verifyShares = .off
        seconds = endpoint.socks5 == nil ? Self.directSeconds : Self.proxiedSeconds
        startedAt = loop.now
        let scheduler = SplitScheduler(settings: settings.split, start: loop.now)
        let endpoints = PerUpstream(
            p2pool: core.upstreams.p2pool.endpoints, xvb: core.upstreams.xvb.endpoints)
        server = try ProxyServer(
            loop: loop, core: ProxyCore(settings: core, scheduler: scheduler, seed: 1, now: loop.now),
            endpoints: endpoints, listening: listening,
            memory: .reads(KnownPoolsFile(directory: settings.stateDirectory)))
        server.observer = self
    }

    /// Begins; `ended` is called once.
    func start(_ ended: @escaping () -> Void) {
        self.ended = ended
        server.trust.load()
        server.handle { $0.tick(now: $1) }
    }

    /// After the loop's events.
    func goOn() {
        server.runCore()
    }

    /// The time is over.
    func giveUp() {
        end(trouble.map(Outcome.failed) ?? .silent(seconds: seconds))
    }

    private func end(_ outcome: Outcome) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        ended()
    }

    // MARK: ServerObserver

    func laneSecured(_ lane: LaneID, version: String) { tls = version }

    func certificate(_ upstream: Upstream, _ news: TrustNews) {
        switch news {
        case .taken(_, _, let grounds): certificate = grounds
        case .stillRefused: break
        case .file(let found): trouble = CertificateWords.text(found)
        }
    }

    func noticed(_ notice: Notice, now: Instant) {
        // Of all that a core tells, three things end the trial of one pool.
        if case .newJob(_, _, let difficulty, _, let height) = notice {
            let taken = now.milliseconds - startedAt.milliseconds
            let job = Job(
                height: height, difficulty: difficulty, tls: tls, certificate: certificate, milliseconds: taken)
            end(.mines(job))
        } else if case .laneLost(_, _, let reason, _) = notice {
            end(.failed(reason.text))
        } else if case .jobRefused(_, let fault) = notice {
            trouble = "its jobs can't be mined (\(fault.cause))"
        }
    }
}
