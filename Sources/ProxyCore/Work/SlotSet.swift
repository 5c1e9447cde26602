/// A set of nonce slots: the 256 values of blob byte 42.
struct SlotSet: Equatable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// Every slot.
    static let all: SlotSet = {
        var set = SlotSet()
        set.words = (.max, .max, .max, .max)
        return set
    }()

    var isEmpty: Bool { words == (0, 0, 0, 0) }

    func contains(_ slot: UInt8) -> Bool {
        word(slot >> 6) & (1 << UInt64(slot & 63)) != 0
    }

    mutating func insert(_ slot: UInt8) {
        let bit: UInt64 = 1 << UInt64(slot & 63)
        switch slot >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        case _: words.3 |= bit
        }
    }

    mutating func remove(_ slot: UInt8) {
        let bit: UInt64 = 1 << UInt64(slot & 63)
        switch slot >> 6 {
        case 0: words.0 &= ~bit
        case 1: words.1 &= ~bit
        case 2: words.2 &= ~bit
        case _: words.3 &= ~bit
        }
    }

    /// A slot in neither set. Slot 0 is the last choice: a rig takes a zero byte for a full nonce space unless it heeds the
    /// extension `nicehash` (docs/protocol.md#nonce-bytes).
    static func firstFree(in taken: SlotSet, and alsoTaken: SlotSet) -> UInt8? {
        let free = (
            ~(taken.words.0 | alsoTaken.words.0), ~(taken.words.1 | alsoTaken.words.1),
            ~(taken.words.2 | alsoTaken.words.2), ~(taken.words.3 | alsoTaken.words.3)
        )
        let first = free.0 & ~1
        if first != 0 { return UInt8(first.trailingZeroBitCount) }
        if free.1 != 0 { return UInt8(64 + free.1.trailingZeroBitCount) }
        if free.2 != 0 { return UInt8(128 + free.2.trailingZeroBitCount) }
        if free.3 != 0 { return UInt8(192 + free.3.trailingZeroBitCount) }
        return free.0 & 1 != 0 ? 0 : nil
    }

    /// The slots of either set.
    func union(_ other: SlotSet) -> SlotSet {
        var all = self
        all.words = (
            words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3
        )
        return all
    }

    /// How many slots there are in it.
    var count: Int {
        words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount + words.3.nonzeroBitCount
    }

    private func word(_ index: UInt8) -> UInt64 {
        switch index {
        case 0: words.0
        case 1: words.1
        case 2: words.2
        case _: words.3
        }
    }

    static func == (lhs: SlotSet, rhs: SlotSet) -> Bool { lhs.words == rhs.words }
}
