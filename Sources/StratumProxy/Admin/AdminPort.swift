import AdminHTTP
import EventLoop
import Glibc
import ProxyTerms
import StrictJSON

/// The admin port: who may read what, and which answer belongs to which path.
///
/// It changes nothing, so a reader can do no more than read.
final class AdminPort: AdminHandler {
    private let loop: EventLoop
    private let token: AccessToken?
    private let names: HostNames
    private let cache: ReportCache
    private let page = PageAnswers()
    private let refusals = Refusals()
    private var server: AdminServer?

    /// Listens as `settings` say; what it tells is looked up by `report`.
    ///
    /// - Throws: `LoopError` if the address can't be had.
    init(_ loop: EventLoop, _ settings: HTTPSettings, report: @escaping () -> StatusReport) throws {
        self.loop = loop
        token = settings.token.map { AccessToken($0.revealed) }
        names = HostNames(settings.names)
        cache = ReportCache(report)
        guard let address = SocketAddress(host: settings.address.host, port: settings.address.port) else {
            throw LoopError(errno: EADDRNOTAVAIL)
        }
        var limits = AdminLimits()
        limits.connections = DescriptorLimit.readers
        server = try AdminServer(loop, address: address, limits: limits, handler: self)
    }

    /// Where it listens.
    var address: SocketAddress? { server?.address }

    /// Stops listening and ends every connection.
    func close() {
        server?.close()
        server = nil
    }

    // MARK: AdminHandler

    func answer(_ request: AdminRequest) -> AdminAnswer {
        if let refusal = refusal(request) { return .document(refusal) }
        guard let route = AdminRoute(request.path) else { return .document(refusals.nothingThere) }
        switch route {
        case .page(let name):
            return .document(page.answer(name, known: request.headers["if-none-match"]) ?? refusals.nothingThere)
        case .health:
            return .document(alive)
        case .ready:
            return .document(alive)
        case .state:
            return cached(route) { HTTPDocument(json: $0.json) }
        case .rigs:
            return cached(route) { HTTPDocument(json: $0.rigsJSON) }
        }
    }

    private let alive = HTTPDocument(type: "text/plain; charset=utf-8", Array("ok\n".utf8))

    private func cached(_ route: AdminRoute, _ make: (StatusReport) -> HTTPDocument) -> AdminAnswer {
        .document(cache.document(route, now: loop.now, make))
    }

    /// Why a request isn't answered; nil where it is.
    private func refusal(_ request: AdminRequest) -> HTTPDocument? {
        guard names.allows(request.headers["host"]) else { return refusals.host(request.headers["host"]) }
        guard request.method == "GET" || request.method == "HEAD" else { return refusals.method }
        guard let token, AdminRoute(request.path)?.needsToken ?? true else { return nil }
        switch token.judge(request.headers["authorization"]) {
        case .right: return nil
        case .none: return refusals.noToken
        case .wrong: return refusals.wrongToken
        }
    }
}
