import ProxyTerms

/// How many lanes are kept. It grows at once and shrinks when less has been needed for a while, to the most that was needed in that
/// time: a pool sees no logins that come and go with each look, a rare job or a changed plan.
struct PatientCount {
    /// Seconds that less must have been needed.
    let patience: Double
    private(set) var count = 1
    private var lowerSince: Instant?
    /// The most that was needed since then.
    private var mostSince = 1

    /// One lane.
    init(patience: Double) {
        self.patience = patience
    }

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
        guard now.seconds(since: since) >= patience else { return }
        count = mostSince
        lowerSince = wanted < count ? now : nil
        mostSince = wanted
    }
}
