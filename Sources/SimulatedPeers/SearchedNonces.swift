/// Which nonces of which blobs have been searched, to find searches that repeat one (docs/invariants.md#rule-4).
public struct SearchedNonces: Sendable {
    /// Disjoint ranges by blob, sorted.
    private var ranges: [UInt64: [Range<UInt64>]] = [:]

    /// Nothing searched yet.
    public init() {}

    /// Adds a searched range.
    /// - Returns: false where some of its nonces had been searched before; the range is then not added.
    public mutating func insert(_ searched: SearchedRange) -> Bool {
        let new = searched.nonces
        guard !new.isEmpty else { return true }
        var known = ranges[searched.work] ?? []
        var low = 0
        var high = known.count
        while low < high {
            let middle = (low + high) / 2
            if known[middle].lowerBound < new.lowerBound { low = middle + 1 } else { high = middle }
        }
        if low > 0, known[low - 1].upperBound > new.lowerBound { return false }
        if low < known.count, known[low].lowerBound < new.upperBound { return false }
        known.insert(new, at: low)
        ranges[searched.work] = known
        return true
    }
}
