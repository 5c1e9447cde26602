import ProxyTerms
import StrictJSON

// How a pool judges shares.
extension SimulatedPool {
    private struct Share {
        var sessionText: String
        var jobID: String
        var nonce: UInt32
        var result: [UInt8]
        var algorithm: String?
        var commitment: String?

        init?(_ params: JSONDocument) {
            guard let session = params["id"]?.string, let job = params["job_id"]?.string, !job.isEmpty,
                let nonce = params["nonce"]?.string.flatMap(Hex.bytes), nonce.count == 4,
                let result = params["result"]?.string.flatMap(Hex.bytes), result.count == 32
            else { return nil }
            sessionText = session
            jobID = job
            self.nonce = UInt32(truncatingIfNeeded: littleEndian(nonce))
            self.result = result
            algorithm = params["algo"]?.string
            commitment = params["commitment"]?.string
        }

        /// What is compared with the target.
        var value: UInt64 { littleEndian(result[24..<32]) }
    }

    mutating func submit(
        _ params: JSONDocument, line: [UInt8], id: UInt32, session number: Int, now: Instant,
        to effects: inout [PoolEffect]
    ) {
        guard let share = Share(params) else {
            return punish(number, reason: "bad submit: \(excerpt(line))", now: now, to: &effects)
        }
        counters.submitted += 1
        sessions[number]?.lastActivity = now
        let length = line.count + 1
        let unanswered = (sessions[number]?.unansweredBytes ?? 0) + length
        sessions[number]?.unansweredBytes = unanswered
        counters.mostUnansweredBytes = max(counters.mostUnansweredBytes, unanswered)
        // A busy p2pool reads while it has answered nothing: what is unanswered must fit its buffer
        // (docs/invariants.md#rule-7).
        if settings.kind == .p2pool, unanswered > 1024 {
            return punish(number, reason: "more than 1,024 unanswered bytes", now: now, to: &effects)
        }
        let refusal = judge(share, session: number, line: line, now: now, to: &effects)
        if let refusal { counters.refused[refusal, default: 0] += 1 }
        answer(refusal, id: id, length: length, session: number, now: now, to: &effects)
        endIfDone(refusal, session: number, now: now, to: &effects)
    }

    /// Finds fault with a share, or credits it.
    private mutating func judge(
        _ share: Share, session number: Int, line: [UInt8], now: Instant, to effects: inout [PoolEffect]
    ) -> Refusal? {
        guard let session = sessions[number] else { return .unauthenticated }
        if settings.kind == .p2pool, isBanned(session.address, now: now) { return .banned }
        if settings.kind != .p2pool, share.sessionText != session.rpcID {
            counters.violate("wrong session id: \(excerpt(line))")
            return .unauthenticated
        }
        if settings.kind == .nicehash, UInt8(truncatingIfNeeded: share.nonce >> 24) != session.slot {
            counters.violate("wrong slot, not \(session.slot): \(excerpt(line))")
            return .wrongSlot
        }
        guard let job = session.jobs.first(where: { $0.id == share.jobID }) else { return .oldJob }
        if let algorithm = share.algorithm, algorithm != job.algorithm { return .wrongAlgorithm }
        // From here on the share is of a known blob: what it claims can be looked up.
        if share.result != job.work.result(of: share.nonce) {
            counters.invalidWork += 1
            if !settings.meetsLiars { counters.violate("not the hash of its job and nonce: \(excerpt(line))") }
            // p2pool looks only at those that claim to be of its sidechain.
            let isVerified =
                settings.kind == .open || settings.verifiesAll
                || settings.kind == .p2pool && UInt64.max / max(1, share.value) >= settings.sidechainDifficulty
            if isVerified {
                sessions[number]?.wrong += 1
                counters.mostWrongOfSession = max(counters.mostWrongOfSession, sessions[number]?.wrong ?? 0)
                return .invalidWork
            }
        }
        if settings.expectsCommitment, share.commitment != Self.commitment(of: job.work, nonce: share.nonce) {
            counters.violate("a member was lost or changed: \(excerpt(line))")
        }
        guard share.value < job.target else {
            counters.violate("low difficulty: \(excerpt(line))")
            return .lowDifficulty
        }
        if !seen[job.work.key, default: []].insert(share.nonce).inserted {
            counters.duplicates += 1
            counters.violate("duplicate: \(excerpt(line))")
            // p2pool does not notice ordinary ones (docs/protocol.md#p2pool-verdicts).
            if settings.kind != .p2pool { return .duplicate }
        }
        credit(share.value, job: job, session: number, now: now, to: &effects)
        return nil
    }

    private mutating func credit(
        _ value: UInt64, job: IssuedJob, session number: Int, now: Instant, to effects: inout [PoolEffect]
    ) {
        counters.accepted += 1
        let difficulty = UInt64.max / job.target
        sessions[number]?.automatic.add(difficulty: difficulty, now: now)
        // Between a client's own easier difficulty and the pool's: OK, and no credit
        // (docs/protocol.md#xmrig-proxy-difficulty).
        guard value < job.creditTarget else { return }
        let work = 0x1p64 / Double(job.creditTarget)
        counters.acceptedWork += work
        sessions[number]?.acceptedWork += work
        history.add(work, now: now)
        guard settings.kind == .p2pool, UInt64.max / max(1, value) >= settings.sidechainDifficulty else { return }
        counters.sidechainShares += 1
        sidechain.ownShares.append(sidechain.height + 1)
        // The job that a share causes may come before the share's own verdict (docs/protocol.md#p2pool-verdicts).
        if !isStalled { newBlock(now: now, to: &effects) }
    }

    private mutating func answer(
        _ refusal: Refusal?, id: UInt32, length: Int, session number: Int, now: Instant,
        to effects: inout [PoolEffect]
    ) {
        guard !isWithholdingVerdicts else { return }
        let text =
            if let refusal {
                "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":{\(errorCode)\"message\":\"\(message(refusal))\"}}\n"
            } else {
                "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}\n"
            }
        let delay = Int64.random(in: settings.verdictDelay, using: &random)
        let bytes = Array(text.utf8)
        if delay == 0 {
            sessions[number]?.unansweredBytes -= length
            effects.append(.send(session: number, bytes: bytes))
        } else {
            verdicts.append(
                PendingVerdict(
                    dueAt: now.adding(milliseconds: delay), session: number, bytes: bytes, submitLength: length))
        }
    }

    private var errorCode: String { settings.kind == .p2pool ? "" : "\"code\":-1," }

    private func message(_ refusal: Refusal) -> String {
        switch (refusal, settings.kind) {
        case (.oldJob, .p2pool), (.oldJob, .nicehash): "Invalid job id"
        case (.oldJob, .open): "Block expired"
        case (.lowDifficulty, .p2pool): "Low diff share"
        case (.lowDifficulty, .nicehash), (.lowDifficulty, .open): "Low difficulty share"
        case (.duplicate, _): "Duplicate share"
        case (.wrongSlot, _): "Invalid nonce; is miner not compatible with NiceHash?"
        case (.unauthenticated, _): "Unauthenticated"
        case (.wrongAlgorithm, _): "Incorrect algorithm"
        case (.invalidWork, _): "Invalid PoW"
        case (.banned, _): "Banned"
        }
    }

    /// Closes a session whose share was the last that its pool would take.
    private mutating func endIfDone(
        _ refusal: Refusal?, session number: Int, now: Instant, to effects: inout [PoolEffect]
    ) {
        switch refusal {
        case .lowDifficulty, .invalidWork:
            guard settings.kind == .p2pool else { return }
            sessions[number]?.score -= 5
            if let score = sessions[number]?.score, score <= -15 {
                flushVerdicts(session: number, to: &effects)
                punish(number, reason: "three bad shares", now: now, to: &effects)
            }
        case .wrongSlot:
            flushVerdicts(session: number, to: &effects)
            close(number, reason: "wrong slot", to: &effects)
        case .oldJob, .duplicate, .unauthenticated, .wrongAlgorithm, .banned, nil: break
        }
    }

    /// A session that is closed for a share gets its verdict first.
    private mutating func flushVerdicts(session: Int, to effects: inout [PoolEffect]) {
        for verdict in verdicts where verdict.session == session {
            effects.append(.send(session: session, bytes: verdict.bytes))
        }
        verdicts.removeAll { $0.session == session }
    }
}
