/// One rig: logs in, takes every job, and submits on command a share that meets any target.
final class FakeRig: LineReceiver {
    private unowned let farm: RigFarm
    private let number: Int
    private var connection: Connection?
    private var session: [UInt8] = []
    /// The newest job's line, looked into only when a share is to be sent.
    private var job: [UInt8] = []
    private var jobID: [UInt8] = []
    private var slot: [UInt8] = []
    private var hasReadJob = false
    private var sequence = 1
    private var nonce: UInt64 = 0

    init(_ farm: RigFarm, number: Int, port: UInt16, tls: OpaquePointer?) throws {
        self.farm = farm
        self.number = number
        connection = Connection(
            farm.reactor, try Sockets.connect(port: port), isConnected: false, tls: tls, self)
    }

    /// What xmrig lists at its login.
    private static let algorithms = [
        "cn/0", "cn/1", "cn/2", "cn/r", "cn/fast", "cn/half", "cn/xao", "cn/rto", "cn/rwz", "cn/zls", "cn/double",
        "cn/ccx", "cn-lite/0", "cn-lite/1", "cn-heavy/0", "cn-heavy/tube", "cn-heavy/xhv", "cn-pico", "cn-pico/tlo",
        "cn/upx2", "rx/0", "rx/2", "rx/wow", "rx/arq", "rx/graft", "rx/sfx", "rx/yada", "argon2/chukwa",
        "argon2/chukwav2", "argon2/ninja", "ghostrider",
    ]

    /// Leaves without a word.
    func close() {
        connection?.close()
    }

    /// Logs in as xmrig 6.26 does.
    func logIn() {
        var line: [UInt8] = []
        line.append("{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"rig")
        line.append(contentsOf: String(number).utf8)
        line.append("\",\"pass\":\"x\",\"agent\":\"XMRig/6.26.0 (Linux x86_64) libuv/1.44.2 gcc/12.2.0\",\"algo\":[")
        for (index, name) in Self.algorithms.enumerated() {
            line.append(index == 0 ? "\"" : ",\"")
            line.append(contentsOf: name.utf8)
            line.append("\"")
        }
        line.append("]}}\n")
        connection?.send(line)
    }

    /// Submits a share for the newest job, with a nonce that was not used before.
    func submit() {
        if !hasReadJob { readJob() }
        sequence += 1
        nonce += 1
        var line: [UInt8] = []
        line.reserveCapacity(320)
        line.append("{\"id\":")
        line.append(contentsOf: String(sequence).utf8)
        line.append(",\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{\"id\":\"")
        line.append(contentsOf: session)
        line.append("\",\"job_id\":\"")
        line.append(contentsOf: jobID)
        line.append("\",\"nonce\":\"")
        line.append(contentsOf: Text.hex(nonce, digits: 6))
        line.append(contentsOf: slot)
        // The last 16 digits, little-endian, are what is compared with the target: 2^40 meets the pools'
        // targets here, and is no share of p2pool's sidechain (which is told in the log and the journal).
        line.append("\",\"result\":\"3c9f0d6e5b8a71425d3e2f1a0b9c8d7e6f504132231405f6")
        line.append("0000000000010000\",\"algo\":\"rx/0\"}}\n")
        connection?.send(line)
    }

    func opened(_ connection: Connection) {
        farm.opened()
    }

    func received(_ line: UnsafeRawBufferPointer, on connection: Connection) {
        if Text.end(of: "\"method\":\"job\"", in: UnsafeRawBufferPointer(rebasing: line.prefix(48))) != nil {
            take(line)
            farm.gotJob()
        } else if Text.end(of: "\"job\":{", in: line) != nil {
            session = Text.string(after: "\"result\":{\"id\":\"", in: line).map { Array($0) } ?? []
            take(line)
            farm.loggedIn()
        } else {
            farm.gotVerdict(isGood: Text.end(of: "\"status\":\"OK\"", in: line) != nil, line)
        }
    }

    func drained(_ connection: Connection) {}

    func ended(_ connection: Connection) {
        farm.lost()
    }

    private func take(_ line: UnsafeRawBufferPointer) {
        job.removeAll(keepingCapacity: true)
        job.append(contentsOf: line)
        hasReadJob = false
    }

    private func readJob() {
        hasReadJob = true
        job.withUnsafeBytes { line in
            jobID = Text.string(after: "\"job_id\":\"", in: line).map { Array($0) } ?? []
            // Two digits of byte 42: 84 digits into the blob.
            guard let blob = Text.end(of: "\"blob\":\"", in: line), blob + 86 <= line.count else { return }
            slot = Array(line[(blob + 84)..<(blob + 86)])
        }
    }
}
