import ProxyTerms
import StratumCodec
import Testing

@testable import ProxyCore

@Suite("Refusals are told by rig")
struct RefusalLogTests {
    private static let hash: UInt64 = 1 << 40
    private let home = ClientAddress(ipv4: 0xC000_0207)

    private func first(_ harness: CoreHarness) -> [(name: String, address: ClientAddress, outcome: RigCounts.Outcome)] {
        harness.notices.compactMap {
            if case .shareRefused(let name, let address, let outcome) = $0 { (name, address, outcome) } else { nil }
        }
    }

    private func later(_ harness: CoreHarness) -> [(name: String, counts: RigCounts)] {
        harness.notices.compactMap {
            if case .sharesRefused(let name, _, let counts) = $0 { (name, counts) } else { nil }
        }
    }

    // Fault D08.
    @Test("The first of each kind is told at once with name and address, what follows once a minute, each share once")
    func firstAndLater() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        for _ in 0..<5 { harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash) }
        for _ in 0..<3 { harness.submit(rig, id: 3, job: job, nonce: slot | 2, hash: .max) }
        harness.submit(rig, id: 4, job: "000000000007", nonce: slot | 3, hash: Self.hash)
        for lane in harness.lanes(.p2pool) {
            for line in harness.take(lane) where member("method", of: line) == "submit" {
                harness.verdict(line, from: lane)
            }
        }
        #expect(first(harness).map(\.outcome) == [.duplicate, .lowDifficulty, .unknownJob])
        #expect(first(harness).allSatisfy { $0.name == "garage" && $0.address == home })
        #expect(later(harness).isEmpty)
        harness.advance(60)
        let told = later(harness)
        #expect(told.count == 1 && told.first?.name == "garage")
        #expect(told.first?.counts[.duplicate] == 3 && told.first?.counts[.lowDifficulty] == 2)
        #expect(told.first?.counts.refusals == 5)
        harness.advance(120)
        #expect(later(harness).count == 1)
        for _ in 0..<2 { harness.submit(rig, id: 5, job: job, nonce: slot | 1, hash: Self.hash) }
        harness.disconnect(rig)
        #expect(first(harness).count == 3)
        #expect(later(harness).last?.counts[.duplicate] == 2)
    }

    @Test("A lane that is lost takes a share of each of 100 rigs: ten are told by name, the others together")
    func many() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for number in 0..<100 {
            let (rig, job, slot) = harness.mining("rig\(number)+100")
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        }
        harness.cut(try #require(harness.lanes(.p2pool).first))
        harness.advance(2)
        harness.bringUp()
        #expect(first(harness).isEmpty && later(harness).isEmpty)
        harness.advance(60)
        #expect(later(harness).count == RefusalLog.mostRigs)
        #expect(later(harness).allSatisfy { $0.counts[.lost] == 1 })
        #expect(harness.notices.contains(.furtherRefused(rigs: 90, shares: 90)))
    }

    @Test("Lines that are no requests count from the first byte on; those before the login go with the first share")
    func malformed() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let early = harness.connect()
        harness.send(early, "{\"id\":1,\"method\":\"submit\",\"params\":{}}")
        let login = "{\"id\":1,\"method\":\"login\",\"params\":{\"login\":\"early\",\"pass\":\"x\",\"agent\":\"a\"}}"
        harness.send(early, login)
        harness.send(early, "{\"id\":2,\"method\":\"submit\",\"params\":{}}")
        let rigs = harness.core.rigs(most: 10, now: harness.now)
        #expect(rigs.first?.counts[.malformed] == 2)
        #expect(lines(harness).map(\.name) == [nil, "early"])
    }

    private func lines(_ harness: CoreHarness) -> [(name: String?, misfit: LineMisfit)] {
        harness.notices.compactMap {
            if case .lineRefused(let name, _, let misfit) = $0 { (name, misfit) } else { nil }
        }
    }

    // Fault D08.
    @Test("A rig's line that is refused is told with the member and its value: the first of a rig, each of a stranger")
    func misfits() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let stranger = harness.connect(from: home)
        harness.send(stranger, "{\"id\":1,\"method\":\"login\",\"params\":[\"garage\"]}")
        harness.send(
            stranger,
            "{\"id\":1,\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"1\",\"nonce\":\"00000000\",\"result\":\"\(String(repeating: "0", count: 64))\"}}"
        )
        harness.send(stranger, "hello")
        let (rig, job, _) = harness.mining("garage+100", from: home)
        for nonce in ["\"0x00\"", "12", "\"zz\""] {
            harness.send(
                rig,
                "{\"id\":2,\"method\":\"submit\",\"params\":{\"id\":\"s\",\"job_id\":\"\(job)\",\"nonce\":\(nonce)}}")
            harness.send(rig, "{\"id\":3,\"method\":\"keepalived\"}")
        }
        harness.send(rig, "{\"id\":4,\"method\":\"mining.subscribe\",\"params\":[]}")
        let told = lines(harness)
        #expect(told.map(\.name) == [nil, nil, nil, "garage", "garage"])
        #expect(
            told.map(\.misfit.code) == [.missingParams, .notLoggedIn, .json(.notJSON), .badNonce, .unknownMethod])
        #expect(told.map(\.misfit.member) == ["params", "line", "line", "nonce", "method"])
        #expect(told[0].misfit.value == Array("[\"garage\"]".utf8))
        #expect(told[3].misfit.value == Array("\"0x00\"".utf8))
        // What follows of the rig is counted.
        harness.advance(60)
        #expect(later(harness).last?.counts[.malformed] == 2)
        // No share, so none is counted.
        #expect(harness.core.rigs(most: 2, now: harness.now).first?.counts.refusals == 3)
    }

    // Fault D08.
    @Test("A line that is too long is told as that, with its beginning, also of a rig that mines")
    func tooLong() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, _, _) = harness.mining("garage+100", from: home)
        harness.send(rig, "{\"id\":2,\"method\":\"" + String(repeating: "a", count: 9_000))
        #expect(lines(harness).map(\.misfit.code) == [.lineTooLong] && lines(harness).map(\.name) == ["garage"])
        #expect(lines(harness).first?.misfit.value.starts(with: "{\"id\":2".utf8) == true)
        #expect(harness.notices.contains { if case .rigLeft(rig, _, .badInput) = $0 { true } else { false } })
    }

    @Test("Each rig's best accepted shares are known, and not another's")
    func best() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        for (name, hash) in [("one", 1 << 40), ("two", 1 << 30)] as [(String, UInt64)] {
            let (rig, job, slot) = harness.mining("\(name)+100")
            harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: hash)
        }
        for lane in harness.lanes(.p2pool) {
            for line in harness.take(lane) where member("method", of: line) == "submit" {
                harness.verdict(line, from: lane)
            }
        }
        let rigs = harness.core.rigs(most: 2, now: harness.now)
        #expect(rigs.map(\.name) == ["one", "two"])
        #expect(rigs.map(\.bestShares) == [[UInt64.max >> 40], [UInt64.max >> 30]])
    }

    @Test("What a pool refuses has its rig's name; the rig's first of a kind is news")
    func byPool() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let lane = try #require(harness.lanes(.p2pool).first)
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        for nonce in 1...3 as ClosedRange<UInt32> {
            harness.submit(rig, id: 2, job: job, nonce: slot | nonce, hash: Self.hash)
        }
        for line in harness.take(lane) where member("method", of: line) == "submit" {
            harness.verdict(line, from: lane, error: "Stale share")
        }
        let told = harness.notices.compactMap { notice -> Bool? in
            if case .rejected(.p2pool, "garage", let address, let isNews, _, .stale, _, _, _) = notice, address == home
            {
                isNews
            } else {
                nil
            }
        }
        #expect(told == [true, false, false])
        harness.advance(60)
        #expect(later(harness).first?.counts[.stale] == 2)
    }
}

@Suite("Rigs that have gone")
struct DepartedRigTests {
    private static let hash: UInt64 = 1 << 40
    private let home = ClientAddress(ipv4: 0xC000_0207)

    @Test("A rig that left is listed for a day with what its shares came to, and goes on from there when it comes back")
    func listed() throws {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        harness.submit(rig, id: 3, job: job, nonce: slot | 1, hash: Self.hash)
        harness.advance(10)
        harness.disconnect(rig)
        harness.advance(5)
        let gone = try #require(harness.core.rigs(most: 10, now: harness.now).first)
        #expect(gone.name == "garage" && gone.address == home && gone.agent == "XMRig/6.26.0")
        #expect(gone.departure?.reason == .byRig && abs((gone.departure?.secondsAgo ?? 0) - 5) <= 1)
        #expect(gone.counts[.duplicate] == 1 && gone.counts.lastRefusal == .duplicate)
        _ = harness.login("garage+100", from: home)
        let back = harness.core.rigs(most: 10, now: harness.now)
        #expect(back.count == 1 && back[0].departure == nil && back[0].counts[.duplicate] == 1)
        // Elsewhere that name is another rig.
        _ = harness.login("garage+100", from: ClientAddress(ipv4: 1))
        #expect(harness.core.rigs(most: 10, now: harness.now).map { $0.counts[.duplicate] } == [1, 0])
    }

    @Test("After a day it is forgotten; hundreds that never found a share don't take the place of one that did")
    func bounded() {
        let harness = CoreHarness(hasXvB: false)
        harness.bringUp()
        let (rig, job, slot) = harness.mining("garage+100", from: home)
        harness.submit(rig, id: 2, job: job, nonce: slot | 1, hash: Self.hash)
        harness.disconnect(rig)
        for number in 0..<400 { harness.disconnect(harness.login("squatter\(number)")) }
        #expect(harness.core.departed.count == 1 + DepartedRigs.most.without)
        #expect(harness.core.rigs(most: 2_000, now: harness.now).contains { $0.name == "garage" })
        #expect(harness.core.rigs(most: 2_000, now: harness.now.adding(seconds: 86_300)).count > 200)
        #expect(harness.core.rigs(most: 2_000, now: harness.now.adding(seconds: 86_402)).isEmpty)
    }
}
