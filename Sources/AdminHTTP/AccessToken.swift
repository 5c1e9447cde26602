/// The secret that a reader of the admin port shows.
public struct AccessToken: Equatable, Sendable {
    private let bytes: [UInt8]

    /// The token with this text, which must not be empty.
    public init(_ text: String) {
        precondition(!text.isEmpty, "an empty token keeps nobody out")
        bytes = Array(text.utf8)
    }

    /// What was shown.
    public enum Showing: Equatable, Sendable {
        case right
        case wrong
        case none
    }

    /// Judges the value of an `Authorization` header. How long it takes tells nothing of the token, but whether it is right.
    public func judge(_ header: String?) -> Showing {
        guard let header else { return .none }
        let scheme = header.prefix(7)
        guard scheme.lowercased() == "bearer " else { return .none }
        let shown = Array(header.utf8.dropFirst(7))
        var difference = shown.count ^ bytes.count
        for (index, byte) in shown.enumerated() { difference |= Int(byte ^ bytes[index % bytes.count]) }
        return difference == 0 ? .right : .wrong
    }
}
