/// Troubles told since an upstream was last up. A pool's own words stand in them, so that each may be another one: only so
/// many are remembered, and the oldest is news again.
struct LoggedTroubles {
    static let mostRemembered = 32
    private var told: [String] = []

    /// Whether `trouble` was not told yet, as far as is remembered; it is from now on.
    mutating func isNews(_ trouble: String) -> Bool {
        if told.contains(trouble) { return false }
        if told.count == Self.mostRemembered { told.removeFirst() }
        told.append(trouble)
        return true
    }
}
