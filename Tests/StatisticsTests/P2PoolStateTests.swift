import ProxyTerms
import StrictJSON
import Testing

@testable import SplitScheduler
@testable import Statistics

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

    // Fault O03.
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

    // Fault O07.
    @Test("A reorganisation and a pause are no change of sidechain")
    func notSwitched() {
        var files = P2PoolState.good()
        files.read(.poolStats, Documents.pool.replacing("9000000", with: "8999557"), at: 10)
        #expect(!files.hasSwitchedSidechain(now: at(10)))
        files.read(.localP2P, Documents.p2p, at: 7200)
        files.read(.poolStats, Documents.pool.replacing("9000000", with: "9000720"), at: 7200)
        #expect(!files.hasSwitchedSidechain(now: at(7200)))
    }
}
