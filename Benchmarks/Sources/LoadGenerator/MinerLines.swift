/// What a miner says, and what it remembers for that.
struct MinerLines {
    private var session: [UInt8] = []
    /// The newest job's line, looked into only when a share is to be sent.
    private var job: [UInt8] = []
    private var jobID: [UInt8] = []
    private var slot: [UInt8] = []
    private var hasReadJob = false
    private var sequence = 1
    private var nonce: UInt64 = 0

    /// Whether there is something to work on.
    var hasJob: Bool { !job.isEmpty }

    /// What xmrig lists at its login.
    private static let algorithms = [
        "cn/0", "cn/1", "cn/2", "cn/r", "cn/fast", "cn/half", "cn/xao", "cn/rto", "cn/rwz", "cn/zls", "cn/double",
        "cn/ccx", "cn-lite/0", "cn-lite/1", "cn-heavy/0", "cn-heavy/tube", "cn-heavy/xhv", "cn-pico", "cn-pico/tlo",
        "cn/upx2", "rx/0", "rx/2", "rx/wow", "rx/arq", "rx/graft", "rx/sfx", "rx/yada", "argon2/chukwa",
        "argon2/chukwav2", "argon2/ninja", "ghostrider",
    ]

    /// The login of xmrig 6.26.
    static func login(_ name: String) -> [UInt8] {
        var line: [UInt8] = []
        line.append("{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"")
        line.append(contentsOf: name.utf8)
        line.append("\",\"pass\":\"x\",\"agent\":\"XMRig/6.26.0 (Linux x86_64) libuv/1.44.2 gcc/12.2.0\",\"algo\":[")
        for (index, name) in algorithms.enumerated() {
            line.append(index == 0 ? "\"" : ",\"")
            line.append(contentsOf: name.utf8)
            line.append("\"")
        }
        line.append("]}}\n")
        return line
    }

    /// What a share is like.
    enum Share {
        /// It meets the pools' targets here, and is no share of p2pool's sidechain (which is told in the log and the journal).
        case good
        /// Its nonce was sent before.
        case repeated
        /// It misses every target.
        case low
        /// It is for a job that nobody gave out.
        case foreign
    }

    /// A share for the newest job.
    mutating func share(_ kind: Share = .good) -> [UInt8] {
        if !hasReadJob { readJob() }
        sequence += 1
        if kind != .repeated { nonce += 1 }
        var line: [UInt8] = []
        line.reserveCapacity(320)
        line.append("{\"id\":")
        line.append(contentsOf: String(sequence).utf8)
        line.append(",\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{\"id\":\"")
        line.append(contentsOf: session)
        line.append("\",\"job_id\":\"")
        if kind == .foreign { line.append("0000") } else { line.append(contentsOf: jobID) }
        line.append("\",\"nonce\":\"")
        line.append(contentsOf: Text.hex(nonce, digits: 6))
        line.append(contentsOf: slot)
        // The last 16 digits, little-endian, are what is compared with the target.
        line.append("\",\"result\":\"3c9f0d6e5b8a71425d3e2f1a0b9c8d7e6f504132231405f6")
        line.append(kind == .low ? "ffffffffffffffff" : "0000000000010000")
        line.append("\",\"algo\":\"rx/0\"}}\n")
        return line
    }

    /// Takes the answer to a login.
    mutating func takeLogin(_ line: UnsafeRawBufferPointer) {
        session = Text.string(after: "\"result\":{\"id\":\"", in: line).map { Array($0) } ?? []
        take(line)
    }

    /// Takes a line with a job in it.
    mutating func take(_ line: UnsafeRawBufferPointer) {
        job.removeAll(keepingCapacity: true)
        job.append(contentsOf: line)
        hasReadJob = false
    }

    private mutating func readJob() {
        hasReadJob = true
        job.withUnsafeBytes { line in
            jobID = Text.string(after: "\"job_id\":\"", in: line).map { Array($0) } ?? []
            // Two digits of byte 42: 84 digits into the blob.
            guard let blob = Text.end(of: "\"blob\":\"", in: line), blob + 86 <= line.count else { return }
            slot = Array(line[(blob + 84)..<(blob + 86)])
        }
    }
}
