import CLoadGenerator

/// Any number of rigs, and what they saw.
final class RigFarm {
    let reactor: Reactor
    private(set) var rigs: [FakeRig] = []
    private(set) var connected = 0
    private(set) var logins = 0
    private(set) var jobs = 0
    private(set) var accepted = 0
    private(set) var refused = 0
    private(set) var lostConnections = 0
    /// The first refusal, to tell what went wrong.
    private(set) var firstRefusal = ""
    /// When the first job after `markJobs` came, and the last one.
    private(set) var firstJobAt = 0.0
    private(set) var lastJobAt = 0.0
    private let port: UInt16
    private let tls: OpaquePointer?
    private var submitsLeft = 0
    private var turn = 0

    init(_ reactor: Reactor, port: UInt16, usesTLS: Bool) {
        self.reactor = reactor
        self.port = port
        tls = usesTLS ? SSL_CTX_new(TLS_client_method()) : nil
    }

    deinit {
        for rig in rigs { rig.close() }
        if let tls { SSL_CTX_free(tls) }
    }

    /// Connects until there are `count` rigs; no login yet.
    func connect(upTo count: Int) throws {
        // In portions, so that no backlog overflows.
        while rigs.count < count {
            for _ in 0..<min(500, count - rigs.count) {
                rigs.append(try FakeRig(self, number: rigs.count + 1, port: port, tls: tls))
            }
            try reactor.run("connecting", atMost: 60) { connected + lostConnections >= rigs.count }
        }
    }

    /// Logs in all rigs that connected after the first `first`, and waits for their jobs.
    func logIn(from first: Int = 0) throws {
        for rig in rigs[first...] { rig.logIn() }
        try reactor.run("logging in", atMost: 60) { logins >= rigs.count }
        guard lostConnections == 0 else { throw BenchError("\(lostConnections) rigs were disconnected") }
    }

    /// All rigs leave.
    func leave() {
        for rig in rigs { rig.close() }
        rigs = []
        connected = 0
        logins = 0
        lostConnections = 0
    }

    /// Waits until `count` more jobs have come.
    func awaitJobs(_ count: Int, atMost seconds: Double = 60) throws {
        firstJobAt = 0
        let wanted = jobs + count
        try reactor.run("a job for every rig", atMost: seconds) { jobs >= wanted }
    }

    /// Submits `count` shares in all, the rigs taking turns, with `active` of them on their way at any moment.
    func submit(_ count: Int, active: Int) throws {
        let wanted = accepted + refused + count
        submitsLeft = count
        for _ in 0..<min(active, count) { submitNext() }
        try reactor.run("verdicts", atMost: 120) { accepted + refused >= wanted }
        guard refused == 0 else { throw BenchError("a share was refused: \(firstRefusal)") }
    }

    func opened() { connected += 1 }

    func loggedIn() { logins += 1 }

    func lost() { lostConnections += 1 }

    func gotJob() {
        jobs += 1
        lastJobAt = Clock.seconds
        if firstJobAt == 0 { firstJobAt = lastJobAt }
    }

    func gotVerdict(isGood: Bool, _ line: UnsafeRawBufferPointer) {
        if isGood {
            accepted += 1
        } else {
            refused += 1
            if firstRefusal.isEmpty { firstRefusal = String(decoding: line, as: UTF8.self) }
        }
        if submitsLeft > 0 { submitNext() }
    }

    private func submitNext() {
        submitsLeft -= 1
        rigs[turn % rigs.count].submit()
        // Neighbours share a lane: the turns go all over the farm.
        turn += 257
    }
}
