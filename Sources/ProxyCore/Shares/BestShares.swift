/// The ten best shares since the start: those with the lowest hashes.
struct BestShares: Equatable {
    /// How many are kept, as in xmrig.
    private static let count = 10

    private var hashes = [UInt64](repeating: .max, count: Self.count)

    /// A share with this hash was accepted.
    @inline(__always)
    mutating func add(_ hash: UInt64) {
        if hash < hashes[Self.count - 1] { insert(hash) }
    }

    @inline(never)
    private mutating func insert(_ hash: UInt64) {
        let place = hashes.firstIndex { hash < $0 } ?? Self.count - 1
        hashes.removeLast()
        hashes.insert(hash, at: place)
    }

    /// Their difficulties, the highest first.
    var difficulties: [UInt64] {
        hashes.prefix { $0 != .max }.map { UInt64.max / max(1, $0) }
    }
}
