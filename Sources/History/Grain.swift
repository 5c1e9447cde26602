/// How finely the farm's figures are kept.
public enum Grain: Int64, CaseIterable, Sendable {
    case minute = 60
    case tenMinutes = 600
    case hour = 3_600

    /// Its length in seconds.
    public var seconds: Int64 { rawValue }

    /// For how long figures of this grain are kept, in seconds.
    public var keptSeconds: Int64 {
        switch self {
        case .minute: 8 * 86_400
        case .tenMinutes: 120 * 86_400
        case .hour: 5 * 366 * 86_400
        }
    }

    /// The beginning of the minute, ten minutes or hour that second `at` is in.
    public func start(of at: Int64) -> Int64 {
        let rest = at % rawValue
        return at - (rest < 0 ? rest + rawValue : rest)
    }
}
