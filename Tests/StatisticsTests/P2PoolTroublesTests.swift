import ProxyTerms
import StrictJSON
import Testing

@testable import SplitScheduler
@testable import Statistics

/// What is missing, and what nobody writes any more.
@Suite("What p2pool's documents lack, and what contradicts itself in them")
struct P2PoolTroublesTests {
    // Fault O02.
    @Test(
        "A member that an old p2pool lacks, or that is null, leaves the rest in use, and what it is missed for is told",
        arguments: [
            (P2PoolFile.localStratum, "\"block_reward_share_percent\":0.044,", P2PoolMember.rewardShare),
            (.localStratum, "\"last_share_found_time\":1795217824,", .lastShareFound),
            (.localP2P, ",\"zmq_last_active\":2", .monerodSilence),
        ])
    func untold(file: P2PoolFile, text: String, member: P2PoolMember) {
        var files = P2PoolState.good()
        #expect(files.read(file, Documents.good(file).replacing(text, with: "")) == .good)
        #expect(files.troubles(wallet: nil, now: at(0)) == [.untold(member)])
        let name = text.prefix { $0 != ":" }
        let null = "\(name):null" + (text.hasSuffix(",") ? "," : "")
        #expect(files.read(file, Documents.good(file).replacing(text, with: null)) == .good)
        #expect(files.troubles(wallet: nil, now: at(0)) == [.untold(member)])
        #expect(files.reading(now: at(0))?.fault == nil)
    }

    @Test(
        "Members that nothing depends on may be anything",
        arguments: ["null", "-1", "\"x\"", "{}", "1e20"])
    func unused(value: String) {
        var files = P2PoolState.good()
        let stratum = Documents.stratum.replacing("\"hashrate_15m\":372", with: "\"hashrate_15m\":\(value)")
            .replacing("133.021", with: value)
        #expect(files.read(.localStratum, stratum) == .good)
        let pool = Documents.pool.replacing("80608", with: value).replacing("\"miners\":1", with: "\"miners\":\(value)")
        #expect(files.read(.poolStats, pool) == .good)
        #expect(files.troubles(wallet: nil, now: at(0)) == [])
    }

    // Fault O03.
    @Test(
        "A monerod that was never heard is told as that, not as a silence since 1970",
        arguments: ["1795217999", "1795218060"])
    func neverHeard(seconds: String) {
        var files = P2PoolState.good()
        files.read(.localP2P, Documents.p2p.replacing(":2}", with: ":\(seconds)}"))
        #expect(files.troubles(wallet: nil, now: at(0)) == [.monerodNeverHeard])
        #expect(files.reading(now: at(0))?.fault == nil)
        #expect((files.reading(now: at(0))?.age ?? 0) > 1e7)
    }

    // Fault O01.
    @Test(
        "A local/stratum that is not written although p2pool takes our shares is no unchanged one, whatever its neighbours say"
    )
    func notRewritten() {
        var files = P2PoolState.good()
        files.read(.localP2P, Documents.p2p, at: 150)
        files.lastAcceptedAt = at(110)
        #expect(files.troubles(wallet: nil, now: at(150)) == [])
        files.lastAcceptedAt = at(121)
        #expect(files.health(.localStratum, now: at(150)) == .notRewritten(29))
        #expect(files.reading(now: at(150))?.age == 150)
        files.read(.localStratum, Documents.stratum.replacing("143476", with: "143576"), at: 160)
        #expect(files.health(.localStratum, now: at(160)) == .good)
    }

    @Test("A share in the window whose newest was found long before the window began is told, and does no harm")
    func shareFromElsewhere() {
        var files = P2PoolState.good()
        files.read(.localStratum, Documents.stratum.replacing("1795217824", with: "1795100000"))
        let troubles = files.troubles(wallet: nil, now: at(0))
        #expect(troubles == [.shareFromElsewhere(118_000)])
        #expect(!troubles.contains { !$0.isHarmless })
    }

    // Fault O04.
    @Test("Another wallet is told; a subaddress is told as one, and does no harm")
    func wallets() {
        let files = P2PoolState.good()
        #expect(files.troubles(wallet: "4abc", now: at(0)) == [.otherWallet("9xd2QgsU")])
        var sub = P2PoolState.good()
        sub.read(.localStratum, Documents.stratum.replacing("9xd2QgsU", with: "8xd2QgsU"))
        #expect(sub.troubles(wallet: "4abc", now: at(0)) == [.subaddress("8xd2QgsU")])
        #expect(sub.troubles(wallet: nil, now: at(0)) == [])
    }

    @Test("What is wrong with all documents alike is told once")
    func alike() {
        var files = P2PoolState()
        for file in P2PoolFile.allCases { files.failed(file, .unreadable) }
        #expect(files.troubles(wallet: nil, now: at(0)) == [.file(.poolStats, .failed(.unreadable))])
    }

    @Test("A trouble is of the same kind at another time, and of another kind when it is another")
    func kinds() {
        #expect(P2PoolTrouble.monerodSilent(301).kind == P2PoolTrouble.monerodSilent(900).kind)
        #expect(P2PoolTrouble.file(.poolStats, .stale(301)).kind == P2PoolTrouble.file(.poolStats, .stale(400)).kind)
        #expect(P2PoolTrouble.file(.poolStats, .stale(0)).kind != P2PoolTrouble.file(.poolStats, .empty).kind)
        #expect(P2PoolTrouble.otherWallet("a").topic == P2PoolTrouble.subaddress("b").topic)
    }
}
