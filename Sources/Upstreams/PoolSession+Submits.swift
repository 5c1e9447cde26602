import ProxyTerms
import StratumCodec

// What goes to the pool, and the clock.
extension PoolSession {
    /// A rig's share for this pool: `line` is the rig's own line, `job` the pool's job id as the pool wrote it.
    public mutating func submit(
        _ submit: Submit, line: UnsafeRawBufferPointer, job: UnsafeRawBufferPointer, pending entry: PendingSubmit,
        now: Instant, into output: inout [UInt8]
    ) -> OnSubmit {
        guard phase == .ready, dueFault == nil else { return .notReady }
        if pending.isExhausted {
            dueFault = .idsExhausted
            return .full
        }
        guard !pending.isFull, pendingCount < PendingSubmits.maximumCount else { return .full }

        let start = output.count
        let id = sessionID.withUnsafeBytes {
            submit.splicing(line: line, id: pending.nextID, session: $0, job: job, to: &output)
        }
        let bytes = output.count - start
        if bytes > settings.longestBoundedLine {
            output.removeLast(bytes)
            return .tooLong
        }
        var entry = entry
        if queue.isEmpty && fits(bytes) {
            entry.sentAt = now
            pending.append(entry, bytes: bytes)
            submitBytesInFlight += bytes
            lastSentAt = now
            return .sent
        }
        defer { output.removeLast(bytes) }
        guard queue.count < Self.queueEntries, queue.bytes + bytes <= Self.queueBytes else { return .full }
        entry.sentAt = .never
        if queue.isEmpty { queueDeadline = now.adding(seconds: settings.queueSeconds) }
        queue.append(
            SubmitQueue.Entry(
                pending: entry, line: Array(output[start...]), id: id.lowerBound - start..<id.upperBound - start))
        return .queued
    }

    /// When `tick` has something to do at the latest; `never` where nothing is awaited.
    public var nextDeadline: Instant {
        switch phase {
        case .idle, .failed, .closed: return .never
        case .connecting, .securing, .loggingIn: return phaseDeadline
        case .ready: break
        }
        if dueFault != nil { return .start }
        var deadline = lastJobAt.adding(seconds: settings.jobSilenceSeconds)
        deadline = min(deadline, pending.oldestSentAt.adding(seconds: settings.submitSeconds))
        deadline = min(deadline, queueDeadline)
        deadline = min(deadline, keepaliveDue)
        if let keepalive { deadline = min(deadline, keepalive.sentAt.adding(seconds: Self.keepaliveReplySeconds)) }
        return deadline
    }

    /// A submit that has waited too long for its turn, taken out of the queue: it is not sent any more. Take them all after each
    /// `tick`.
    public mutating func takeOverdue(now: Instant) -> PendingSubmit? {
        guard phase == .ready, now >= queueDeadline else { return nil }
        if let overdue = queue.popTaken(by: now.adding(seconds: -settings.queueSeconds)) { return overdue }
        queueDeadline = queue.oldestTakenAt.adding(seconds: settings.queueSeconds)
        return nil
    }

    /// Call at `nextDeadline`.
    public mutating func tick(now: Instant, into output: inout [UInt8]) -> OnTick {
        if let fault = overdue(now: now) {
            fail(fault)
            return .fault(fault)
        }
        guard phase == .ready else { return .none }
        if let keepalive, now >= keepalive.sentAt.adding(seconds: Self.keepaliveReplySeconds) {
            self.keepalive = nil
            sendQueued(now: now, into: &output)
        }
        if now >= keepaliveDue { sendKeepalive(now: now, into: &output) }
        return .none
    }

    /// Sends what waits, as far as the in-flight bound allows.
    mutating func sendQueued(now: Instant, into output: inout [UInt8]) {
        while !pending.isFull, let bytes = queue.firstLength(id: pending.nextID), fits(bytes),
            var next = queue.popFirst(id: pending.nextID, to: &output)
        {
            next.sentAt = now
            pending.append(next, bytes: bytes)
            submitBytesInFlight += bytes
            lastSentAt = now
        }
        if queue.isEmpty { queueDeadline = .never }
    }

    /// Whether `bytes` more keep what is unanswered strictly below the bound (docs/invariants.md#rule-7).
    private func fits(_ bytes: Int) -> Bool {
        guard let bound = settings.inFlightBound else { return true }
        return inFlightBytes + bytes < bound
    }

    /// The fault that a passed deadline means.
    private func overdue(now: Instant) -> PoolFault? {
        switch phase {
        case .idle, .failed, .closed: return nil
        case .connecting: return now >= phaseDeadline ? .connectTimeout : nil
        case .securing: return now >= phaseDeadline ? .handshakeTimeout : nil
        case .loggingIn: return now >= phaseDeadline ? .loginTimeout : nil
        case .ready: break
        }
        if let dueFault { return dueFault }
        if now >= pending.oldestSentAt.adding(seconds: settings.submitSeconds) { return .submitTimeout }
        if now >= lastJobAt.adding(seconds: settings.jobSilenceSeconds) { return .jobSilence }
        return nil
    }

    /// When the next `keepalived` goes out: counted from the last line sent, as xmrig does
    /// (docs/protocol.md#xmrig-keepalive).
    private var keepaliveDue: Instant {
        if let seconds = settings.keepaliveSeconds { return lastSentAt.adding(seconds: seconds) }
        return extensions.contains(.keepalive) ? lastSentAt.adding(seconds: 60) : .never
    }

    private mutating func sendKeepalive(now: Instant, into output: inout [UInt8]) {
        guard !pending.isExhausted else {
            dueFault = .idsExhausted
            return
        }
        keepalive = nil
        let start = output.count
        sessionID.withUnsafeBytes {
            PoolRequest.keepalived(id: pending.nextID, session: $0, to: &output)
        }
        let bytes = output.count - start
        // Counted as sent where it does not fit: unanswered submits in that number keep the session alive as well.
        lastSentAt = now
        guard fits(bytes) else {
            output.removeLast(bytes)
            return
        }
        keepalive = Keepalive(id: pending.takeID(), sentAt: now, bytes: bytes)
    }
}
