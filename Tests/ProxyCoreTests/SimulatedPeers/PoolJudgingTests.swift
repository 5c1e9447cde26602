import ProxyTerms
import Testing

@testable import SimulatedPeers

@Test(
    "A correct share is accepted and counted as the work of its target",
    arguments: [.p2pool, .nicehash, .open] as [PoolSettings.Kind])
func correctShare(kind: PoolSettings.Kind) {
    var client = HandClient(.still(kind))
    client.submit(nonce: client.share())
    #expect(client.lastError == nil)
    #expect(client.pool.counters.accepted == 1)
    #expect(abs(client.pool.counters.acceptedWork - 0x1p64 / Double(client.target)) < 1)
    #expect(client.pool.counters.violations == [])
}

@Test("A nonce that came before is a duplicate; p2pool says OK all the same")
func duplicateShare() {
    for (kind, text) in [(PoolSettings.Kind.p2pool, nil), (.nicehash, "Duplicate share"), (.open, "Duplicate share")] {
        var client = HandClient(.still(kind))
        let nonce = client.share()
        client.submit(nonce: nonce)
        client.submit(nonce: nonce)
        #expect(client.lastError == text)
        #expect(client.pool.counters.duplicates == 1)
        #expect(client.pool.counters.violationCount == 1)
    }
}

@Test("Duplicates are found over all sessions of a nicehash node")
func duplicateOverSessions() {
    var client = HandClient(.still(.nicehash))
    let nonce = client.share()
    client.submit(nonce: nonce)
    let slot = client.slot
    client.pool.disconnected(session: client.session)
    // Another session of the same job that owns the same byte, from a node that doesn't let it rest.
    client.pool.restingSlots = []
    client.pool.groups = client.pool.groups.map { $0.subtracting([slot]) }
    client.pool.nextSlot = slot
    client.session = client.pool.connect(address: "10.0.0.2", now: .start) ?? 0
    client.received = []
    client.send("{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"b\",\"pass\":\"x\"}}")
    #expect(client.slot == slot)
    client.submit(nonce: nonce)
    #expect(client.lastError == "Duplicate share")
}

@Test("A result at or above the target is low, three of them end a session of p2pool and ban its address")
func lowDifficulty() {
    var client = HandClient(.still(.p2pool), login: "rig+5000")
    let low = UInt32((0..<1000).first { client.work.value(of: $0) >= client.target } ?? 0)
    for count in 1...3 {
        client.submit(nonce: low + UInt32(count - 1))
        #expect(client.lastError == "Low diff share")
        #expect(client.isClosed == (count == 3))
    }
    #expect(client.pool.counters.bans == 1)
    #expect(client.pool.isBanned("10.0.0.1", now: .start.adding(seconds: 599)))
    #expect(client.pool.connect(address: "10.0.0.1", now: .start.adding(seconds: 599)) == nil)
    #expect(client.pool.connect(address: "10.0.0.1", now: .start.adding(seconds: 600)) != nil)
    var other = HandClient(.still(.nicehash))
    other.submit(nonce: UInt32(other.slot) << 24 | low)
    #expect(other.lastError == "Low difficulty share")
}

@Test("p2pool takes the last four jobs, a nicehash node the last two")
func oldJobs() {
    for (kind, kept) in [(PoolSettings.Kind.p2pool, 4), (.nicehash, 2), (.open, 4)] {
        var client = HandClient(.still(kind))
        let first = (id: client.job?["job_id"]?.string, work: client.work)
        for _ in 1..<kept { client.newBlock() }
        let share = client.share(of: first.work)
        client.submit(nonce: share, job: first.id, work: first.work)
        #expect(client.lastError == nil)
        client.newBlock()
        client.submit(nonce: share, job: first.id, work: first.work)
        #expect(client.lastError == (kind == .open ? "Block expired" : "Invalid job id"))
        #expect(client.pool.counters.refused == [.oldJob: 1])
        #expect(!client.isClosed)
    }
}

@Test("A share for another job's blob is not the work of its job")
func wrongWork() {
    for kind in [PoolSettings.Kind.p2pool, .nicehash, .open] {
        var client = HandClient(.still(kind))
        let (work, share) = (client.work, client.share())
        client.newBlock()
        client.submit(nonce: share, work: work)
        #expect(client.pool.counters.invalidWork == 1)
        #expect(client.pool.counters.violationCount == 1)
    }
}

@Test("A nicehash node ends a session whose share has another byte 42")
func wrongSlot() {
    var client = HandClient(.still(.nicehash))
    client.submit(nonce: client.share() ^ 0x0100_0000)
    #expect(client.lastError == "Invalid nonce; is miner not compatible with NiceHash?")
    #expect(client.isClosed)
    #expect(client.pool.counters.refused == [.wrongSlot: 1])
}

@Test("A wrong session id is unauthenticated, but p2pool does not look")
func wrongSession() {
    var client = HandClient(.still(.nicehash))
    client.submit(nonce: client.share(), session: "other")
    #expect(client.lastError == "Unauthenticated")
    var other = HandClient(.still(.p2pool))
    other.submit(nonce: other.share(), session: "other")
    #expect(other.lastError == nil)
}

@Test("Another algorithm than the job's is refused")
func wrongAlgorithm() {
    var client = HandClient(.still(.nicehash))
    client.submit(nonce: client.share(), algorithm: "rx/wow")
    #expect(client.lastError == "Incorrect algorithm")
}

@Test(
    "p2pool bans for what its parser does not take",
    arguments: [
        "", "{", "{\"id\":\"1\",\"method\":\"keepalived\",\"params\":{}}",
        "{\"id\":-1,\"method\":\"keepalived\",\"params\":{}}",
        "{\"id\":4294967296,\"method\":\"keepalived\",\"params\":{}}", "{\"id\":3,\"method\":\"getjob\",\"params\":{}}",
        "{\"id\":3,\"method\":\"login\",\"params\":{\"login\":\"x\"}}", "{\"id\":3,\"params\":{}}",
        "{\"id\":3,\"method\":\"submit\",\"params\":{\"id\":\"x\",\"job_id\":\"1\",\"nonce\":\"0\",\"result\":\"\"}}",
    ])
func p2poolBans(line: String) {
    var client = HandClient(.still(.p2pool))
    client.send(line)
    #expect(client.isClosed)
    #expect(client.pool.counters.bans == 1)
}

@Test("p2pool reads 1,024 bytes: a longer line, or a burst that leaves too much, is a ban")
func p2poolReads() {
    func line(_ length: Int) -> String {
        let head = "{\"id\":3,\"method\":\"keepalived\",\"params\":{},\"x\":\""
        return head + String(repeating: "x", count: length - head.utf8.count - 3) + "\"}"
    }
    for (lengths, isClosed) in [([1024], false), ([1025], true)] {
        var client = HandClient(.still(.p2pool))
        for length in lengths { client.send(line(length)) }
        #expect(client.isClosed == isClosed, "\(lengths)")
    }
    // Ten lines of 187 bytes at once pass, eleven do not (docs/protocol.md#p2pool-input).
    for (count, isClosed) in [(10, false), (11, true)] {
        var client = HandClient(.still(.p2pool))
        client.send(bytes: Array(String(repeating: line(187) + "\n", count: count).utf8))
        #expect(client.isClosed == isClosed)
    }
}

@Test("More than 1,024 bytes of submits without a verdict end a session of p2pool")
func p2poolUnanswered() {
    var settings = PoolSettings.still(.p2pool)
    settings.verdictDelay = 1000...1000
    var client = HandClient(settings)
    var from: UInt64 = 0
    var sent = 0
    while !client.isClosed, sent < 20 {
        let nonce = client.share(from: from)
        from = UInt64(nonce) + 1
        client.submit(nonce: nonce)
        sent += 1
    }
    #expect(client.isClosed)
    #expect(sent == 6)
    #expect(client.pool.counters.mostUnansweredBytes > 1024)
}

@Test("p2pool answers no keepalived, the others do")
func keepalived() {
    for (kind, answers) in [(PoolSettings.Kind.p2pool, 0), (.nicehash, 1), (.open, 1)] {
        var client = HandClient(.still(kind))
        client.send("{\"id\":9,\"jsonrpc\":\"2.0\",\"method\":\"keepalived\",\"params\":{\"id\":\"x\"}}")
        #expect(client.received.count - 1 == answers)
    }
}

@Test("A session without a login ends after 10 s, a nicehash session without a word after 600 s")
func idleSessions() {
    var client = HandClient(.still(.p2pool), login: nil)
    client.advance(seconds: 9)
    #expect(!client.isClosed)
    client.advance(seconds: 6)
    #expect(client.isClosed)
    var idle = HandClient(.still(.nicehash))
    idle.advance(seconds: 599)
    #expect(!idle.isClosed)
    idle.advance(seconds: 10)
    #expect(idle.isClosed)
}

@Test(
    "The login name carries p2pool's fixed difficulty",
    arguments: [
        ("rig", nil), ("rig.a", nil), ("", nil), ("rig.2", 2), ("rig+1", 1), ("rig.9x", 9), ("w.name+20000", 20_000),
    ] as [(String, UInt64?)])
func loginName(login: String, difficulty: UInt64?) {
    #expect(SimulatedPool.parse(login: login).difficulty == difficulty)
}

@Test("p2pool rounds its target as the real one: 500001 becomes 0x218d")
func compactTarget() {
    let client = HandClient(.still(.p2pool), login: "x+500000")
    #expect(client.job?["target"]?.string == "8d210000")
    #expect(UInt64.max / client.target == 500_054)
}

@Test("Automatic difficulty falls while a session is quiet, a fixed one stays")
func automaticDifficulty() {
    for (login, falls) in [("rig", true), ("rig+100000", false)] {
        var client = HandClient(.still(.p2pool, difficulty: 500_001), login: login)
        let first = client.target
        client.advance(seconds: 64)
        client.newBlock()
        #expect((client.target > first) == falls)
    }
}

@Test("A pool that withholds verdicts judges and says nothing, a silent one does not even take a login")
func silence() {
    var client = HandClient(.still(.open))
    client.pool.isWithholdingVerdicts = true
    let count = client.received.count
    client.submit(nonce: client.share())
    #expect(client.received.count == count)
    #expect(client.pool.counters.accepted == 1)
    var silent = HandClient(.still(.open), login: nil)
    silent.pool.isSilent = true
    silent.send("{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"x\",\"pass\":\"x\"}}")
    #expect(silent.received.isEmpty)
}

@Test("A pool that goes down closes its sessions and takes none until it is up")
func downAndUp() {
    var pool = SimulatedPool(.still(.open), now: .start)
    _ = pool.connect(address: "a", now: .start)
    var effects: [PoolEffect] = []
    pool.down(to: &effects)
    #expect(effects == [.close(session: 1)])
    #expect(pool.connect(address: "a", now: .start) == nil)
    pool.up()
    #expect(pool.connect(address: "a", now: .start) != nil)
}

@Test("A lost member of a submit is noticed")
func lostMember() {
    var settings = PoolSettings.still(.open)
    settings.expectsCommitment = true
    var client = HandClient(settings)
    client.submit(nonce: client.share())
    #expect(client.pool.counters.violationCount == 1)
}
