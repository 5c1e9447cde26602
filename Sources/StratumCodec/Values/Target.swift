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
}
