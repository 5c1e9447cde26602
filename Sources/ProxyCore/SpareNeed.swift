import ProxyTerms

/// How many lanes are kept for one rig, its own included. It grows at once and shrinks when less has been needed for an hour:
/// a pool sees no logins that come and go with a rare job or a changed plan.
struct SpareNeed {
    /// Seconds that less must have been needed.
    static let patience = 3_600.0

    private(set) var lanesPerRig = 1
    private var lowerSince: Instant?
    /// The most that was needed since then.
    private var mostSince = 1

    /// Takes what is needed now.
    mutating func needs(_ lanes: Int, at now: Instant) {
        guard lanes < lanesPerRig else {
            lanesPerRig = lanes
            lowerSince = nil
            return
        }
        guard let since = lowerSince else {
            lowerSince = now
            mostSince = lanes
            return
        }
        mostSince = max(mostSince, lanes)
        guard now.seconds(since: since) >= Self.patience else { return }
        lanesPerRig = mostSince
        lowerSince = lanes < lanesPerRig ? now : nil
        mostSince = lanes
    }
}
