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
            ". Another program has this port, or the proxy runs already (`ss -ltnp` shows which): stop it, or set another "
                + "port in \"bind\""
        case "EACCES": ". Only root may use ports below 1024: set a higher one in \"bind\""
        case "EADDRNOTAVAIL": ". This machine has no such address: set \"bind\" to one it has, or to 0.0.0.0 for all"
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
        "this needs \(needed) open files, the limit is \(limit): use fewer --rigs, or raise ulimit -Hn"
    }

    // MARK: Stop

    static func stopping(pending: Int) -> String {
        pending == 0 ? "stopping" : "stopping: waiting for \(Quantity.count(pending, "verdict"))"
    }

    static func stopped(after seconds: Double) -> String { "stopped after \(Quantity.duration(seconds))" }

    // MARK: `stratum-proxy status` and the status blocks

    static let statusAgain = "`stratum-proxy status` works again"

    static func noStatus(_ path: String, _ cause: String, isTaken: Bool) -> String {
        "`stratum-proxy status` does not work: " + (isTaken ? "another proxy answers at \(path)" : "\(path): \(cause)")
    }

    static func noBlocks(_ cause: String) -> String { "status blocks stopped: \(cause)" }

    // MARK: Signals

    static func idleSignal(_ name: String) -> String { "\(name) does nothing here" }

    // MARK: SIGHUP

    static let nothingToRead = "SIGHUP: there is no configuration to reload"

    static let onlyFlags = "SIGHUP: there is no configuration file to reload, only flags"

    static func unusable(_ file: String) -> String { "SIGHUP: \(file) has errors; the old configuration stays" }

    static func unchanged(_ file: String) -> String { "SIGHUP: \(file) has no changes" }

    static func changed(_ file: String, _ keys: [String]) -> String {
        "SIGHUP: \(file) reloaded: \(keys.joined(separator: ", "))"
    }

    static func needsRestart(_ keys: [String]) -> String {
        "SIGHUP: restart to apply \(keys.joined(separator: ", "))"
    }

    static func certificateChanged(_ fingerprint: String?) -> String {
        fingerprint.map { "rigs that connect from now on see the certificate \($0)" }
            ?? "rigs that connect from now on can't use TLS"
    }

    static func certificateKept(_ cause: String) -> String {
        "\(cause): rigs go on with the certificate as it was"
    }

    // MARK: systemd

    static func serviceReady(_ addresses: [SocketAddress]) -> String {
        "rigs connect to " + addresses.map { "\($0)" }.joined(separator: ", ")
    }

    static func service(_ upstream: Upstream, awaitsJob: Bool, _ reason: String) -> String {
        awaitsJob
            ? "\(upstream.name)'s turn, waiting for its next job; \(reason)"
            : "now mining on \(upstream.name); \(reason)"
    }

    // MARK: The log itself

    static func linesDropped(_ count: Int) -> String {
        "\(Quantity.count(count, "log line")) dropped: the reader was too slow"
    }
}
