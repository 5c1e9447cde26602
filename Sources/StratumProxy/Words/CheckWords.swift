import ProxyTerms
import SplitScheduler

/// The verdict of `stratum-proxy check`.
enum CheckWords {
    /// `name` is the configuration's, `attention` the number of lines above that are no plain facts.
    static func good(_ name: String, isTried: Bool, attention count: Int) -> String {
        let attention =
            switch count {
            case 0: ""
            case 1: "; 1 line above needs attention (a warning or !)"
            case _: "; \(count) lines above need attention (warnings and !)"
            }
        return "\(name): the configuration is good, the proxy would start" + (isTried ? " and mine" : "") + attention
    }

    static func bad(_ name: String, errors count: Int) -> String {
        "\(name): \(count == 1 ? "1 error" : "\(count) errors"); the proxy would not start"
    }

    static func cannotListen(_ name: String) -> String {
        "\(name): a port can't be had, see ! above; the proxy would not start"
    }

    static func cannotMine(_ name: String) -> String {
        "\(name): the proxy would start, but no pool of p2pool can be used, see ! above; rigs would not mine there"
    }

    static func cannotSplit(_ name: String) -> String {
        "\(name): the proxy would start and mine at p2pool, but XvB would get nothing: p2pool's API can't be used, see ! above"
    }

    static func badTLS(_ name: String, line: Int?, _ cause: String) -> String {
        "\(name)\(line.map { ":\($0)" } ?? ""): error: tls: \(cause)"
    }

    static func noDirectory(_ path: String) -> String { "there is no directory \(path)" }

    static func tries(seconds: Int) -> String {
        "trying ports, pools and APIs, for \(seconds) s at most (--offline: don't)"
    }

    static func isRoot(service user: String) -> String {
        "you are root, who may read everything; for the service's rights check as its user: runuser -u \(user) -- ..."
    }

    // MARK: What came of trying

    static func mines(_ job: PoolTrial.Job) -> String {
        let way = job.tls.map { " (\($0))" } ?? ""
        let certificate = job.certificate.map { "; its certificate: \(CertificateWords.text($0, isTrial: true))" } ?? ""
        return "logged in\(way) within \(job.milliseconds) ms: a job of height \(job.height), difficulty "
            + Quantity.difficulty(job.difficulty) + certificate
    }

    static func failed(_ pool: String, _ cause: String) -> String { "\(pool): \(cause)" }

    static func silent(_ pool: String, seconds: Int) -> String { "\(pool): no job within \(seconds) s" }

    static func portIsOurs(_ bind: Endpoint) -> String {
        "\(bind) is in use by the proxy that runs already, as it should be"
    }

    static func credits(_ reading: XvBReading) -> String {
        let fails = reading.fails.map { ", fails \($0)" } ?? ""
        return
            "credited 1 h \(Quantity.hashrate(reading.credited1h)), 24 h \(Quantity.hashrate(reading.credited24h))\(fails)"
    }

    static func apiSilent(_ name: String) -> String { "\(name)'s API gave no answer in time" }
}
