import ProxyTerms
import StrictJSON
import Testing

@testable import SplitScheduler
@testable import Statistics

/// p2pool's documents as it wrote them.
private enum Documents {
    static let pool =
        #"{"pool_list":["pplns"],"pool_statistics":{"hashRate":8550000,"miners":1,"totalHashes":105587,"#
        + #""lastBlockFoundTime":1795217584,"lastBlockFound":2500000,"totalBlocksFound":1,"pplnsWeight":80608,"#
        + #""pplnsWindowSize":2160,"sidechainDifficulty":85500000,"sidechainHeight":9000000}}"#
    static let stratum =
        #"{"hashrate_15m":372,"hashrate_1h":372,"hashrate_24h":372,"total_hashes":143476,"total_stratum_shares":46,"#
        + #""last_share_found_time":1795217824,"shares_found":32,"shares_failed":9,"average_effort":133.021,"#
        + #""current_effort":93.476,"connections":1,"incoming_connections":0,"block_reward_share_percent":0.044,"#
        + #""wallet":"9xd2QgsU","workers":["127.0.0.1:35242,10,500054,3000,rig"]}"#
    static let p2p =
        #"{"connections":12,"incoming_connections":1,"peer_list_size":0,"#
        + #""peers":["I,457,0,P2Pool v4.18,32,127.0.0.1:35242"],"uptime":912,"zmq_last_active":2}"#

    static func good(_ file: P2PoolFile) -> String {
        switch file {
        case .poolStats: pool
        case .localStratum: stratum
        case .localP2P: p2p
        }
    }
}

private let wallClock = 1_795_218_000.0

/// The bytes of a text, for calls that take a raw buffer.
func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try Array(text.utf8).withUnsafeBytes(body)
}

/// The moment this many seconds after the start.
private func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }

extension P2PoolState {
    /// Reads a text that was written `age` seconds before `seconds`; nil where the time of writing is not known.
    @discardableResult
    fileprivate mutating func read(
        _ file: P2PoolFile, _ text: String, age: Double? = 0, at seconds: Double = 0
    ) -> FileHealth {
        let found = FoundDocument(modified: age.map { wallClock + seconds - $0 }, wallClock: wallClock + seconds)
        return withBytes(text) { read(file, $0, found, now: at(seconds)) }
    }

    /// All documents, good and new.
    fileprivate static func good(at seconds: Double = 0) -> P2PoolState {
        var files = P2PoolState()
        for file in P2PoolFile.allCases { files.read(file, Documents.good(file), at: seconds) }
        return files
    }
}

@Suite("p2pool's documents become a reading")
struct P2PoolStateTests {
    @Test("Good files give all figures")
    func figures() {
        let reading = P2PoolState.good().reading(now: at(5))
        #expect(reading?.sidechainDifficulty == 85_500_000)
        #expect(reading?.pplnsWindow == 2160)
        #expect(reading?.poolHashrate == 8_550_000)
        #expect(reading?.sidechainHeight == 9_000_000)
        #expect(reading?.age == 5)
        #expect(reading?.rewardSharePercent == 0.044)
        #expect(reading?.shareInWindow == true)
        #expect(reading?.lastShareAge == 181)
        #expect(reading?.fault == nil)
        #expect(P2PoolState.good().troubles(wallet: "9xd2QgsU", now: at(5)) == [])
    }

    @Test("The directory that p2pool 4.18 left on a private sidechain is read")
    func recorded() {
        var files = P2PoolState()
        let pool = Documents.pool.replacing("8550000,", with: "323,").replacing("85500000", with: "3234")
            .replacing("2160", with: "22").replacing("9000000", with: "32")
        #expect(files.read(.poolStats, pool) == .good)
        #expect(files.read(.localStratum, Documents.stratum.replacing("0.044", with: "100.000")) == .good)
        #expect(files.read(.localP2P, Documents.p2p.replacing(":2}", with: ":224}")) == .good)
        let reading = files.reading(now: at(0))
        #expect(reading?.sidechainDifficulty == 3234)
        #expect(reading?.rewardSharePercent == 100)
        #expect(files.troubles(wallet: nil, now: at(0)) == [])
        #expect(files.troubles(wallet: nil, now: at(77)) == [.monerodSilent(301)])
    }

    @Test("No share in the window is told from nobody knowing")
    func share() {
        var files = P2PoolState.good()
        files.read(.localStratum, Documents.stratum.replacing("0.044", with: "0.000"))
        #expect(files.reading(now: at(0))?.shareInWindow == false)
        var mirror = P2PoolState(hasLocal: false)
        mirror.read(.poolStats, Documents.pool, age: nil)
        #expect(mirror.files == [.poolStats])
        #expect(mirror.reading(now: at(0))?.shareInWindow == nil)
        #expect(mirror.troubles(wallet: nil, now: at(0)) == [])
    }

    @Test("There are no figures before pool/stats was good once")
    func none() {
        var files = P2PoolState()
        files.read(.localStratum, Documents.stratum)
        files.read(.poolStats, "")
        #expect(files.reading(now: at(0)) == nil)
        #expect(files.health(.localP2P, now: at(0)) == .unread)
    }

    // MARK: Broken files

    @Test(
        "A broken file is told, and the last good figures stay with their age",
        arguments: [
            ("", FileHealth.empty), ("{", .broken(.notJSON)), ("   ", .broken(.notJSON)),
            (#"{"pool_list":["pplns"],"pool_statistics":{"hashRate":323,"min"#, .broken(.notJSON)),
            (Documents.pool + "}", .broken(.notJSON)), ("\u{0}\u{0}\u{0}", .broken(.notJSON)),
            ("[]", .lacks(.sidechainDifficulty)), ("{}", .lacks(.sidechainDifficulty)),
            ("null", .lacks(.sidechainDifficulty)), ("<html></html>", .broken(.notJSON)),
            (String(repeating: " ", count: 1 << 20) + "{}", .failed(.tooLarge)),
            (Documents.pool.replacing("85500000", with: "0"), .implausible(.sidechainDifficulty)),
            (Documents.pool.replacing("85500000", with: "-1"), .implausible(.sidechainDifficulty)),
            (Documents.pool.replacing("85500000", with: "1e19"), .implausible(.sidechainDifficulty)),
            (Documents.pool.replacing("85500000", with: "1e999"), .broken(.notJSON)),
            (Documents.pool.replacing("85500000", with: "NaN"), .broken(.notJSON)),
            (Documents.pool.replacing("85500000", with: "{}"), .implausible(.sidechainDifficulty)),
            (Documents.pool.replacing("85500000", with: "true"), .implausible(.sidechainDifficulty)),
            (Documents.pool.replacing("85500000", with: "null"), .lacks(.sidechainDifficulty)),
            (Documents.pool.replacing("\"pplnsWindowSize\":2160,", with: ""), .lacks(.pplnsWindowSize)),
            (Documents.pool.replacing("2160", with: "0"), .implausible(.pplnsWindowSize)),
            (Documents.pool.replacing("2160", with: "1e9"), .implausible(.pplnsWindowSize)),
            (Documents.pool.replacing("8550000,", with: "0,"), .implausible(.hashRate)),
            (Documents.pool.replacing("9000000", with: "-5"), .implausible(.sidechainHeight)),
        ])
    func broken(text: String, health: FileHealth) {
        var files = P2PoolState.good()
        #expect(files.read(.poolStats, text, at: 20) == health)
        #expect(files.health(.poolStats, now: at(20)) == health)
        let reading = files.reading(now: at(20))
        #expect(reading?.sidechainDifficulty == 85_500_000)
        #expect(reading?.age == 20)
    }

    @Test(
        "A file that can't be had is told, and the last good figures stay",
        arguments: [
            FileFailure.missing, .unreadable, .notAFile, .tooLarge, .failed(5),
        ])
    func failures(failure: FileFailure) {
        var files = P2PoolState.good()
        for file in P2PoolFile.allCases {
            files.failed(file, failure)
            #expect(files.health(file, now: at(1)) == .failed(failure))
        }
        #expect(files.reading(now: at(1))?.rewardSharePercent == 0.044)
    }

    @Test("A good file after a broken one is good again")
    func healed() {
        var files = P2PoolState.good()
        files.read(.poolStats, "", at: 10)
        #expect(files.read(.poolStats, Documents.pool, at: 20) == .good)
        #expect(files.reading(now: at(20))?.age == 0)
    }

    @Test("An absurd share of the reward is refused", arguments: ["-1", "100.5", "\"x\"", "{}"])
    func absurdShare(value: String) {
        var files = P2PoolState.good()
        let text = Documents.stratum.replacing("0.044", with: value)
        #expect(files.read(.localStratum, text) == .implausible(.rewardShare))
        #expect(files.reading(now: at(0))?.rewardSharePercent == 0.044)
    }

    @Test(
        "What a file says of the window is as old as the file, and as its first reading where the file's clock is ahead"
    )
    func shareTold() {
        var files = P2PoolState.good()
        files.read(.localStratum, Documents.stratum.replacing("0.044", with: "0"), age: 15)
        #expect(files.reading(now: at(3))?.shareToldAge == 18)
        // The server's clock is 25 s ahead of ours: the same content is no younger for it.
        files.read(.localStratum, Documents.stratum, age: -25, at: 10)
        files.read(.localStratum, Documents.stratum, age: 5, at: 40)
        #expect(files.reading(now: at(40))?.shareToldAge == 30)
        files.read(.localStratum, Documents.stratum.replacing("0.044", with: "0.05"), age: nil, at: 50)
        #expect(files.reading(now: at(50))?.shareToldAge == 0)
        #expect(P2PoolState().reading(now: at(0))?.shareToldAge == nil)
    }

    @Test("A last share in the future, or never, is no trouble")
    func lastShare() {
        var files = P2PoolState.good()
        files.read(.localStratum, Documents.stratum.replacing("1795217824", with: "1795219999"))
        #expect(files.reading(now: at(0))?.lastShareAge == 0)
        files.read(.localStratum, Documents.stratum.replacing("1795217824", with: "0"))
        #expect(files.reading(now: at(0))?.lastShareAge == nil)
        files.read(.localStratum, Documents.stratum.replacing(#""last_share_found_time":1795217824,"#, with: ""))
        #expect(files.reading(now: at(0))?.lastShareAge == nil)
    }

    // Fault X04.
    @Test("A clock in the future is told, and the figures stay; half a minute is let pass")
    func future() {
        var files = P2PoolState.good()
        #expect(files.read(.poolStats, Documents.pool.replacing("85500000", with: "1234"), age: -31) == .inFuture(31))
        #expect(files.reading(now: at(0))?.sidechainDifficulty == 85_500_000)
        #expect(files.read(.poolStats, Documents.pool, age: -29) == .good)
        #expect(files.reading(now: at(0))?.age == 0)
    }

    // MARK: Age

    @Test("pool/stats is stale after 300 s, local/p2p after 180 s")
    func stale() {
        let files = P2PoolState.good()
        for (file, bound) in [(P2PoolFile.poolStats, 300.0), (.localP2P, 180)] {
            #expect(files.health(file, now: at(bound)) == .good)
            #expect(files.health(file, now: at(bound + 1)) == .stale(bound + 1))
        }
    }

    @Test("A file that was old when it was read is stale at once")
    func oldWhenRead() {
        var files = P2PoolState()
        #expect(files.read(.poolStats, Documents.pool, age: 4000) == .stale(4000))
        #expect(files.reading(now: at(10))?.age == 4010)
    }

    @Test("An old local/stratum is good as long as local/p2p is new and monerod is heard")
    func vouched() {
        var files = P2PoolState.good()
        files.read(.localStratum, Documents.stratum, age: 5000)
        #expect(files.health(.localStratum, now: at(0)) == .good)
        #expect(files.reading(now: at(0))?.age == 0)
        #expect(files.health(.localStratum, now: at(181)) == .stale(5181))
        #expect(files.reading(now: at(181))?.age == 5181)
    }

    @Test("When monerod is frozen an old local/stratum is stale although local/p2p is new")
    func frozen() {
        var files = P2PoolState.good()
        files.read(.localStratum, Documents.stratum, age: 500)
        files.read(.localP2P, Documents.p2p.replacing(":2}", with: ":290}"))
        #expect(files.health(.localStratum, now: at(10)) == .good)
        #expect(files.health(.localStratum, now: at(11)) == .stale(511))
        #expect(files.troubles(wallet: nil, now: at(11)) == [.file(.localStratum, .stale(511)), .monerodSilent(301)])
    }

    @Test("When local/p2p can't be read local/stratum stands by its own age")
    func unvouched() {
        var files = P2PoolState.good()
        files.failed(.localP2P, .unreadable)
        #expect(files.health(.localStratum, now: at(120)) == .good)
        #expect(files.health(.localStratum, now: at(121)) == .stale(121))
    }

    @Test("Without a time of writing the same content grows old, and new content is new")
    func unchanged() {
        var files = P2PoolState(hasLocal: false)
        files.read(.poolStats, Documents.pool, age: nil, at: 0)
        #expect(files.read(.poolStats, Documents.pool, age: nil, at: 301) == .stale(301))
        let next = Documents.pool.replacing("9000000", with: "9000030")
        #expect(files.read(.poolStats, next, age: nil, at: 302) == .good)
    }

    // MARK: The node

    @Test("A node without peers is told")
    func noPeers() {
        var files = P2PoolState.good()
        files.read(.localP2P, Documents.p2p.replacing("12", with: "0"))
        #expect(files.troubles(wallet: nil, now: at(0)) == [.noPeers])
    }

    @Test("A node that syncs is told")
    func syncing() {
        var files = P2PoolState()
        files.read(.localP2P, Documents.p2p)
        files.read(
            .poolStats,
            Documents.pool.replacing("85500000", with: "100000").replacing("9000000", with: "900"))
        #expect(files.reading(now: at(0))?.fault == .syncing)
        #expect(files.troubles(wallet: nil, now: at(0)) == [.figures(.syncing)])
    }

    // Fault X05.
    @Test("A change of sidechain is told for a minute, and the new window counts at once")
    func switched() {
        var files = P2PoolState.good()
        let mini = Documents.pool.replacing("9000000", with: "8000000").replacing("2160", with: "2000")
        files.read(.poolStats, mini, at: 10)
        #expect(files.hasSwitchedSidechain(now: at(10)))
        #expect(files.reading(now: at(10))?.pplnsWindow == 2000)
        #expect(!files.hasSwitchedSidechain(now: at(70)))
    }

    @Test("A reorganisation and a pause are no change of sidechain")
    func notSwitched() {
        var files = P2PoolState.good()
        files.read(.poolStats, Documents.pool.replacing("9000000", with: "8999557"), at: 10)
        #expect(!files.hasSwitchedSidechain(now: at(10)))
        files.read(.localP2P, Documents.p2p, at: 7200)
        files.read(.poolStats, Documents.pool.replacing("9000000", with: "9000720"), at: 7200)
        #expect(!files.hasSwitchedSidechain(now: at(7200)))
    }

    // MARK: What is missing, and what nobody writes any more

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
