/// A value in a row of the store.
public enum Value: Equatable, Sendable {
    case integer(Int64)
    case real(Double)
    case text(String)
    case null

    /// A number that may be missing. What is not finite is stored as missing.
    public init(_ number: Double?) {
        self = number.flatMap { $0.isFinite ? .real($0) : nil } ?? .null
    }

    /// A whole number that may be missing.
    public init(_ number: Int64?) {
        self = number.map { .integer($0) } ?? .null
    }

    /// The number, where it is one.
    public var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .real(let number): number
        case .text, .null: nil
        }
    }

    /// The whole number, where it is one.
    public var whole: Int64? {
        switch self {
        case .integer(let number): number
        case .real(let number): Int64(exactly: number.rounded())
        case .text, .null: nil
        }
    }

    /// The text, where it is one.
    public var text: String? {
        switch self {
        case .text(let text): text
        case .integer, .real, .null: nil
        }
    }
}
