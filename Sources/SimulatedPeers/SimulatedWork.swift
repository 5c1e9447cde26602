/// The stand-in for RandomX: every nonce of every blob has one fixed hash, which rigs find and pools check.
///
/// A blob is known by a key over all its bytes but the four nonce bytes, so each search of the same nonces of the same
/// blob, by one rig twice or by two rigs, finds the very same shares: that is how duplicates show.
///
/// Trying every nonce would cost millions of steps per simulated minute. Instead the hashes hang in a binary tree over
/// the 32-bit nonces: each node knows the smallest hash below it, one child inherits it, the other draws its own above
/// it. A search for hashes below a target skips every subtree whose smallest is not, and so costs about 32 steps per
/// share, at any difficulty. The values below a target are then a Poisson process, as with real hashing.
public struct SimulatedWork: Equatable, Sendable {
    /// Names the blob: a hash of its bytes without the nonce.
    public let key: UInt64

    /// The work on `blob`, the raw bytes as a pool serves them (nonce at 39 ..< 43).
    public init(blob: [UInt8]) {
        var hash: UInt64 = 0x5EED_0F57_A7E5_0001
        var word: UInt64 = 0
        var count = 0
        for index in blob.indices where index < 39 || index >= 43 {
            word = word << 8 | UInt64(blob[index])
            count += 1
            if count & 7 == 0 {
                hash = stir(hash ^ word)
                word = 0
            }
        }
        key = stir(hash ^ word ^ (UInt64(count) << 56))
    }

    /// What is compared with a target: bytes 24 ..< 32 of the result, little-endian.
    public func value(of nonce: UInt32) -> UInt64 {
        var least = rootLeast
        var level: UInt32 = 0
        while level < 32 {
            let children = children(level: level, prefix: level == 0 ? 0 : nonce >> (32 - level), least: least)
            least = nonce >> (31 - level) & 1 == 0 ? children.left : children.right
            level += 1
        }
        return Self.scaled(least)
    }

    /// The whole result of `nonce`, 32 bytes.
    public func result(of nonce: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for part in 0..<3 as Range<UInt64> {
            appendLittleEndian(stir(key ^ stir(UInt64(nonce) << 2 | part)), to: &bytes)
        }
        appendLittleEndian(value(of: nonce), to: &bytes)
        return bytes
    }

    /// The lowest nonce in `nonces` whose value is below `target`.
    public func firstShare(in nonces: Range<UInt64>, below target: UInt64) -> UInt32? {
        descend(level: 0, prefix: 0, least: rootLeast, nonces: nonces, target: target)
    }

    // Hashes are kept as fractions of 2^64 while they are drawn.
    private var rootLeast: Double {
        exponential(stir(key)) * 0x1p-32
    }

    private func descend(
        level: UInt32, prefix: UInt32, least: Double, nonces: Range<UInt64>, target: UInt64
    ) -> UInt32? {
        guard Self.scaled(least) < target else { return nil }
        let size = UInt64(1) << UInt64(32 - level)
        let start = UInt64(prefix) &* size
        guard start < nonces.upperBound, start + size > nonces.lowerBound else { return nil }
        if level == 32 { return prefix }
        let children = children(level: level, prefix: prefix, least: least)
        return descend(
            level: level + 1, prefix: prefix << 1, least: children.left, nonces: nonces, target: target)
            ?? descend(
                level: level + 1, prefix: prefix << 1 | 1, least: children.right, nonces: nonces, target: target)
    }

    /// The smallest hashes of a node's halves: one is the node's own, the other is drawn above it.
    private func children(level: UInt32, prefix: UInt32, least: Double) -> (left: Double, right: Double) {
        let bits = stir(key ^ stir(UInt64(level) << 32 | UInt64(prefix)))
        let other = least + exponential(bits) / Double(UInt64(1) << UInt64(31 - level))
        return bits & 1 == 0 ? (least, other) : (other, least)
    }

    private static func scaled(_ fraction: Double) -> UInt64 {
        fraction < 1 ? UInt64(fraction * 0x1p64) : .max
    }
}
