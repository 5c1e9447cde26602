/// A set of 32-bit nonces, for finding duplicates; holds nothing until the first one comes.
///
/// Open addressing with linear probing: a share costs one look-up and no allocation but at doubling.
public struct NonceSet: Sendable {
    /// Slots that stay allocated over `removeAll`: 64 KiB.
    @usableFromInline static let keptSlots = 16384

    /// The nonces other than 0, each in the first free slot from its own on; 0 is a free slot. A power of two, or none.
    @usableFromInline var slots: [UInt32] = []
    /// Nonces in `slots`.
    @usableFromInline var used = 0
    /// Whether nonce 0 is a member.
    @usableFromInline var hasZero = false

    /// An empty set.
    @inlinable
    public init() {}

    /// Number of nonces.
    @inlinable
    public var count: Int { used + (hasZero ? 1 : 0) }

    /// Adds `nonce`; false where it was there already.
    @inlinable
    public mutating func insert(_ nonce: UInt32) -> Bool {
        if nonce == 0 {
            defer { hasZero = true }
            return !hasZero
        }
        // At most three quarters full, so that every probe ends soon at a free slot.
        if used >= slots.count / 4 * 3 { grow() }
        let slot = Self.slot(for: nonce, in: slots)
        if slots[slot] == nonce { return false }
        slots[slot] = nonce
        used += 1
        return true
    }

    /// Whether `nonce` is a member.
    @inlinable
    public func contains(_ nonce: UInt32) -> Bool {
        if nonce == 0 { return hasZero }
        return !slots.isEmpty && slots[Self.slot(for: nonce, in: slots)] == nonce
    }

    /// Empties the set; its memory is kept for the next job unless there is much of it.
    public mutating func removeAll() {
        if slots.count > Self.keptSlots {
            slots = []
        } else if used > 0 {
            for index in slots.indices { slots[index] = 0 }
        }
        used = 0
        hasZero = false
    }

    /// The slot that holds `nonce`, or the free one where it belongs.
    @inlinable
    static func slot(for nonce: UInt32, in slots: [UInt32]) -> Int {
        let mask = slots.count - 1
        // Nonces come in runs and with the same low bytes; the upper half of the product depends on all bits.
        var slot = Int((UInt64(nonce) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while slots[slot] != nonce, slots[slot] != 0 { slot = (slot + 1) & mask }
        return slot
    }

    @usableFromInline
    mutating func grow() {
        let old = slots
        slots = [UInt32](repeating: 0, count: max(16, old.count * 2))
        for nonce in old where nonce != 0 { slots[Self.slot(for: nonce, in: slots)] = nonce }
    }
}
