/// Targets and difficulties (docs/protocol.md#targets): a share is good where its 64-bit value is below the target.
public enum Target {
    /// Hashes expected for one share: 2^64 / `target`.
    @inlinable
    public static func work(_ target: UInt64) -> Double {
        0x1p64 / Double(target)
    }

    /// The integer difficulty that is shown: floor((2^64-1) / `target`). A target of 0 has the largest.
    @inlinable
    public static func difficulty(_ target: UInt64) -> UInt64 {
        target == 0 ? .max : .max / target
    }

    /// The largest target that is at least as hard as `difficulty` (of 1 and more; 0 counts as 1).
    @inlinable
    public static func target(difficulty: UInt64) -> UInt64 {
        // floor(m / t) >= d exactly where t <= m / d.
        .max / max(difficulty, 1)
    }

    /// The 64-bit target that a rig makes of a 4-byte one (xmrig's own rounding); nil for 0.
    @inlinable
    public static func expand(compact: UInt32) -> UInt64? {
        compact == 0 ? nil : .max / UInt64(UInt32.max / compact)
    }

    /// The 4-byte target that a rig makes of what is `target`, or as little easier as four bytes can say; nil where it would be more than
    /// a tenth of a percent, which is from a difficulty of four million on: p2pool sends eight bytes there as well.
    @inlinable
    public static func compact(_ target: UInt64) -> UInt32? {
        let difficulty = difficulty(target)
        guard difficulty < 1 << 22 else { return nil }
        // The least t with max / t <= difficulty.
        return UInt32.max / UInt32(truncatingIfNeeded: difficulty + 1) + 1
    }
}
