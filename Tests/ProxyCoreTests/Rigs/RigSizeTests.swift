import Testing

@testable import ProxyCore

@Suite("What a rig costs")
struct RigSizeTests {
    @Test("A rig and its five issued jobs take the bytes that docs/performance.md tells")
    func size() {
        #expect(MemoryLayout<Rig>.stride == 112)
        #expect(MemoryLayout<IssuedJob>.stride * RigTable.issuedPerRig == 100)
    }
}
