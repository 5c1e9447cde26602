import Testing

@testable import ProxyCore

@Suite("What a rig is called")
struct RigNameTests {
    private let wallet = "4" + String(repeating: "A9zK", count: 23) + "Qx"
    private let integrated = "4" + String(repeating: "B7y", count: 35)

    @Test("A wallet before the name is left out, with the difficulty between them")
    func behindWallet() {
        for user in [
            "\(wallet).rig7", "\(wallet)/rig7", "\(wallet)+25000.rig7", "\(integrated).rig7",
            "\(wallet).\(wallet).rig7",
        ] {
            let name = RigName.shown(rigID: "", user: user)
            #expect(name.hasSuffix("rig7"), "\(name)")
            #expect(!name.contains(wallet) && !name.contains(integrated))
        }
        #expect(RigName.shown(rigID: "", user: "\(wallet).rig7") == "rig7")
    }

    // Fault N11.
    @Test("A wallet alone is shown by its ends, wherever it stands")
    func alone() {
        let ends = "\(wallet.prefix(8))…\(wallet.suffix(6))"
        #expect(RigName.shown(rigID: "", user: wallet) == ends)
        #expect(RigName.shown(rigID: wallet, user: "x") == ends)
        #expect(RigName.shown(rigID: "", user: "rig7.\(wallet)") == "rig7.\(ends)")
        #expect(RigName.shown(rigID: "", user: "\(wallet).") == "\(ends).")
    }

    @Test("Other names stay as they are; the rig-id goes before the login name")
    func ordinary() {
        #expect(RigName.shown(rigID: "", user: "garage.2+old") == "garage.2+old")
        #expect(RigName.shown(rigID: "shed", user: "\(wallet).rig7") == "shed")
        #expect(RigName.shown(rigID: "", user: "") == "rig")
        let long = String(repeating: "l0ng name ", count: 9)
        #expect(RigName.shown(rigID: "", user: long) == long)
    }

    // Fault N11.
    @Test("A rig that logs in as WALLET.rig7+25000 is rig7, at the difficulty that it asked for")
    func login() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 1 << 30)
        let rig = harness.login("\(wallet).rig7+25000")
        #expect(harness.notices.contains { if case .rigJoined(_, "rig7", _, _) = $0 { true } else { false } })
        #expect(harness.core.registry.rigs.find(rig)?.tally.difficulty.isFixed == true)
    }
}
