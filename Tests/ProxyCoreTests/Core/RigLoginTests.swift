import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Rig login")
struct RigLoginTests {
    @Test("A login is answered with a job of p2pool, as xmrig needs it")
    func answered() throws {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        let lines = harness.take(rig)
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(line.hasPrefix("{\"id\":1,"))
        #expect(member("status", of: line) == "OK")
        #expect(member("algo", of: line) == "rx/0")
        #expect(member("height", of: line) == "100")
        #expect(member("seed_hash", of: line)?.count == 64)
        #expect(line.range(of: "\"nicehash\"") != nil)
        #expect(line.range(of: "\"keepalive\"") != nil)
    }

    // Fault R33.
    @Test("A hundred rigs that come back at once have work at once, on the pool connection that stands")
    func crowd() {
        let harness = CoreHarness()
        harness.bringUp()
        let lanes = harness.opened.count
        let rigs = (0..<100).map { harness.login("rig\($0)") }
        let jobs = rigs.compactMap { harness.take($0).first.flatMap { member("job_id", of: $0) } }
        #expect(Set(jobs).count == 100)
        #expect(harness.opened.count == lanes)
    }

    @Test("A login waits for the first job and is then answered with it")
    func held() {
        let harness = CoreHarness()
        let rig = harness.login()
        #expect(harness.take(rig).isEmpty)
        harness.advance(3)
        harness.bringUp()
        #expect(harness.take(rig).count == 1)
    }

    @Test("A held login is closed after the grace time, so that the rig's backup pool takes over")
    func heldTooLong() {
        let harness = CoreHarness()
        let rig = harness.login()
        harness.advance(58)
        #expect(harness.closedRigs.isEmpty)
        harness.advance(5)
        #expect(harness.closedRigs == [rig])
    }

    // Fault R02.
    @Test("A connection without a login is closed after ten seconds")
    func silent() {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.connect()
        harness.advance(9)
        #expect(harness.closedRigs.isEmpty)
        harness.advance(2)
        #expect(harness.closedRigs == [rig])
    }

    // Fault R25.
    @Test("A rig that says nothing for ten minutes is closed, one that sends keepalived is not")
    func idle() {
        let harness = CoreHarness()
        harness.bringUp()
        let silent = harness.login("silent")
        let alive = harness.login("alive")
        for minute in 1...11 {
            harness.advance(60)
            harness.send(
                alive, "{\"id\":\(minute + 1),\"jsonrpc\":\"2.0\",\"method\":\"keepalived\",\"params\":{\"id\":\"s\"}}")
        }
        #expect(harness.closedRigs == [silent])
        #expect(harness.take(alive).filter { $0.range(of: "KEEPALIVED") != nil }.count == 11)
    }

    @Test("The wrong password is told, and the connection closed, since xmrig would wait for ever")
    func wrongPassword() throws {
        let harness = CoreHarness { $0.accessPassword = "secret" }
        harness.bringUp()
        let wrong = harness.login(pass: "guess")
        #expect(harness.take(wrong).first?.range(of: "Permission denied") != nil)
        #expect(harness.closedRigs == [wrong])
        let right = harness.login(pass: "secret")
        #expect(harness.take(right).first?.range(of: "\"OK\"") != nil)
    }

    // Fault R31.
    @Test("A rig that mines no algorithm of ours is told so and closed")
    func noCommonAlgorithm() {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login(algorithms: "\"kawpow\",\"cn/r\"")
        #expect(harness.take(rig).first?.range(of: "No compatible algorithm") != nil)
        #expect(harness.closedRigs == [rig])
    }

    // Fault R14.
    @Test("A second login on a connection is refused and the session goes on")
    func secondLogin() {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        _ = harness.take(rig)
        harness.send(rig, "{\"id\":2,\"method\":\"login\",\"params\":{\"login\":\"x\"}}")
        #expect(harness.take(rig).first?.range(of: "Already logged in") != nil)
        #expect(harness.closedRigs.isEmpty)
    }

    // Fault R04.
    @Test("Text that is not JSON closes at once; malformed requests are answered, the third closes")
    func badInput() {
        let harness = CoreHarness()
        harness.bringUp()
        let browser = harness.connect()
        harness.send(browser, "POST / HTTP/1.1")
        #expect(harness.closedRigs == [browser] && harness.take(browser).isEmpty)
        let rig = harness.login()
        _ = harness.take(rig)
        for _ in 0..<3 { harness.send(rig, "{\"id\":9,\"method\":\"submit\",\"params\":{}}") }
        let answers = harness.take(rig)
        #expect(answers.count == 3)
        #expect(answers.allSatisfy { member("id", of: $0) == "9" })
        #expect(harness.closedRigs == [browser, rig])
    }

    @Test("A request that is understood clears the count of those that weren't")
    func forgiven() {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        for _ in 0..<5 {
            for method in ["mining.ping", "mining.extranonce.subscribe", "keepalived"] {
                harness.send(rig, "{\"id\":9,\"method\":\"\(method)\",\"params\":{}}")
            }
        }
        #expect(harness.closedRigs.isEmpty)
        for _ in 0..<3 { harness.send(rig, "{\"id\":9,\"method\":\"mining.ping\"}") }
        #expect(harness.closedRigs == [rig])
    }

    // Fault D10.
    @Test(
        "A health check over HTTP gets a line of text and is closed",
        arguments: ["GET / HTTP/1.1\r", "HEAD /x HTTP/1.0"])
    func healthCheck(request: String) {
        let harness = CoreHarness()
        let check = harness.connect()
        harness.send(check, request)
        let answer = harness.take(check)
        #expect(answer.first == "HTTP/1.1 200 OK\r" && answer.last == "stratum-proxy online")
        #expect(harness.closedRigs == [check])
        #expect(
            harness.notices.contains { if case .connectionDropped(check, _, .askedInHTTP) = $0 { true } else { false } }
        )
    }

    // Fault D10.
    @Test("A rig with a difficulty of its own that finds shares may be silent for hours; one that found none may not")
    func silentFixed() {
        let harness = CoreHarness()
        harness.bringUp(p2poolDifficulty: 100)
        let (good, job, slot) = harness.mining("good+1000")
        let idle = harness.login("idle+1000")
        harness.submit(good, id: 2, job: job, nonce: slot | 7, hash: 1)
        for line in harness.lanes(.p2pool).flatMap({ lane in harness.take(lane).map { (lane, $0) } })
        where line.1.range(of: "\"submit\"") != nil {
            harness.verdict(line.1, from: line.0)
        }
        for round in 0..<3 {
            for upstream in Upstream.allCases {
                for lane in harness.lanes(upstream) { harness.job(lane, "r\(round)") }
            }
            harness.advance(220)
        }
        #expect(harness.closedRigs == [idle])
    }

    @Test("getjob repeats the job that the rig has, under the same id")
    func getjob() {
        let harness = CoreHarness()
        harness.bringUp()
        let rig = harness.login()
        let job = member("job_id", of: harness.take(rig).joined())
        harness.send(rig, "{\"id\":5,\"method\":\"getjob\",\"params\":{\"id\":\"s\"}}")
        let answer = harness.take(rig).joined()
        #expect(member("id", of: answer) == "5")
        #expect(job != nil && member("job_id", of: answer) == job)
    }

    @Test("user+N fixes the rig's difficulty, never above the lane's")
    func fixedDifficulty() {
        let harness = CoreHarness()
        harness.bringUp(p2poolDifficulty: 1000)
        let easy = harness.login("rig+250")
        let hard = harness.login("rig+999999")
        let easyTarget = member("target", of: harness.take(easy).joined())
        let hardTarget = member("target", of: harness.take(hard).joined())
        #expect(easyTarget == hex(UInt64.max / 250))
        #expect(hardTarget == hex(UInt64.max / 1000))
    }

    @Test("user+N fixes the rig's difficulty behind a wallet as well, and a wallet is never shown whole")
    func fixedDifficultyOfALongName() throws {
        let harness = CoreHarness()
        harness.bringUp(p2poolDifficulty: 1000)
        let wallet = "4" + String(repeating: "A", count: 94)
        let rig = harness.login("\(wallet)+250")
        #expect(member("target", of: harness.take(rig).joined()) == hex(UInt64.max / 250))
        let names = harness.notices.compactMap { notice in
            if case .rigJoined(rig, let name, _, _) = notice { name } else { nil }
        }
        #expect(names == ["4AAAAAAA…AAAAAA"])
    }
}
