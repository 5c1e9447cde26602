import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("A rig that floods is slowed, then cut off")
struct PacerTests {
    private static let hash: UInt64 = 1 << 40
    private let home = ClientAddress(ipv4: 0xC000_0207)

    /// A rig with as many shares on their way as it may have: the pool answers none.
    private func full() -> (harness: CoreHarness, rig: RigID, job: String, slot: UInt32) {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, job, slot) = harness.mining("flood+100", from: home)
        for nonce in 0..<UInt32(RigRecord.mostPending) {
            harness.submit(rig, id: 2, job: job, nonce: slot | nonce, hash: Self.hash)
        }
        return (harness, rig, job, slot)
    }

    @Test("With the first share too many nothing is read of it for a second, once, and then again")
    func slowed() {
        let (harness, rig, job, slot) = full()
        #expect(harness.pausedRigs.isEmpty)
        for nonce in 1_000..<1_010 as Range<UInt32> {
            harness.submit(rig, id: 3, job: job, nonce: slot | nonce, hash: Self.hash)
        }
        #expect(harness.pausedRigs == [rig])
        #expect(harness.core.pacer.count == 1)
        harness.advance(0.99)
        #expect(harness.pausedRigs == [rig])
        harness.advance(0.02)
        #expect(harness.pausedRigs.isEmpty)
    }

    @Test("One that goes on is cut off and told so; a rig beside it has its share taken meanwhile")
    func cut() throws {
        let (harness, rig, job, slot) = full()
        let (other, otherJob, otherSlot) = harness.mining("honest+100", from: home)
        for nonce in 1_000..<1_600 as Range<UInt32> {
            harness.submit(rig, id: 3, job: job, nonce: slot | nonce, hash: Self.hash)
        }
        #expect(harness.notices.contains(.rigCutOff(name: "flood", home, seconds: 60, .flood)))
        #expect(harness.closedRigs == [rig])
        harness.submit(other, id: 4, job: otherJob, nonce: otherSlot | 1, hash: Self.hash)
        #expect(harness.take(other).isEmpty)
        // Its share is sent after one of the flooder's 59 that wait, not after all of them.
        let lane = try #require(harness.lanes(.p2pool).first)
        let sent = harness.take(lane).filter { member("method", of: $0) == "submit" }
        for line in sent.prefix(2) { harness.verdict(line, from: lane) }
        #expect(harness.take(lane).compactMap { member("nonce", of: $0) } == [hex(slot | 5), hex(otherSlot | 1)])
        let back = harness.login("flood+100", from: home)
        let text = harness.take(back).first.flatMap { member("message", of: $0) }
        #expect(text == "Cut off for 60 s: far too many shares or requests")
    }
}
