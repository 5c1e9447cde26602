import EventLoop
import ProxyTerms

/// The proxy as a whole: its start and its stop, its settings, its answers to `status`.
enum ProxyWords {
    // MARK: Start

    static func banner(mode: String) -> String { "stratum-proxy \(Version.current), mode \(mode)" }

    static func listening(at address: String) -> String { "rigs connect to \(address)" }

    static func badBind(_ bind: Endpoint) -> String {
        "bind: '\(bind)' is not an address of this machine; use 0.0.0.0 or [::]"
    }

    /// `name` is the system's name of the error.
    static func cantListen(_ bind: Endpoint, _ cause: String, name: String?) -> String {
        "can't listen on \(bind): \(cause)\(remedy(name))"
    }

    /// What helps against a port that can't be had, to stand behind the error.
    private static func remedy(_ name: String?) -> String {
        switch name {
        case "EADDRINUSE":
            ". Another program has this port, or the proxy runs already (`ss -ltnp` shows which): stop that, or set another "
                + "port in \"bind\""
        case "EACCES": ". Ports below 1024 are for root alone: set one from 1024 on in \"bind\""
        case "EADDRNOTAVAIL": ". This machine has no such address: in \"bind\", 0.0.0.0 is every one that it has"
        case _: ""
        }
    }

    static func noTLS(_ cause: String) -> String {
        "no TLS for rigs: \(cause); set \"tls\" to false or \"state-directory\" to a writable place"
    }

    static func cantMake(directory: String, _ cause: String) -> String {
        "can't make the directory \(directory): \(cause)"
    }

    static func cantMakeTemporary(_ cause: String) -> String { "can't make a temporary directory: \(cause)" }

    static func tooFewDescriptors(needed: Int, limit: UInt64) -> String {
        "this takes \(needed) open files and the limit is \(limit): fewer --rigs, or raise ulimit -Hn"
    }

    // MARK: Stop

    static func stopping(pending: Int) -> String { "stopping: \(pending) verdicts are awaited" }

    static func stopped(after seconds: Double) -> String { "stopped after \(Quantity.duration(seconds))" }

    // MARK: `stratum-proxy status` and the status blocks

    static let statusAgain = "`stratum-proxy status` works again"

    static func noStatus(_ path: String, _ cause: String, isTaken: Bool) -> String {
        "`stratum-proxy status` will not work: " + (isTaken ? "another proxy answers at \(path)" : "\(path): \(cause)")
    }

    static func noBlocks(_ cause: String) -> String { "no status blocks any more: \(cause)" }

    static func noProxy(_ directory: String) -> String {
        "no proxy is running with the state directory \(directory)"
    }

    static func notOurs(_ path: String) -> String {
        "\(path) belongs to another user: run this as the user that the proxy runs as"
    }

    static func silent(_ path: String, seconds: Int) -> String {
        "the proxy does not answer at \(path) within \(seconds) seconds: it is stopped or stuck"
    }

    static func noAnswer(_ path: String, _ cause: String) -> String {
        "the proxy does not answer at \(path): \(cause)"
    }

    static func emptyAnswer(_ path: String) -> String { "the proxy at \(path) gave no answer" }

    // MARK: SIGHUP

    static let nothingToRead = "SIGHUP: there is no configuration to read again"

    static let onlyFlags = "SIGHUP: there is no configuration file to read again, only flags"

    static func unusable(_ file: String) -> String { "SIGHUP: \(file) can't be used, everything stays as it was" }

    static func unchanged(_ file: String) -> String { "SIGHUP: \(file) says what runs already" }

    static func changed(_ file: String, _ keys: [String]) -> String {
        "SIGHUP: \(file) was read again; changed: \(keys.joined(separator: ", "))"
    }

    static func needsRestart(_ keys: [String]) -> String {
        "SIGHUP: only a restart changes: \(keys.joined(separator: ", "))"
    }

    // MARK: systemd

    static func serviceReady(_ addresses: [SocketAddress]) -> String {
        "rigs connect to " + addresses.map { "\($0)" }.joined(separator: ", ")
    }

    static let serviceUnreachable = "neither p2pool nor XvB can be reached"

    static func service(_ upstream: Upstream, awaitsJob: Bool, _ reason: String) -> String {
        awaitsJob
            ? "\(upstream.name)'s turn, its next job is waited for; \(reason)"
            : "now mining on \(upstream.name); \(reason)"
    }

    // MARK: The log itself

    static func linesDropped(_ count: Int) -> String {
        "\(count) lines are left out here: the reader of the log was too slow"
    }
}
