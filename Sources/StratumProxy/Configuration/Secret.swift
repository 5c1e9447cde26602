/// A password: it compares and is sent, and never prints.
struct Secret: Equatable, Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The password itself. Never for a log.
    let revealed: String

    init(_ text: String) {
        revealed = text
    }

    var description: String { "(secret)" }
    var debugDescription: String { "(secret)" }
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
