/// The work that one accepted share is worth, learnt from the shares that were accepted.
///
/// Where lanes have different difficulties the big shares make the luck: what counts for it is Σw² / Σw, the size that
/// equal shares with the same scatter would have. Older shares fade with a half-life of 32 shares.
struct ShareSize: Equatable, Sendable {
    private var sum = 0.0
    private var sumOfSquares = 0.0

    mutating func add(_ work: Double) {
        guard work > 0, work < 1e18 else { return }
        let fade = 0.978_572  // 2^(−1/32)
        sum = sum * fade + work
        sumOfSquares = sumOfSquares * fade + work * work
    }

    /// The size in hashes; `nil` before the first share.
    var hashes: Double? {
        sum > 0 ? sumOfSquares / sum : nil
    }
}
