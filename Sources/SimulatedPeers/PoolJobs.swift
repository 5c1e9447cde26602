import ProxyTerms

// How a pool makes jobs and hands them out.
extension SimulatedPool {
    /// The member of a job that no proxy knows; rigs check that it came with its own blob (docs/invariants.md#rule-10).
    public static let tagName = "sim_tag"

    static func tag(of work: SimulatedWork) -> String {
        String(stir(work.key ^ 0x7A67), radix: 16)
    }

    /// The member of a submit that no proxy knows: 64 hex digits that follow from the blob and the nonce
    /// (docs/invariants.md#rule-10).
    static func commitment(of work: SimulatedWork, nonce: UInt32) -> String {
        var bytes: [UInt8] = []
        for part in 0..<4 as Range<UInt64> {
            appendLittleEndian(stir(work.key ^ stir(0xC0FF_EE00_0000_0000 | UInt64(nonce) << 8 | part)), to: &bytes)
        }
        return Hex.text(bytes)
    }

    /// A job that never reaches a rig (docs/invariants.md#rule-11), or a notification that is never obeyed
    /// (docs/invariants.md#rule-12).
    public enum JobFault: CaseIterable, Sendable {
        /// A target of 0 in 8 bytes.
        case zeroTarget
        /// A target of 0 in 4 bytes, which crashes xmrig.
        case zeroCompactTarget
        /// No `seed_hash`.
        case missingSeedHash
        /// An algorithm that is not mined for Monero.
        case foreignAlgorithm
        /// A blob with an odd number of hex digits.
        case oddBlob
        /// A blob of 42 bytes.
        case shortBlob
        /// `client.reconnect` to another host.
        case redirect
    }

    /// Monero forks: jobs are of another algorithm from this block on.
    public mutating func fork(to algorithm: String, now: Instant, effects: inout [PoolEffect]) {
        settings.algorithm = algorithm
        newBlock(now: now, to: &effects)
    }

    /// A new block: every logged-in session gets a new job.
    public mutating func newBlock(now: Instant, to effects: inout [PoolEffect]) {
        template += 1
        height += 1
        if settings.kind == .p2pool { sidechain.height += 1 }
        scheduleBlock(now: now)
        for (group, slot) in restingSlots { groups[group].remove(slot) }
        restingSlots.removeAll()
        guard !isSilent else { return }
        for id in sessions.keys.sorted() where sessions[id]?.rpcID != nil {
            let job = issueJob(session: id, now: now)
            effects.append(.send(session: id, bytes: notification(job)))
        }
    }

    /// Sends every logged-in session something no correct pool sends. No session takes it as its job.
    public mutating func sendFault(_ fault: JobFault, to effects: inout [PoolEffect]) {
        var blob = Hex.text(Array(repeating: 0x33, count: 39) + [0, 0, 0, 0] + Array(repeating: 0x44, count: 33))
        var target = "ffff0000"
        var algorithm = "rx/0"
        var seed = ",\"seed_hash\":\"\(settings.seedHash)\""
        switch fault {
        case .zeroTarget: target = "0000000000000000"
        case .zeroCompactTarget: target = "00000000"
        case .missingSeedHash: seed = ""
        case .foreignAlgorithm: algorithm = "ghostrider"
        case .oddBlob: blob.removeLast()
        case .shortBlob: blob = String(blob.prefix(84))
        case .redirect: break
        }
        let line =
            switch fault {
            case .redirect:
                "{\"jsonrpc\":\"2.0\",\"method\":\"client.reconnect\",\"params\":[\"evil.example\",\"3333\"]}\n"
            case .zeroTarget, .zeroCompactTarget, .missingSeedHash, .foreignAlgorithm, .oddBlob, .shortBlob:
                "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":{\"blob\":\"\(blob)\",\"job_id\":\"fa017\","
                    + "\"target\":\"\(target)\",\"algo\":\"\(algorithm)\",\"height\":1\(seed)}}\n"
            }
        for id in sessions.keys.sorted() where sessions[id]?.rpcID != nil {
            effects.append(.send(session: id, bytes: Array(line.utf8)))
        }
    }

    /// Makes a job for `session`, notes it as issued, and returns the job object.
    mutating func issueJob(session id: Int, now: Instant) -> String {
        guard var session = sessions[id] else { return "{}" }
        defer { sessions[id] = session }
        session.jobsIssued += 1
        let difficulty = difficulty(of: &session, now: now)
        var target = UInt64.max / max(1, difficulty)
        var credit = target
        if settings.kind == .nicehash { credit = UInt64.max / max(1, settings.difficulty) }
        var targetText: [UInt8] = []
        // p2pool sends the upper half where that is exact enough, and then judges by what xmrig makes of it.
        let compact = target >> 32
        appendLittleEndian(target, to: &targetText)
        if settings.kind == .p2pool, difficulty <= 4_000_000, compact > 0 {
            targetText.removeFirst(4)
            target = .max / (0xFFFF_FFFF / compact)
            credit = target
        }
        let group: UInt64
        let jobID: String
        switch settings.kind {
        case .p2pool, .open:
            group = UInt64(session.id)
            jobID = String(session.jobsIssued, radix: 16)
        case .nicehash:
            group = UInt64(session.group)
            jobID = "A" + String(template, radix: 16) + "x" + String(session.group)
        }
        let blob = blob(group: group, slot: session.slot)
        let work = SimulatedWork(blob: blob)
        session.jobs.append(
            IssuedJob(
                id: jobID, algorithm: settings.algorithm, work: work, target: target, creditTarget: credit))
        let kept = settings.kind == .nicehash ? 2 : 4
        if session.jobs.count > kept { session.jobs.removeFirst() }
        let tag = settings.tagsJobs ? ",\"\(Self.tagName)\":\"\(Self.tag(of: work))\"" : ""
        return "{\"blob\":\"\(Hex.text(blob))\",\"job_id\":\"\(jobID)\",\"target\":\"\(Hex.text(targetText))\","
            + "\"algo\":\"\(settings.algorithm)\",\"height\":\(height),\"seed_hash\":\"\(settings.seedHash)\"\(tag)}"
    }

    func notification(_ job: String) -> [UInt8] {
        Array("{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(job)}\n".utf8)
    }

    private func difficulty(of session: inout PoolSession, now: Instant) -> UInt64 {
        switch settings.kind {
        case .p2pool:
            let asked =
                session.fixedDifficulty ?? session.automatic.next(minimum: settings.minimumDifficulty, now: now)
            return min(max(asked, settings.minimumDifficulty), settings.sidechainDifficulty)
        case .nicehash, .open:
            return min(session.fixedDifficulty ?? settings.difficulty, settings.difficulty)
        }
    }

    /// A blob as p2pool's: 76 bytes, the nonce at 39. It follows from the pool, the template and the group.
    private func blob(group: UInt64, slot: UInt8) -> [UInt8] {
        var bytes: [UInt8] = [0x10, 0x10, 0xD9, 0xB0, 0x83, 0xD8, 0x06]
        bytes.reserveCapacity(80)
        for part in 0..<4 as Range<UInt64> {
            appendLittleEndian(stir(settings.seed ^ stir(template << 3 | part)), to: &bytes)
        }
        bytes += [0, 0, 0, slot]
        for part in 0..<4 as Range<UInt64> {
            appendLittleEndian(stir(settings.seed ^ stir(template) ^ stir(group << 3 | part | 4)), to: &bytes)
        }
        bytes.append(1)
        return bytes
    }
}
