/// The ten best shares since the start, of all rigs or of one: those with the lowest hashes.
struct BestShares: Equatable {
    /// How many are kept, as in xmrig.
    private static let count = 10

    /// The lowest first. They take their room with the first share.
    private var hashes: [UInt64] = []
    /// What one more must be below.
    private var bound = UInt64.max

    /// A share with this hash was accepted.
    @inline(__always)
    mutating func add(_ hash: UInt64) {
        if hash < bound { insert(hash) }
    }

    @inline(never)
    private mutating func insert(_ hash: UInt64) {
        if hashes.isEmpty { hashes.reserveCapacity(Self.count) }
        if hashes.count == Self.count { hashes.removeLast() }
        hashes.insert(hash, at: hashes.firstIndex { hash < $0 } ?? hashes.count)
        if hashes.count == Self.count { bound = hashes[Self.count - 1] }
    }

    /// Their difficulties, the highest first.
    var difficulties: [UInt64] {
        hashes.map { UInt64.max / max(1, $0) }
    }
}
