import ProxyCore

/// The part of the shares sent to a pool that it accepted, with the bounds between which the true part lies with 95 %
/// probability (Wilson's interval).
struct Efficiency: Equatable {
    /// 0 ... 1.
    let value: Double
    /// Lower bound, 0 ... 1.
    let low: Double
    /// Upper bound, 0 ... 1.
    let high: Double

    /// nil before the first verdict.
    init?(_ counts: ShareCounts) {
        let judged = Double(counts.accepted + counts.rejected + counts.stale + counts.lost)
        guard judged > 0 else { return nil }
        let z = 1.96
        let part = Double(counts.accepted) / judged
        let scale = 1 + z * z / judged
        let centre = (part + z * z / (2 * judged)) / scale
        let spread = z / scale * (part * (1 - part) / judged + z * z / (4 * judged * judged)).squareRoot()
        value = part
        low = max(0, centre - spread)
        high = min(1, centre + spread)
    }
}
