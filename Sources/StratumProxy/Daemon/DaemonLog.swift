/// Which part of the proxy a line of the log is about.
enum LogTag: String, Sendable {
    /// Connections to pools, jobs, verdicts.
    case net
    /// Rigs.
    case rigs
    /// The schedule and what it is made from.
    case plan
    /// The proxy as a whole.
    case proxy
}

/// Where the daemon's lines go.
protocol DaemonLog: AnyObject {
    /// Whether lines of `level` are written at all: asked before a line is put together.
    func writes(_ level: LogLevel) -> Bool
    /// Writes one line.
    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String)
    /// Whether anybody can still read what is written.
    var hasReader: Bool { get }
}

extension DaemonLog {
    /// As far as is known.
    var hasReader: Bool { true }
}
