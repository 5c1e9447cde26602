import Testing

@testable import ProxyCore

@Suite("Nonce ledger")
struct NonceLedgerTests {
    @Test("A slot of a blob is handed out once")
    func onceOnly() {
        let ledger = NonceLedger(capacity: 16)
        let claims: [(blob: UInt64, slot: UInt8)] = [(7, 3), (7, 3), (7, 4), (8, 3)]
        let outcomes = claims.map { ledger.claim(blob: $0.blob, slot: $0.slot) }
        #expect(outcomes == [true, false, true, true])
    }

    @Test("The whole of a blob is handed out only while no slot of it was")
    func wholeExcludesSlots() {
        let ledger = NonceLedger(capacity: 16)
        let first = [
            ledger.claimWhole(blob: 1), ledger.claimWhole(blob: 1), ledger.claim(blob: 1, slot: 9),
        ]
        #expect(first == [true, false, false])
        let second = [ledger.claim(blob: 2, slot: 9), ledger.claimWhole(blob: 2)]
        #expect(second == [true, false])
    }

    @Test("Remembers so many blobs and forgets the oldest first")
    func boundedMemory() {
        let ledger = NonceLedger(capacity: 16)
        for blob in 0..<16 { _ = ledger.claim(blob: UInt64(blob), slot: 1) }
        let known = ledger.claim(blob: 0, slot: 1)
        let new = ledger.claim(blob: 100, slot: 1)
        let forgotten = ledger.claim(blob: 0, slot: 1)
        let stillKnown = ledger.claim(blob: 2, slot: 1)
        #expect([known, new, forgotten, stillKnown] == [false, true, true, false])
    }
}
