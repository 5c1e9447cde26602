import AdminHTTP
import ProxyTerms

/// The answers that are made of the proxy's state: each at most once a second, and only when somebody asks.
final class ReportCache {
    /// Milliseconds for which an answer is good.
    static let milliseconds: Int64 = 1_000

    private let makeReport: () -> StatusReport
    private var report: (at: Instant, value: StatusReport)?
    private var documents: [AdminRoute: (at: Instant, document: HTTPDocument)] = [:]
    /// Documents that are kept: more than there are routes without a rig's name.
    private static let mostDocuments = 64

    /// `makeReport` looks at the proxy.
    init(_ makeReport: @escaping () -> StatusReport) {
        self.makeReport = makeReport
    }

    /// The proxy, as it is or was a second ago at most.
    func report(now: Instant) -> StatusReport {
        if let report, isFresh(report.at, now) { return report.value }
        let value = makeReport()
        report = (now, value)
        return value
    }

    /// The document of `route`, which `make` makes of the report.
    func document(_ route: AdminRoute, now: Instant, _ make: (StatusReport) -> HTTPDocument) -> HTTPDocument {
        if let known = documents[route], isFresh(known.at, now) { return known.document }
        let report = report(now: now)
        let document = make(report)
        if documents.count >= Self.mostDocuments { documents = [:] }
        documents[route] = (self.report?.at ?? now, document)
        return document
    }

    private func isFresh(_ made: Instant, _ now: Instant) -> Bool {
        now.milliseconds - made.milliseconds < Self.milliseconds
    }
}
