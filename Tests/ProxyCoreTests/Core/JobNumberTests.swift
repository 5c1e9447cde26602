import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Downstream job ids")
struct JobNumberTests {
    private func firstID(seed: UInt64) throws -> String {
        let harness = CoreHarness(seed: seed)
        harness.bringUp()
        return try #require(member("job_id", of: harness.take(harness.login()).joined()))
    }

    // Fault P09.
    @Test("They begin elsewhere in each process: xmrig drops a connection whose job equals its last one")
    func random() throws {
        let ids = try (1...20).map { try firstID(seed: $0) }
        // The counter alone, without the proxy's mark behind it.
        #expect(Set(ids.map { $0.prefix(12) }).count == 20)
        #expect(ids.allSatisfy { $0.hasPrefix("0001") && $0.utf8.count == 21 })
    }

    @Test("A proxy that is started again on the same blob gives a rig another id for it")
    func sameBlob() throws {
        var ids: Set<String> = []
        for seed in [1, 2, 3] as [UInt64] {
            let harness = CoreHarness(seed: seed)
            for lane in harness.lanes(.p2pool) { harness.logIn(lane, job: "1", blob: 77) }
            ids.insert(try #require(member("job_id", of: harness.take(harness.login()).joined())))
        }
        #expect(ids.count == 3)
    }

    /// A rig that mines, and the ids of the jobs it was given, the first one minted with `start` + 1.
    private func mining(start: UInt32, jobs: Int) throws -> (harness: CoreHarness, rig: RigID, ids: [String]) {
        let harness = CoreHarness(mode: .p2pool, firstJobNumber: start)
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        let rig = harness.login("rig+100")
        for number in 2...max(2, jobs) { harness.job(lane, "\(number)") }
        return (harness, rig, harness.take(rig).compactMap { member("job_id", of: $0) })
    }

    private func answer(_ harness: CoreHarness, _ rig: RigID, _ id: String) throws -> String? {
        harness.submit(rig, id: 9, job: id, nonce: 1, hash: 1)
        return member("message", of: harness.take(rig).joined())
    }

    @Test("After 2^32 jobs they begin anew, and a share of a job before that is known to be late")
    func wrapAround() throws {
        let (harness, rig, ids) = try mining(start: .max - 3, jobs: 12)
        #expect(ids.count == 12)
        #expect(ids[2...4].map { String($0.prefix(12)) } == ["0001ffffffff", "000100000000", "000100000001"])
        #expect(try answer(harness, rig, ids[0]) == "Stale share")
        #expect(try answer(harness, rig, ids[4]) == "Stale share")
        // The newest ones are known.
        #expect(try answer(harness, rig, ids[11]) != "Stale share")
    }

    @Test("Ids that were never minted are told from late ones", arguments: [0x8000_0000, 5, 0xFFFF_FFF0] as [UInt32])
    func neverMinted(start: UInt32) throws {
        let (harness, rig, ids) = try mining(start: start, jobs: 8)
        func id(_ low: UInt32) -> String {
            let text = String(low, radix: 16)
            return "0001" + String(repeating: "0", count: 8 - text.count) + text + (ids.first?.suffix(9) ?? "")
        }
        #expect(ids.first == id(start &+ 1))
        #expect(try answer(harness, rig, id(start)) == "Unknown job")
        #expect(try answer(harness, rig, id(start &+ 9)) == "Unknown job")
        #expect(try answer(harness, rig, id(start &+ 1)) == "Stale share")
    }
}
