import APIForms
import AdminHTTP
import EventLoop
import Glibc
import ProxyTerms
import SplitScheduler
import StrictJSON

/// The admin port: who may read what, and which answer belongs to which path.
///
/// It changes nothing, so a reader can do no more than read.
final class AdminPort: AdminHandler {
    private let loop: EventLoop
    private let token: AccessToken?
    private let names: HostNames
    private let cache: ReportCache
    private let sources: Sources
    private let id: String
    private let events: EventDesk
    private let tiers: TierDesk
    private var page = PageAnswers()
    private let refusals = Refusals()
    private var server: AdminServer?

    /// What it tells of.
    struct Sources {
        /// Looks at the proxy.
        let report: () -> StatusReport
        /// The farm's past.
        let history: HistoryDesk
        /// How windows are planned.
        let split: () -> SplitSettings
        /// The log.
        let log: LogEvents
        /// What is known of the run.
        let run: () -> RunFigures
        /// What the prover has done.
        let prover: () -> StatusReport.ProverFigures
        /// How often something has happened so far.
        let changes: () -> UInt64
    }

    /// Listens as `settings` say, with the socket of `inherited` that does so already, where there is one.
    ///
    /// - Throws: `LoopError` if the address can't be had.
    init(_ loop: EventLoop, _ settings: HTTPSettings, _ sources: Sources, _ inherited: InheritedSockets) throws {
        self.loop = loop
        self.sources = sources
        id = MachineID.text(MachineFacts.name, port: settings.address.port)
        events = try EventDesk(loop, sources.log, changes: sources.changes)
        tiers = TierDesk(loop)
        token = settings.token.map { AccessToken($0.revealed) }
        names = HostNames(settings.names)
        cache = ReportCache(sources.report)
        guard let address = SocketAddress(host: settings.address.host, port: settings.address.port) else {
            throw LoopError(errno: EADDRNOTAVAIL)
        }
        var limits = AdminLimits()
        limits.connections = DescriptorLimit.readers
        server = try AdminServer(
            loop, address: address, inherited: inherited.take(address), limits: limits, handler: self)
        readLibrary()
    }

    /// Reads the charting library of the system, which the page does without where there is none.
    private func readLibrary() {
        loop.inThreadPool {
            ChartLibrary.files
        } done: { [weak self] files in
            for file in files { self?.page.add(file) }
        }
    }

    /// Where it listens, and with which socket.
    var socket: (address: SocketAddress, descriptor: Int32)? { server.map { ($0.address, $0.listener) } }

    /// Stops listening and ends every connection.
    func close() {
        events.close()
        server?.close()
        server = nil
    }

    // MARK: AdminHandler

    func answer(_ request: AdminRequest) -> AdminAnswer {
        let route = AdminRoute(request.path)
        if let refusal = refusal(request, route) { return .document(refusal) }
        guard let route else { return .document(refusals.nothingThere) }
        switch route {
        case .page(let name):
            return .document(page.answer(name, known: request.headers["if-none-match"]) ?? refusals.nothingThere)
        case .health:
            return .document(alive)
        case .ready:
            let readiness = Readiness(cache.report(now: loop.now))
            var json = JSONObject()
            json.set("ready", readiness.isReady)
            // Why is for those who may know.
            if token == nil || token?.judge(request.headers["authorization"]) == .right {
                json.set("reasons", readiness.reasons)
            }
            return .document(HTTPDocument(readiness.isReady ? .ok : .unavailable, json: json.text))
        case .state:
            return cached(route) { HTTPDocument(json: $0.json) }
        case .rigs:
            return cached(route) { HTTPDocument(json: $0.rigsJSON) }
        case .history:
            return past(request)
        case .tiers:
            return costs(request)
        case .metrics:
            return cached(route) { [sources] report in
                let text = report.metrics(sources.run(), sources.prover(), time: WallClock.now)
                return HTTPDocument(type: MetricsText.type, Array(text.utf8))
            }
        case .proxySummary:
            return foreign(route) { $0.proxySummary(self.host($0), self.sources.run()).json }
        case .proxyWorkers:
            return foreign(route) { $0.proxyWorkers(time: WallClock.now).json }
        case .proxyMiners:
            return foreign(route) { $0.proxyMiners.json }
        case .minerSummary(nil, let version):
            return foreign(route) { $0.minerSummary(self.host($0), self.sources.run()).json(version: version) }
        case .minerSummary(let name?, let version):
            let report = cache.report(now: loop.now)
            guard let summary = report.minerSummary(rig: name, host(report), sources.run()) else {
                return .document(refusals.noRig(name))
            }
            return .document(HTTPDocument(json: summary.json(version: version), headers: foreignHeaders))
        case .restricted:
            return .document(refusals.restricted)
        case .events:
            if request.method == "HEAD" { return .document(HTTPDocument(type: "text/event-stream", [])) }
            guard let stream = events.stream(after: request.headers["last-event-id"].flatMap(UInt64.init)) else {
                return .document(refusals.tooManyReaders)
            }
            return .events(stream)
        }
    }

    private func past(_ request: AdminRequest) -> AdminAnswer {
        var numbers: [String: Int64] = [:]
        for name in ["from", "to", "step"] {
            guard let text = request.query[name] else { continue }
            guard let number = Int64(text), number >= 0 else {
                return .document(refusals.badNumber(name))
            }
            numbers[name] = number
        }
        return .later { [sources, refusals] reply in
            sources.history.history(from: numbers["from"], to: numbers["to"], step: numbers["step"]) { outcome in
                switch outcome {
                case .answered(let answer): reply.send(HTTPDocument(json: answer.json))
                case .empty: reply.send(refusals.noTime)
                case .busy: reply.send(refusals.busy)
                case .unavailable(let fault): reply.send(refusals.noHistory(StoreWords.cause(fault)))
                }
            }
        }
    }

    private func costs(_ request: AdminRequest) -> AdminAnswer {
        guard let hashrate = request.query["hashrate"].flatMap(Double.init), TierDesk.hashrates.contains(hashrate)
        else {
            return .document(refusals.badHashrate)
        }
        let report = cache.report(now: loop.now)
        return .later { [tiers, sources, refusals] reply in
            tiers.costs(hashrate, report, sources.split()) { outcome in
                switch outcome {
                case .answered(let text): reply.send(HTTPDocument(json: text))
                case .busy: reply.send(refusals.busy)
                case .unknown: reply.send(refusals.noFigures)
                }
            }
        }
    }

    private let alive = HTTPDocument(type: "text/plain; charset=utf-8", Array("ok\n".utf8))

    /// This machine and this program.
    private func host(_ report: StatusReport) -> HostFacts {
        var host = HostFacts()
        host.id = id
        host.name = MachineFacts.name
        host.uptime = Int(report.uptime)
        host.memory = MachineFacts.memory
        host.load = MachineFacts.load
        host.threads = MachineFacts.threads
        host.version = Version.current
        host.userAgent = "stratum-proxy/\(Version.current)"
        return host
    }

    /// Where a token is needed, pages of other sites may show it: workers.xmrig.info is one.
    private var foreignHeaders: [(String, String)] {
        token == nil ? [] : [("Access-Control-Allow-Origin", "*")]
    }

    private func foreign(_ route: AdminRoute, _ make: (StatusReport) -> String) -> AdminAnswer {
        cached(route) { HTTPDocument(json: make($0), headers: foreignHeaders) }
    }

    private func cached(_ route: AdminRoute, _ make: (StatusReport) -> HTTPDocument) -> AdminAnswer {
        .document(cache.document(route, now: loop.now, make))
    }

    /// Why a request isn't answered; nil where it is.
    private func refusal(_ request: AdminRequest, _ route: AdminRoute?) -> HTTPDocument? {
        guard names.allows(request.headers["host"]) else { return refusals.host(request.headers["host"]) }
        guard request.method == "GET" || request.method == "HEAD" else {
            // A browser asks before it shows a token for another site's page.
            if request.method == "OPTIONS", token != nil, route?.isForeign == true { return refusals.otherSitesMay }
            return route?.isForeign == true ? refusals.restricted : refusals.method
        }
        guard let token, route?.needsToken ?? true else { return nil }
        switch token.judge(request.headers["authorization"]) {
        case .right: return nil
        case .none: return route?.isForeign == true ? refusals.foreignNoToken : refusals.noToken
        case .wrong: return route?.isForeign == true ? refusals.foreignWrongToken : refusals.wrongToken
        }
    }
}
