/// How important a line of the log is.
enum LogLevel: UInt8, Comparable, CaseIterable, Sendable {
    /// The proxy can't do its work, or part of it.
    case error
    /// Something is worse than it should be, and the proxy goes on.
    case warning
    /// What an operator wants to see on an ordinary day.
    case info
    /// Every rig and every share.
    case debug

    static func < (lhs: LogLevel, rhs: LogLevel) -> Bool {
        lhs.rawValue < rhs.rawValue
    }

    /// The level called so in the configuration.
    init?(rawName: String) {
        guard let level = Self.allCases.first(where: { $0.name == rawName }) else { return nil }
        self = level
    }

    /// The name in the configuration.
    var name: String {
        switch self {
        case .error: "error"
        case .warning: "warning"
        case .info: "info"
        case .debug: "debug"
        }
    }
}
