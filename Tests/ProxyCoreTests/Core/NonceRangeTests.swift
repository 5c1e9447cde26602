import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("A rig that ignores its nonce range")
struct NonceRangeTests {
    private static let hash: UInt64 = 1 << 40
    private let home = ClientAddress(ipv4: 0xC000_0207)

    private func told(_ harness: CoreHarness) -> [(name: String, ClientAddress, Upstream, own: Bool)] {
        harness.notices.compactMap {
            if case .ignoresNonceRange(let name, let address, let upstream, let own) = $0 {
                (name, address, upstream, own)
            } else {
                nil
            }
        }
    }

    // Fault D06.
    @Test(
        "After three shares outside it the rig gets a lane with all of the nonce, where its next shares count; told once"
    )
    func ownLane() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let other = harness.mining("other+100")
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        for nonce in 0..<3 as Range<UInt32> {
            harness.submit(rig, id: 2, job: job, nonce: (slot ^ 0x1000_0000) | nonce, hash: Self.hash)
        }
        harness.advance(0.1)
        let lane = try #require(harness.lanes(.p2pool).last)
        harness.logIn(lane)
        let next = harness.newestJob(of: rig)
        harness.submit(rig, id: 5, job: next.job, nonce: 0xAB00_0001, hash: Self.hash)
        #expect(harness.take(lane).contains { member("nonce", of: $0) == hex(0xAB00_0001 as UInt32) })
        #expect(harness.core.registry.exclusiveRigs == 1)
        let told = told(harness)
        #expect(told.count == 1)
        #expect(told.first?.name == "garage" && told.first?.1 == home && told.first?.own == true)
        #expect(other.slot != slot)
    }

    // Fault D06.
    @Test("Where every pool owns the byte there is only the warning, once however many follow; rare strays say nothing")
    func warned() throws {
        let harness = CoreHarness(mode: .hero)
        for lane in harness.lanes(.xvb) { harness.logIn(lane, ownByte: 0x5A) }
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        func stray(_ nonce: UInt32) {
            harness.submit(rig, id: 2, job: job, nonce: (slot ^ 0x1000_0000) | nonce, hash: Self.hash)
        }
        for nonce in 0..<20 as Range<UInt32> {
            stray(nonce)
            if nonce % 2 == 0 { harness.submit(rig, id: 3, job: job, nonce: slot | nonce, hash: Self.hash) }
        }
        #expect(told(harness).isEmpty)
        for nonce in 100..<160 as Range<UInt32> { stray(nonce) }
        #expect(told(harness).count == 1)
        #expect(told(harness).first?.2 == .xvb && told(harness).first?.own == false)
        #expect(harness.core.registry.exclusiveRigs == 0)
    }
}
