import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("Rigs that search all their nonces of a job, and rigs that are not xmrig")
struct FastRigTests {
    /// A job that stays, and a rig that counts its nonces up as xmrig does.
    private struct Search {
        var rig: RigID
        var job: String
        var slot: UInt32
        var id = 10

        /// Finds a share when it has searched so much of its 24 bits.
        /// `isForPool`: one that the pool is sent; others are good for the rig's own difficulty.
        mutating func share(_ harness: CoreHarness, at nonce: UInt32, isForPool: Bool = false) {
            id += 1
            harness.submit(rig, id: id, job: job, nonce: slot | nonce, hash: isForPool ? 1 : .max / 20_000_000)
        }

        /// Takes the job that came since, if any.
        mutating func takeJob(_ harness: CoreHarness) -> Bool {
            let (job, slot) = harness.newestJob(of: rig)
            guard !job.isEmpty else { return false }
            (self.job, self.slot) = (job, slot)
            return true
        }
    }

    private func told(_ harness: CoreHarness) -> Int {
        harness.notices.filter { if case .noncesUsedUp = $0 { true } else { false } }.count
    }

    // Fault D10.
    @Test("A rig that is through three quarters of its 24 bits gets another slot of the same job, again and again")
    func slots() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 100_000_000)
        let (rig, job, slot) = harness.mining("fast+10000000")
        var search = Search(rig: rig, job: job, slot: slot)
        var slots: Set<UInt32> = [slot]
        for round in 1...20 {
            search.share(harness, at: 0x00_0001)
            search.share(harness, at: 0xBF_FFFF)
            var hasJob = search.takeJob(harness)
            #expect(!hasJob, "round \(round)")
            search.share(harness, at: 0xC0_0000)
            hasJob = search.takeJob(harness)
            #expect(hasJob, "round \(round)")
            #expect(slots.insert(search.slot).inserted, "a slot for the second time in round \(round)")
            harness.advance(1)
        }
        #expect(told(harness) == 0)
    }

    @Test("The shares before and after are the pool's, none is a duplicate, late ones of the old slot count")
    func shares() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 100_000_000)
        let (rig, job, slot) = harness.mining("fast+10000000")
        var search = Search(rig: rig, job: job, slot: slot)
        search.share(harness, at: 0xC0_0000, isForPool: true)
        let old = search
        let hasJob1 = search.takeJob(harness)
        #expect(hasJob1 && search.slot != old.slot)
        search.share(harness, at: 1, isForPool: true)
        harness.submit(rig, id: 90, job: old.job, nonce: old.slot | 0xF0_0000, hash: 1)
        let sent = harness.take(harness.lanes(.p2pool)[0]).filter { $0.contains("\"submit\"") }
        #expect(sent.count == 3)
        // What is late gives no further slot: the rig has left it.
        let hasJob2 = search.takeJob(harness)
        #expect(!hasJob2)
    }

    // Fault D10.
    @Test("When the lane's slots are used up another lane has nonces; where none has, it is told once")
    func usedUp() {
        let harness = CoreHarness(maxLanes: 1, hasXvB: false)
        harness.bringUp(p2poolDifficulty: 100_000_000)
        let (rig, job, slot) = harness.mining("fast+10000000")
        var search = Search(rig: rig, job: job, slot: slot)
        for _ in 0..<255 {
            search.share(harness, at: 0xC0_0000)
            let hasJob3 = search.takeJob(harness)
            #expect(hasJob3)
            harness.advance(1)
        }
        #expect(told(harness) == 0)
        search.share(harness, at: 0xC0_0000)
        let hasJob4 = search.takeJob(harness)
        #expect(!hasJob4 && told(harness) == 1)
        search.share(harness, at: 0xE0_0000)
        #expect(told(harness) == 1)
        harness.job(harness.lanes(.p2pool)[0], "2", difficulty: 100_000_000)
        let hasJob5 = search.takeJob(harness)
        #expect(hasJob5)
        search.share(harness, at: 0xC0_0000)
        let hasJob6 = search.takeJob(harness)
        #expect(hasJob6)
    }

    @Test("Where the pool owns the byte a rig that is through its nonces is told, until it has the next job")
    func poolByte() {
        let harness = CoreHarness(maxLanes: 1, hasXvB: false)
        for lane in harness.lanes(.p2pool) { harness.logIn(lane, difficulty: 100_000_000, ownByte: 7) }
        let (rig, job, slot) = harness.mining("fast+10000000")
        var search = Search(rig: rig, job: job, slot: slot)
        search.share(harness, at: 0xC0_0000)
        let hasJob7 = search.takeJob(harness)
        #expect(!hasJob7 && told(harness) == 1)
        harness.job(harness.lanes(.p2pool)[0], "2", ownByte: 7)
        let hasJob8 = search.takeJob(harness)
        #expect(hasJob8)
    }

    @Test("A slow rig that begins anywhere in its slot keeps it, whatever nonces it shows")
    func anyNonce() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 100_000_000)
        let (rig, job, slot) = harness.mining("slow+10000")
        var taken = 0
        for number in 0..<30 {
            harness.submit(
                rig, id: 100 + number, job: job, nonce: slot | 0xF0_0000 | UInt32(number), hash: .max / 20_000)
            harness.advance(1)
            taken += harness.take(rig).count { $0.contains("\"blob\"") }
        }
        #expect(taken == 0)
    }

    // MARK: Targets of eight digits

    private func target(_ line: String) -> String { member("target", of: line) ?? "" }

    // Fault D10.
    @Test(
        "xmrig gets sixteen digits, other miners eight, as p2pool sends them",
        arguments: [
            ("XMRig/6.26.0 (Linux x86_64)", 16), ("xmrig-proxy/6.26.0", 16), ("xmr-stak-rx/1.0", 8), ("", 8),
            ("SRBMiner-MULTI/2.4", 8),
        ])
    func digits(agent: String, count: Int) {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 1_000)
        let rig = harness.login("rig+500", agent: agent)
        harness.openLanes()
        let login = harness.take(rig)
        #expect(login.contains { target($0).count == count })
        for lane in harness.lanes(.p2pool) { harness.job(lane, "2", difficulty: 1_000) }
        #expect(harness.take(rig).contains { target($0).count == count })
        harness.send(rig, "{\"id\":5,\"method\":\"getjob\",\"params\":{}}")
        #expect(harness.take(rig).contains { target($0).count == count })
    }

    @Test("What eight digits can't say to a tenth of a percent has sixteen")
    func hard() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 50_000_000)
        let rig = harness.login("rig+10000000", agent: "old/1")
        #expect(harness.take(rig).contains { target($0).count == 16 })
    }

    // Fault D10.
    @Test("A share is judged by the target that eight digits say: one below it is good, one at it is not")
    func judged() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp(p2poolDifficulty: 1_000_000)
        let rig = harness.login("rig+100000", agent: "old/1")
        let line = try #require(harness.take(rig).first { $0.contains("\"blob\"") })
        let digits = target(line)
        #expect(digits.count == 8)
        let compact = UInt32(digits, radix: 16).map(\.byteSwapped) ?? 0
        let expanded = try #require(Target.expand(compact: compact))
        #expect((99_900...100_000).contains(Target.difficulty(expanded)))
        let job = member("job_id", of: line) ?? ""
        let slot = (UInt32(member("blob", of: line)?.dropFirst(84).prefix(2) ?? "", radix: 16) ?? 0) << 24
        harness.submit(rig, id: 7, job: job, nonce: slot | 1, hash: expanded - 1)
        #expect(harness.take(rig).contains { $0.contains("\"id\":7") && $0.contains("OK") })
        harness.submit(rig, id: 8, job: job, nonce: slot | 2, hash: expanded)
        #expect(harness.take(rig).contains { $0.contains("\"id\":8") && $0.contains("error\":{") })
    }
}
