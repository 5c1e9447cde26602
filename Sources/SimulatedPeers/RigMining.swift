import ProxyTerms
import StrictJSON

// How a rig searches nonces and hands in what it finds.
extension SimulatedRig {
    private var threadRate: Double { max(0, hashrate) / Double(threads.count) / 1000 }

    /// The moment of the next event of any thread, to the millisecond after it.
    var miningDeadline: Instant {
        guard link == .mining, threadRate > 0, job != nil else { return .never }
        var hashes = Double.infinity
        for thread in threads where thread.chunk != nil { hashes = min(hashes, thread.hashesToEvent) }
        let wait = hashes / threadRate
        return wait < 1e12 ? minedUntil.adding(milliseconds: Int64(max(1, wait.rounded(.up)))) : .never
    }

    /// Puts every thread to work on `fresh`: with another blob the counters start at 0 again, with the same blob they
    /// go on (docs/protocol.md#nonce-restart); each thread takes a new chunk either way.
    mutating func start(_ fresh: RigJob, now: Instant) {
        if let old = job, threadRate > 0 {
            for thread in threads where random.unit() < settings.lateShareProbability {
                addLateShare(of: thread, job: old, now: now)
            }
        }
        stopThreads()
        if job?.blob != fresh.blob {
            for index in nonceCounters.indices { nonceCounters[index].reset() }
        }
        job = fresh
        minedUntil = now
        for index in threads.indices {
            guard takeChunk(thread: index) else { return hangUp("nonces used up", now: now) }
        }
    }

    /// The rig stops mining; where its threads were is noted.
    mutating func stopThreads() {
        for index in threads.indices {
            note(threads[index].searched)
            threads[index].chunk = nil
            threads[index].share = nil
            threads[index].done = 0
        }
    }

    /// Moves the threads on without handing in what they find: the connection is gone.
    mutating func mine(until now: Instant) {
        var unsent: [UInt8] = []
        guard link == .mining else { return }
        let sent = (counters, requests, sequence, keepaliveAt, answerDueBy)
        mine(until: now, to: &unsent)
        let hashes = counters.hashes
        (counters, requests, sequence, keepaliveAt, answerDueBy) = sent
        counters.hashes = hashes
    }

    /// Moves the threads on and hands in what they find.
    mutating func mine(until now: Instant, to output: inout [UInt8]) {
        guard link == .mining, let job, now > minedUntil else { return }
        let hashes = threadRate * Double(now.milliseconds - minedUntil.milliseconds)
        minedUntil = now
        for index in threads.indices {
            var left = hashes
            while threads[index].chunk != nil, left >= threads[index].hashesToEvent {
                let step = threads[index].hashesToEvent
                left -= step
                counters.hashes += step
                if let share = threads[index].share, let chunk = threads[index].chunk {
                    threads[index].done = Double(share) + 1
                    submit(job, nonce: chunk + share, now: now, to: &output)
                    threads[index].findShare(from: UInt64(share) + 1, job: job)
                } else {
                    threads[index].done = Double(NonceCounter.chunk)
                    note(threads[index].searched)
                    guard takeChunk(thread: index) else {
                        counters.hangups["nonces used up", default: 0] += 1
                        stopThreads()
                        link = .closing
                        return
                    }
                }
            }
            if threads[index].chunk != nil {
                threads[index].done += left
                counters.hashes += left
            }
        }
    }

    mutating func sendLateShares(now: Instant, to output: inout [UInt8]) {
        guard !lateShares.isEmpty, link == .mining else { return }
        let due = lateShares.filter { $0.dueAt <= now }
        lateShares.removeAll { $0.dueAt <= now }
        for share in due {
            counters.late += 1
            submit(share.job, nonce: share.nonce, now: now, to: &output)
        }
    }

    /// Unanswered requests of a rig at most that makes shares up: then its connection takes no more.
    private static let mostForgedPending = 1_000

    /// Begins to make shares up, where it was told to since it logged in.
    public mutating func startForging(now: Instant, to output: inout [UInt8]) {
        guard link == .mining, settings.forgedPerSecond > 0 else { return }
        forgesAt = now
        forge(now: now, to: &output)
    }

    /// Makes up the shares that are due.
    mutating func forge(now: Instant, to output: inout [UInt8]) {
        guard settings.forgedPerSecond > 0, link == .mining else {
            forgesAt = .never
            return
        }
        while forgesAt <= now {
            forgesAt = forgesAt.adding(milliseconds: max(1, Int64(1_000 / settings.forgedPerSecond)))
            guard let job, pending < Self.mostForgedPending else { continue }
            forgedNonce &+= 1
            var result = [UInt8](repeating: 0x5A, count: 32)
            var value = job.target - 1
            for index in 24..<32 {
                result[index] = UInt8(truncatingIfNeeded: value)
                value >>= 8
            }
            counters.wrong += 1
            submit(
                job, nonce: job.nonce & 0xFF00_0000 | forgedNonce & 0x00FF_FFFF, result: result, now: now, to: &output)
        }
    }

    private mutating func addLateShare(of thread: MiningThread, job old: RigJob, now: Instant) {
        guard let chunk = thread.chunk, let share = thread.share else { return }
        let nonce = chunk + share
        // The hash that a thread is at counts as searched already.
        if Double(share) >= thread.done.rounded(.up) { note(UInt64(nonce)..<UInt64(nonce) + 1) }
        // Tens of milliseconds after the switch (docs/protocol.md#late-shares).
        let dueAt = now.adding(milliseconds: 1 + Int64(random.next() % 50))
        lateShares.append(LateShare(dueAt: dueAt, job: old, nonce: nonce))
    }

    private mutating func takeChunk(thread index: Int) -> Bool {
        guard let job else { return false }
        let is24Bit = is24Bit || job.nonce != 0
        let counter = threads[index].counter
        guard let chunk = nonceCounters[counter].take(job: job.nonce, is24Bit: is24Bit) else { return false }
        threads[index].chunk = chunk
        threads[index].done = 0
        threads[index].findShare(from: 0, job: job)
        return true
    }

    private mutating func note(_ nonces: Range<UInt64>?) {
        guard settings.recordsSearch, let nonces, let job else { return }
        searched.append(SearchedRange(work: job.work.key, nonces: nonces))
    }

    /// The hash that it claims for a nonce.
    private mutating func result(_ job: RigJob, _ nonce: UInt32) -> [UInt8] {
        var result = job.work.result(of: nonce)
        switch settings.honesty {
        case .honest: return result
        case .liesHigh: result.replaceSubrange(24..<32, with: [1, 0, 0, 0, 0, 0, 0, 0])
        case .forges: result[0] ^= 0xFF
        case .unstable(let oneIn): if random.next() % oneIn == 0 { result[0] ^= 0xFF }
        }
        counters.wrong += result == job.work.result(of: nonce) ? 0 : 1
        return result
    }

    private mutating func submit(_ job: RigJob, nonce: UInt32, now: Instant, to output: inout [UInt8]) {
        submit(job, nonce: nonce, result: result(job, nonce), now: now, to: &output)
    }

    private mutating func submit(
        _ job: RigJob, nonce: UInt32, result: [UInt8], now: Instant, to output: inout [UInt8]
    ) {
        let id = nextRequest(isSubmit: true, now: now)
        counters.submitted += 1
        var line = "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":{\"id\":\"\(session)\""
        line += ",\"job_id\":\"\(JSONObject.escaped(job.id))\""
        line += ",\"nonce\":\"\(nonceText(nonce))\",\"result\":\"\(Hex.text(result))\""
        if settings.sendsCommitment {
            line += ",\"commitment\":\"\(SimulatedPool.commitment(of: job.work, nonce: nonce))\""
        }
        send(line + ",\"algo\":\"\(job.algorithm)\"}}", now: now, to: &output)
    }
}
