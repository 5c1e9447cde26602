import Testing

@testable import StratumCodec

@Suite("NonceSet")
struct NonceSetTests {
    @Test("It says what a Set would, for nonces drawn from ranges of any size", arguments: [8, 100, 10_000, 1 << 32])
    func likeASet(range: UInt64) {
        var generator = TestGenerator(seed: range)
        var nonces = NonceSet()
        var reference: Set<UInt32> = []
        for _ in 0..<20_000 {
            let nonce = UInt32(truncatingIfNeeded: generator.next() % range)
            let isKnown = reference.contains(nonce)
            if nonces.contains(nonce) != isKnown { Issue.record("contains \(nonce)") }
            if nonces.insert(nonce) == isKnown { Issue.record("insert \(nonce)") }
            reference.insert(nonce)
        }
        #expect(nonces.count == reference.count)
    }

    @Test("Runs of nonces with any stride are kept apart", arguments: [1, 256, 32768, 1 << 24, 0x9E37_79B9])
    func strides(stride: UInt32) {
        var nonces = NonceSet()
        var distinct: Set<UInt32> = []
        for index in UInt32(0)..<5_000 {
            let nonce = index &* stride
            let isNew = nonces.insert(nonce)
            #expect(isNew == distinct.insert(nonce).inserted)
        }
        #expect(nonces.count == distinct.count)
    }

    @Test("Nonce 0 and the largest are nonces like any other", arguments: [UInt32(0), 1, .max])
    func edges(nonce: UInt32) {
        var nonces = NonceSet()
        #expect(!nonces.contains(nonce))
        let first = nonces.insert(nonce)
        let second = nonces.insert(nonce)
        #expect(first && !second)
        #expect(nonces.contains(nonce) && nonces.count == 1)
    }

    @Test("Emptied it knows nothing, and keeps its memory")
    func emptied() {
        var nonces = NonceSet()
        for nonce in UInt32(0)..<1_000 { _ = nonces.insert(nonce) }
        let slots = nonces.slots.count
        nonces.removeAll()
        #expect(nonces.count == 0 && nonces.slots.count == slots)
        for nonce in UInt32(0)..<1_000 { #expect(!nonces.contains(nonce)) }
        for nonce in UInt32(0)..<1_000 { _ = nonces.insert(nonce) }
        #expect(nonces.slots.count == slots && nonces.count == 1_000)
    }

    @Test("Much memory is given back when it is emptied")
    func shrinks() {
        var nonces = NonceSet()
        for nonce in UInt32(1)...20_000 { _ = nonces.insert(nonce) }
        #expect(nonces.slots.count > NonceSet.keptSlots)
        nonces.removeAll()
        #expect(nonces.slots.isEmpty)
        let isNew = nonces.insert(7)
        #expect(isNew && nonces.count == 1)
    }

    @Test("A new set holds nothing, and there is always a free slot")
    func memory() {
        var nonces = NonceSet()
        #expect(nonces.slots.isEmpty)
        for nonce in UInt32(1)...3_000 {
            _ = nonces.insert(nonce)
            #expect(nonces.used * 4 <= nonces.slots.count * 3)
        }
    }
}
