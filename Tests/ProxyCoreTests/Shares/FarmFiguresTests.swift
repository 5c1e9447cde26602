import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("The farm's figures for the history")
struct FarmFiguresTests {
    private static let hash: UInt64 = 1 << 40
    private let home = ClientAddress(ipv4: 0xC000_0207)

    @Test("What a rig's shares came to is told once, and again only what came since")
    func once() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        #expect(harness.core.takeRigFigures(from: 0, most: 9).figures.isEmpty)
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        harness.submit(rig, id: 3, job: job, nonce: slot | 1, hash: Self.hash)
        harness.advance(1)
        let first = harness.core.takeRigFigures(from: 0, most: 9).figures
        #expect(first.map(\.name) == ["garage"] && first[0].work > 0 && first[0].refused == 1)
        #expect(harness.core.takeRigFigures(from: 0, most: 9).figures.isEmpty)
        harness.submit(rig, id: 4, job: job, nonce: slot | 2, hash: Self.hash)
        harness.advance(1)
        let second = try #require(harness.core.takeRigFigures(from: 0, most: 9).figures.first)
        #expect(second.work == first[0].work && second.refused == 0)
    }

    @Test("Of a rig that has gone the rest is told, and nothing twice when it comes back")
    func gone() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        harness.submit(rig, id: 3, job: job, nonce: slot | 1, hash: Self.hash)
        harness.disconnect(rig)
        let figures = harness.core.takeRigFigures(from: 0, most: 9).figures
        #expect(figures.map(\.refused) == [1] && figures[0].work > 0)
        _ = harness.login("garage+100", from: home)
        #expect(harness.core.takeRigFigures(from: 0, most: 9).figures.isEmpty)
    }

    @Test("Many rigs are told in turns, each once")
    func turns() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for number in 0..<10 {
            let (rig, job, slot) = harness.mining("rig\(number)+100", from: ClientAddress(ipv4: UInt32(number + 1)))
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        }
        var names: [String] = []
        var place: UInt32 = 0
        repeat {
            let (figures, next) = harness.core.takeRigFigures(from: place, most: 3)
            #expect(figures.count <= 3)
            names += figures.map(\.name)
            place = next
        } while place != 0
        #expect(names.sorted() == (0..<10).map { "rig\($0)" })
        // A place that is not there any more is the first.
        #expect(harness.core.takeRigFigures(from: 99_999, most: 3).figures.isEmpty)
    }
}
