import ProxyTerms
import Testing

@testable import SimulatedPeers

private func blob(_ seed: UInt8, nonce: [UInt8] = [0, 0, 0, 0]) -> [UInt8] {
    Array(repeating: seed, count: 39) + nonce + Array(repeating: seed &+ 1, count: 33)
}

@Test("The four nonce bytes do not change a blob's work, any other byte does")
func workOfBlob() {
    let work = SimulatedWork(blob: blob(1))
    #expect(SimulatedWork(blob: blob(1, nonce: [9, 8, 7, 6])) == work)
    for index in blob(1).indices where index < 39 || index >= 43 {
        var other = blob(1)
        other[index] ^= 1
        #expect(SimulatedWork(blob: other) != work)
    }
}

@Test("A search finds exactly the nonces whose value is below the target")
func searchAgreesWithValues() {
    let work = SimulatedWork(blob: blob(2))
    let target = UInt64.max / 100
    var found: [UInt32] = []
    var from: UInt64 = 5000
    while let share = work.firstShare(in: from..<15_000, below: target) {
        found.append(share)
        from = UInt64(share) + 1
    }
    #expect(found == (5000..<15_000).filter { work.value(of: $0) < target })
    #expect(found.count > 50)
}

@Test("Shares come at the rate that the difficulty says, at every difficulty")
func shareRate() {
    for difficulty in [1000, 50_000, 5_000_000] as [UInt64] {
        let work = SimulatedWork(blob: blob(3))
        var count = 0
        var from: UInt64 = 0
        let end = difficulty * 800
        while let share = work.firstShare(in: from..<end, below: .max / difficulty) {
            count += 1
            from = UInt64(share) + 1
        }
        // 800 expected; five standard deviations.
        #expect(abs(count - 800) < 142)
    }
}

@Test("The result carries the value in its last eight bytes")
func resultCarriesValue() {
    let work = SimulatedWork(blob: blob(4))
    let result = work.result(of: 77)
    #expect(result.count == 32)
    #expect(littleEndian(result[24...]) == work.value(of: 77))
    #expect(result != work.result(of: 78))
}

@Test("The logarithm is that of the textbook")
func logarithm() {
    #expect(abs(Numerics.naturalLog(1)) < 1e-9)
    #expect(abs(Numerics.naturalLog(2.718_281_828_459_045) - 1) < 1e-8)
    #expect(abs(Numerics.naturalLog(1e-6) + 13.815_510_557_964_274) < 1e-7)
    #expect(abs(Numerics.naturalLog(1.999_999) - 0.693_146_680_6) < 1e-7)
}
