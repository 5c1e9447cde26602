import ProxyTerms

/// How many of something are kept. It grows at once and shrinks when less has been needed for a while, to the most that was
/// needed in that time: lanes don't come and go with each look.
struct PatientCount {
    /// Seconds that less must have been needed.
    static let patience = 600.0

    private(set) var count = 1
    private var lowerSince: Instant?
    /// The most that was needed since then.
    private var mostSince = 1

    /// Takes what is needed now.
    mutating func needs(_ wanted: Int, at now: Instant) {
        guard wanted < count else {
            count = wanted
            lowerSince = nil
            return
        }
        guard let since = lowerSince else {
            lowerSince = now
            mostSince = wanted
            return
        }
        mostSince = max(mostSince, wanted)
        guard now.seconds(since: since) >= Self.patience else { return }
        count = mostSince
        lowerSince = wanted < count ? now : nil
        mostSince = wanted
    }
}
