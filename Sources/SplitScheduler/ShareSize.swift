/// The work that one accepted share is worth, learnt from the shares that were accepted.
///
/// Where lanes have different difficulties the big shares make the luck: what counts for it is Σw² / Σw, the size that
/// equal shares with the same scatter would have. Older shares fade with a half-life of 32 shares. When the difficulty jumps, the size
/// follows at once: it is no less than the last two shares both were, and no more than each of the last eight.
struct ShareSize: Equatable, Sendable {
    private var sum = 0.0
    private var sumOfSquares = 0.0
    /// The last shares, the newest first; 0 where there were none.
    private var last = SIMD8<Double>.zero

    mutating func add(_ work: Double) {
        guard work > 0, work < 1e18 else { return }
        let fade = 0.978_572  // 2^(−1/32)
        sum = sum * fade + work
        sumOfSquares = sumOfSquares * fade + work * work
        for place in (1..<last.scalarCount).reversed() { last[place] = last[place - 1] }
        last[0] = work
    }

    /// The size in hashes; `nil` before the first share.
    var hashes: Double? {
        guard sum > 0 else { return nil }
        let most = last.min() > 0 ? last.max() : .infinity
        return min(most, max(min(last[0], last[1]), sumOfSquares / sum))
    }
}
