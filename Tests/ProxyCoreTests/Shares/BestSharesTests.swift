import Testing

@testable import ProxyCore

@Suite("The best shares")
struct BestSharesTests {
    @Test("The ten lowest hashes are kept, as difficulties, the highest first")
    func order() {
        var best = BestShares()
        #expect(best.difficulties.isEmpty)
        for hash in [5, 3, 9, 1, 7, 2, 8, 4, 6, 10, 12, 11] as [UInt64] { best.add(UInt64.max / hash) }
        #expect(best.difficulties == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3])
        best.add(UInt64.max / 2)
        #expect(best.difficulties.last == 3)
        best.add(UInt64.max / 100)
        #expect(best.difficulties == [100, 12, 11, 10, 9, 8, 7, 6, 5, 4])
    }

    @Test("Shares of one hash count each, and a hash of zero is no division")
    func equal() {
        var best = BestShares()
        for _ in 0..<3 { best.add(UInt64.max / 7) }
        best.add(0)
        #expect(best.difficulties == [UInt64.max, 7, 7, 7])
    }
}
