import ProxyCore
import Upstreams

/// Figures and reasons as people read them.
enum DaemonText {
    static func closing(_ reason: RigClosing) -> String {
        switch reason {
        case .byRig: "it closed the connection"
        case .badInput: "it does not speak Stratum"
        case .loginTimeout: "it did not log in"
        case .idle: "nothing heard from it for long"
        case .wrongPassword: "wrong password (access-password)"
        case .noCommonAlgorithm: "it mines no RandomX"
        case .noUpstream: "no upstream has work; its backup pool is to take over"
        case .stopping: "the proxy stops"
        }
    }

    static func closing(_ reason: LaneClosing) -> String {
        switch reason {
        case .connection(let text): text
        case .loginRefused(let text): "login refused: \"\(PeerText.printable(text, limit: 128))\""
        case .fault(let fault): self.fault(fault)
        case .pinMismatch(let fingerprint):
            "its certificate is not the pinned one; it has \(fingerprint). If the pool has renewed it, put that into tls-fingerprint"
        case .notNeeded: "not needed any more"
        case .stopping: "the proxy stops"
        }
    }

    static func level(_ reason: LaneClosing) -> LogLevel {
        switch reason {
        case .notNeeded, .stopping: .debug
        case .connection, .loginRefused, .fault: .warning
        case .pinMismatch: .error
        }
    }

    private static func fault(_ fault: PoolFault) -> String {
        switch fault {
        case .connectTimeout: "no connection in time"
        case .handshakeTimeout: "no TLS handshake in time"
        case .loginTimeout: "no answer to the login"
        case .submitTimeout: "it answers no shares"
        case .jobSilence: "no new job for long"
        case .garbage: "it does not speak Stratum"
        case .faultyJobs: "its jobs can't be mined"
        case .badLogin: "its answer to the login can't be used"
        case .loginTooLong: "our login is longer than it reads: shorten user or pass"
        case .banned: "it has banned our address"
        case .unauthenticated: "it has forgotten our session"
        case .idsExhausted: "all request ids are used up"
        case .lineTooLong: "it sent an endless line"
        case .tlsFailed: "the TLS handshake failed"
        case .pinMismatch: "its certificate is not the pinned one"
        }
    }

    /// H/s below 10,000, then kH/s and MH/s with two decimals.
    static func hashrate(_ value: Double) -> String {
        switch value {
        case ..<10_000: "\(decimals(value, 1)) H/s"
        case ..<10_000_000: "\(decimals(value / 1000, 2)) kH/s"
        case _: "\(decimals(value / 1_000_000, 2)) MH/s"
        }
    }

    /// 500054 as 500K, as xmrig writes it.
    static func difficulty(_ value: UInt64) -> String {
        switch value {
        case ..<100_000: "\(value)"
        case ..<100_000_000: "\(value / 1000)K"
        case ..<100_000_000_000: "\(value / 1_000_000)M"
        case _: "\(value / 1_000_000_000)G"
        }
    }

    static func percent(_ share: Double) -> String {
        "\(decimals(share * 100, 1)) %"
    }

    static func seconds(_ seconds: Double) -> String {
        seconds < 120 ? "\(decimals(seconds, seconds < 10 ? 1 : 0)) s" : "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }

    static func decimals(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "?" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = Int64((abs(value) * scale).rounded())
        let whole = scaled / Int64(scale)
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(whole)" }
        let fraction = String(scaled % Int64(scale))
        return "\(sign)\(whole)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
