import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Duplicates are known by the blob")
struct DuplicateTests {
    private static let hash: UInt64 = 1 << 40

    private func answers(_ harness: CoreHarness, _ rig: RigID) -> [String] {
        harness.take(rig).compactMap { member("message", of: $0) }
    }

    /// A pool sends one blob under five ids; a rig hands in the same three nonces for each.
    private func repeated(xvbByte: UInt8) throws -> (forwarded: Int, refused: Int) {
        let harness = CoreHarness(mode: xvbByte == 0 ? .p2pool : .hero, hasXvB: xvbByte != 0)
        let upstream: Upstream = xvbByte == 0 ? .p2pool : .xvb
        let lane = try #require(harness.lanes(upstream).first)
        harness.logIn(lane, ownByte: xvbByte)
        harness.job(lane, "s0", ownByte: xvbByte, blob: 77)
        let (rig, first, firstSlot) = harness.mining("rig+100")
        var (job, slot) = (first, firstSlot)
        #expect(harness.core.registry.rigs[0].work.minesOn == upstream)
        for round in 1...5 {
            for nonce in 0..<3 as Range<UInt32> {
                harness.submit(rig, id: Int(nonce) + 2, job: job, nonce: slot | nonce, hash: Self.hash)
            }
            guard round < 5 else { break }
            _ = harness.take(rig)
            harness.job(lane, "s\(round)", difficulty: 100 + UInt64(round), ownByte: xvbByte, blob: 77)
            (job, slot) = harness.newestJob(of: rig)
        }
        let forwarded = harness.take(lane).filter { member("method", of: $0) == "submit" }.count
        return (forwarded, Int(harness.core.book.local[.duplicate]))
    }

    // Fault D03.
    @Test("A blob under five ids: three nonces are forwarded once, the twelve others are refused, whoever owns byte 42")
    func fiveIDs() throws {
        for byte in [0, 0x5A] as [UInt8] {
            let counts = try repeated(xvbByte: byte)
            #expect(counts.forwarded == 3 && counts.refused == 12, "byte \(byte): \(counts)")
        }
    }

    @Test("The job in which a nonce came first has left the pool: it is a duplicate still, while its blob is mined")
    func oldest() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        harness.job(lane, "s0", blob: 5)
        let (rig, first, slot) = harness.mining("rig+100")
        harness.submit(rig, id: 2, job: first, nonce: slot | 9, hash: Self.hash)
        for round in 1...6 { harness.job(lane, "s\(round)", difficulty: 100 + UInt64(round), blob: 5) }
        let (job, _) = harness.newestJob(of: rig)
        harness.submit(rig, id: 3, job: job, nonce: slot | 9, hash: Self.hash)
        #expect(answers(harness, rig) == ["Duplicate share"])
        // Another blob is another search, and the first one is forgotten with its last job.
        for round in 7...10 { harness.job(lane, "s\(round)", blob: 100 + round) }
        let (other, otherSlot) = harness.newestJob(of: rig)
        harness.submit(rig, id: 4, job: other, nonce: otherSlot | 9, hash: Self.hash)
        #expect(answers(harness, rig).isEmpty)
    }

    // Fault D03.
    @Test("Two lanes are sent one blob: what was handed in on one is a duplicate on the other")
    func twoLanes() throws {
        let harness = CoreHarness(rigsPerLane: 1, hasXvB: false)
        harness.bringUp()
        _ = harness.login("a+100")
        _ = harness.login("b+100")
        harness.advance(0.1)
        let lanes = harness.lanes(.p2pool)
        #expect(lanes.count == 2)
        harness.logIn(lanes[1])
        for lane in lanes { harness.job(lane, "s", blob: 9) }
        let jobs = harness.core.lanes.p2pool.lanes.compactMap { $0?.current }
        #expect(jobs.count == 2 && jobs[0].nonces === jobs[1].nonces)
        #expect(jobs[0].nonces.insert(4))
        #expect(!jobs[1].nonces.insert(4))
    }
}
