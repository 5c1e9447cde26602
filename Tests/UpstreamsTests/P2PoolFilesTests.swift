import ProxyTerms
import StratumCodec
import Testing

@testable import Upstreams

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
    static let network =
        #"{"difficulty":400000000000,"hash":"03d0","height":2500000,"reward":600000000000,"timestamp":1795217583}"#

    static func good(_ file: P2PoolFile) -> String {
        switch file {
        case .poolStats: pool
        case .localStratum: stratum
        case .localP2P: p2p
        case .networkStats: network
        }
    }
}

private let wallClock = 1_795_218_000.0

extension P2PoolFiles {
    /// Reads a text that was written `age` seconds before `seconds`; nil where the time of writing is not known.
    @discardableResult
    fileprivate mutating func read(
        _ file: P2PoolFile, _ text: String, age: Double? = 0, at seconds: Double = 0
    ) -> FileHealth {
        let found = Found(modified: age.map { wallClock + seconds - $0 }, wallClock: wallClock + seconds)
        return withBytes(text) { read(file, $0, found, now: at(seconds)) }
    }

    /// All documents, good and new.
    fileprivate static func good(at seconds: Double = 0) -> P2PoolFiles {
        var files = P2PoolFiles()
        for file in P2PoolFile.allCases { files.read(file, Documents.good(file), at: seconds) }
        return files
    }
}

@Suite("p2pool's files become figures")
struct P2PoolFilesTests {
    @Test("Good files give all figures")
    func figures() {
        let figures = P2PoolFiles.good().figures(now: at(5))
        #expect(figures?.sidechainDifficulty == 85_500_000)
        #expect(figures?.pplnsWindow == 2160)
        #expect(figures?.poolHashrate == 8_550_000)
        #expect(figures?.sidechainHeight == 9_000_000)
        #expect(figures?.poolAge == 5)
        #expect(figures?.rewardSharePercent == 0.044)
        #expect(figures?.shareInWindow == true)
        #expect(figures?.lastShareAge == 181)
        #expect(figures?.hashrate15m == 372)
        #expect(figures?.wallet == "9xd2QgsU")
        #expect(figures?.mainDifficulty == 400_000_000_000)
        #expect(figures?.node == .working)
    }

    @Test("The directory that p2pool 4.18 left on a private sidechain is read")
    func recorded() {
        var files = P2PoolFiles()
        let pool = Documents.pool.replacing("8550000,", with: "323,").replacing("85500000", with: "3234")
            .replacing("2160", with: "22").replacing("9000000", with: "32")
        #expect(files.read(.poolStats, pool) == .good)
        #expect(files.read(.localStratum, Documents.stratum.replacing("0.044", with: "100.000")) == .good)
        #expect(files.read(.localP2P, Documents.p2p.replacing(":2}", with: ":224}")) == .good)
        let figures = files.figures(now: at(0))
        #expect(figures?.sidechainDifficulty == 3234)
        #expect(figures?.rewardSharePercent == 100)
        #expect(figures?.node == .working)
        #expect(files.figures(now: at(77))?.node == .monerodSilent(301))
    }

    @Test("No share in the window is told from nobody knowing")
    func share() {
        var files = P2PoolFiles.good()
        files.read(.localStratum, Documents.stratum.replacing("0.044", with: "0.000"))
        #expect(files.figures(now: at(0))?.shareInWindow == false)
        var mirror = P2PoolFiles(hasLocal: false)
        mirror.read(.poolStats, Documents.pool, age: nil)
        #expect(mirror.files == [.poolStats, .networkStats])
        #expect(mirror.figures(now: at(0))?.shareInWindow == nil)
        #expect(mirror.figures(now: at(0))?.node == .unknown)
    }

    @Test("There are no figures before pool/stats was good once")
    func none() {
        var files = P2PoolFiles()
        files.read(.localStratum, Documents.stratum)
        files.read(.poolStats, "")
        #expect(files.figures(now: at(0)) == nil)
        #expect(files.health(.networkStats, now: at(0)) == .unread)
    }

    // MARK: Broken files (docs/invariants.md#faults-of-the-figures)

    @Test(
        "A broken file is told, and the last good figures stay with their age",
        arguments: [
            ("", FileHealth.empty), ("{", .broken(.notJSON)), ("   ", .broken(.notJSON)),
            (#"{"pool_list":["pplns"],"pool_statistics":{"hashRate":323,"min"#, .broken(.notJSON)),
            (Documents.pool + "}", .broken(.notJSON)), ("\u{0}\u{0}\u{0}", .broken(.notJSON)),
            ("[]", .implausible("sidechainDifficulty")), ("{}", .implausible("sidechainDifficulty")),
            ("null", .implausible("sidechainDifficulty")), ("<html></html>", .broken(.notJSON)),
            (String(repeating: " ", count: 1 << 20) + "{}", .failed(.tooLarge)),
            (Documents.pool.replacing("85500000", with: "0"), .implausible("sidechainDifficulty")),
            (Documents.pool.replacing("85500000", with: "-1"), .implausible("sidechainDifficulty")),
            (Documents.pool.replacing("85500000", with: "1e19"), .implausible("sidechainDifficulty")),
            (Documents.pool.replacing("85500000", with: "1e999"), .broken(.notJSON)),
            (Documents.pool.replacing("85500000", with: "NaN"), .broken(.notJSON)),
            (Documents.pool.replacing("85500000", with: "{}"), .implausible("sidechainDifficulty")),
            (Documents.pool.replacing("85500000", with: "true"), .implausible("sidechainDifficulty")),
            (Documents.pool.replacing("2160", with: "0"), .implausible("pplnsWindowSize")),
            (Documents.pool.replacing("2160", with: "1e9"), .implausible("pplnsWindowSize")),
            (Documents.pool.replacing("8550000,", with: "0,"), .implausible("hashRate")),
            (Documents.pool.replacing("9000000", with: "-5"), .implausible("sidechainHeight")),
        ])
    func broken(text: String, health: FileHealth) {
        var files = P2PoolFiles.good()
        #expect(files.read(.poolStats, text, at: 20) == health)
        #expect(files.health(.poolStats, now: at(20)) == health)
        let figures = files.figures(now: at(20))
        #expect(figures?.sidechainDifficulty == 85_500_000)
        #expect(figures?.poolAge == 20)
    }

    @Test(
        "A file that can't be had is told, and the last good figures stay",
        arguments: [
            FileFailure.missing, .unreadable, .notAFile, .tooLarge, .failed(5),
        ])
    func failures(failure: FileFailure) {
        var files = P2PoolFiles.good()
        for file in P2PoolFile.allCases {
            files.failed(file, failure)
            #expect(files.health(file, now: at(1)) == .failed(failure))
        }
        #expect(files.figures(now: at(1))?.rewardSharePercent == 0.044)
    }

    @Test("A good file after a broken one is good again")
    func healed() {
        var files = P2PoolFiles.good()
        files.read(.poolStats, "", at: 10)
        #expect(files.read(.poolStats, Documents.pool, at: 20) == .good)
        #expect(files.figures(now: at(20))?.poolAge == 0)
    }

    @Test("An absurd share of the reward is refused", arguments: ["-1", "100.5", "\"x\"", "null"])
    func absurdShare(value: String) {
        var files = P2PoolFiles.good()
        let text = Documents.stratum.replacing("0.044", with: value)
        #expect(files.read(.localStratum, text) == .implausible("block_reward_share_percent"))
        #expect(files.figures(now: at(0))?.rewardSharePercent == 0.044)
    }

    @Test(
        "What a file says of the window is as old as the file, and as its first reading where the file's clock is ahead"
    )
    func shareTold() {
        var files = P2PoolFiles.good()
        files.read(.localStratum, Documents.stratum.replacing("0.044", with: "0"), age: 15)
        #expect(files.figures(now: at(3))?.shareToldAge == 18)
        // The server's clock is 25 s ahead of ours: the same content is no younger for it.
        files.read(.localStratum, Documents.stratum, age: -25, at: 10)
        files.read(.localStratum, Documents.stratum, age: 5, at: 40)
        #expect(files.figures(now: at(40))?.shareToldAge == 30)
        files.read(.localStratum, Documents.stratum.replacing("0.044", with: "0.05"), age: nil, at: 50)
        #expect(files.figures(now: at(50))?.shareToldAge == 0)
        #expect(P2PoolFiles().figures(now: at(0))?.shareToldAge == nil)
    }

    @Test("A last share in the future, or never, is no trouble")
    func lastShare() {
        var files = P2PoolFiles.good()
        files.read(.localStratum, Documents.stratum.replacing("1795217824", with: "1795219999"))
        #expect(files.figures(now: at(0))?.lastShareAge == 0)
        files.read(.localStratum, Documents.stratum.replacing("1795217824", with: "0"))
        #expect(files.figures(now: at(0))?.lastShareAge == nil)
        files.read(.localStratum, Documents.stratum.replacing(#""last_share_found_time":1795217824,"#, with: ""))
        #expect(files.figures(now: at(0))?.lastShareAge == nil)
    }

    @Test("A clock in the future is told, and the figures stay; half a minute is let pass")
    func future() {
        var files = P2PoolFiles.good()
        #expect(files.read(.poolStats, Documents.pool.replacing("85500000", with: "1234"), age: -31) == .inFuture(31))
        #expect(files.figures(now: at(0))?.sidechainDifficulty == 85_500_000)
        #expect(files.read(.poolStats, Documents.pool, age: -29) == .good)
        #expect(files.figures(now: at(0))?.poolAge == 0)
    }

    // MARK: Age

    @Test("pool/stats is stale after 300 s, local/p2p after 180 s, network/stats after 1,800 s")
    func stale() {
        let files = P2PoolFiles.good()
        for (file, bound) in [(P2PoolFile.poolStats, 300.0), (.localP2P, 180), (.networkStats, 1800)] {
            #expect(files.health(file, now: at(bound)) == .good)
            #expect(files.health(file, now: at(bound + 1)) == .stale(bound + 1))
        }
    }

    @Test("A file that was old when it was read is stale at once")
    func oldWhenRead() {
        var files = P2PoolFiles()
        #expect(files.read(.poolStats, Documents.pool, age: 4000) == .stale(4000))
        #expect(files.figures(now: at(10))?.poolAge == 4010)
    }

    @Test("An old local/stratum is good as long as local/p2p is new and monerod is heard")
    func vouched() {
        var files = P2PoolFiles.good()
        files.read(.localStratum, Documents.stratum, age: 5000)
        #expect(files.health(.localStratum, now: at(0)) == .good)
        #expect(files.figures(now: at(0))?.stratumAge == 0)
        #expect(files.health(.localStratum, now: at(181)) == .stale(5181))
        #expect(files.figures(now: at(181))?.stratumAge == 5181)
        #expect(files.figures(now: at(181))?.node == .silent(181))
    }

    @Test("When monerod is frozen an old local/stratum is stale although local/p2p is new")
    func frozen() {
        var files = P2PoolFiles.good()
        files.read(.localStratum, Documents.stratum, age: 500)
        files.read(.localP2P, Documents.p2p.replacing(":2}", with: ":290}"))
        #expect(files.health(.localStratum, now: at(10)) == .good)
        #expect(files.health(.localStratum, now: at(11)) == .stale(511))
        #expect(files.figures(now: at(11))?.node == .monerodSilent(301))
    }

    @Test("When local/p2p can't be read local/stratum stands by its own age")
    func unvouched() {
        var files = P2PoolFiles.good()
        files.failed(.localP2P, .unreadable)
        #expect(files.health(.localStratum, now: at(120)) == .good)
        #expect(files.health(.localStratum, now: at(121)) == .stale(121))
    }

    @Test("Without a time of writing the same content grows old, and new content is new")
    func unchanged() {
        var files = P2PoolFiles(hasLocal: false)
        files.read(.poolStats, Documents.pool, age: nil, at: 0)
        #expect(files.read(.poolStats, Documents.pool, age: nil, at: 301) == .stale(301))
        let next = Documents.pool.replacing("9000000", with: "9000030")
        #expect(files.read(.poolStats, next, age: nil, at: 302) == .good)
    }

    // MARK: The node (docs/protocol.md#p2pool-pool-stats)

    @Test("A node without peers is told")
    func noPeers() {
        var files = P2PoolFiles.good()
        files.read(.localP2P, Documents.p2p.replacing("12", with: "0"))
        #expect(files.figures(now: at(0))?.node == .noPeers)
    }

    @Test("A node that syncs is told")
    func syncing() {
        var files = P2PoolFiles()
        files.read(.localP2P, Documents.p2p)
        files.read(
            .poolStats,
            Documents.pool.replacing("85500000", with: "100000").replacing("9000000", with: "900"))
        #expect(files.figures(now: at(0))?.node == .syncing)
    }

    @Test("A change of sidechain is told for a minute, and the new window counts at once")
    func switched() {
        var files = P2PoolFiles.good()
        let mini = Documents.pool.replacing("9000000", with: "8000000").replacing("2160", with: "2000")
        files.read(.poolStats, mini, at: 10)
        #expect(files.figures(now: at(10))?.node == .switchedSidechain)
        #expect(files.figures(now: at(10))?.pplnsWindow == 2000)
        #expect(files.figures(now: at(70))?.node == .working)
    }

    @Test("A reorganisation and a pause are no change of sidechain")
    func notSwitched() {
        var files = P2PoolFiles.good()
        files.read(.poolStats, Documents.pool.replacing("9000000", with: "8999995"), at: 10)
        #expect(files.figures(now: at(10))?.node == .working)
        files.read(.localP2P, Documents.p2p, at: 7200)
        files.read(.poolStats, Documents.pool.replacing("9000000", with: "9000720"), at: 7200)
        #expect(files.figures(now: at(7200))?.node == .working)
    }

    // MARK: Words

    @Test("A forbidden file's message names the user and the group to add it to")
    func groupFix() {
        let text = FileHealth.failed(.unreadable)
            .explanation(of: .localStratum, user: "stratum-proxy", group: "p2pool")
        #expect(text?.contains("usermod -aG p2pool stratum-proxy") == true)
        #expect(text?.contains("local/stratum") == true)
    }

    @Test("Every trouble has a message of one line, and health has none")
    func messages() {
        #expect(FileHealth.good.explanation(of: .poolStats) == nil)
        #expect(FileHealth.unread.explanation(of: .poolStats) == nil)
        let troubles: [FileHealth] = [
            .failed(.missing), .failed(.unreadable), .failed(.notAFile), .failed(.tooLarge), .failed(.failed(5)),
            .empty,
            .broken(.notJSON), .implausible("hashRate"), .inFuture(3600), .stale(.infinity),
        ]
        for file in P2PoolFile.allCases {
            for trouble in troubles {
                let text = trouble.explanation(of: file) ?? ""
                #expect(text.hasPrefix(file.path))
                #expect(!text.contains("\n"))
            }
        }
        #expect(FileHealth.failed(.missing).explanation(of: .localP2P)?.contains("--local-api") == true)
    }
}
