import ProxyTerms
import StratumCodec

// What the pool says.
extension PoolSession {
    /// One line of the pool, without its line end. Queued submits may be appended to `output`.
    public mutating func line(
        _ line: UnsafeRawBufferPointer, now: Instant, into output: inout [UInt8]
    ) -> OnLine {
        switch phase {
        case .loggingIn, .ready: break
        case .idle, .connecting, .securing, .failed, .closed: return .ignored
        }
        // A blank line says nothing; some pools send one to keep a connection alive.
        if line.isEmpty { return .ignored }
        gotLine = true
        do {
            let message = try decodePoolLine(line)
            if phase == .ready {
                return ready(message, in: line, now: now, into: &output)
            }
            return loggingIn(message, in: line, now: now)
        } catch {
            misfits = poolMisfits(in: line)
            return faulty(error.code)
        }
    }

    private mutating func loggingIn(_ message: PoolMessage, in line: UnsafeRawBufferPointer, now: Instant) -> OnLine {
        switch message {
        case .loggedIn(let id, let session, let job, let extensions):
            guard id == 1 else { return .unknownReply }
            guard session.count > 0, session.count <= Self.longestSessionID else {
                misfits = poolMisfits(in: line)
                return badLogin(.missingSession)
            }
            sessionID.append(contentsOf: session.bytes(in: line))
            self.extensions = extensions
            phase = .ready
            wasReady = true
            phaseDeadline = .never
            lastJobAt = now
            measured(since: lastSentAt, now: now)
            return .loggedIn(job, extensions)
        case .success(let id):
            if id == 1 { misfits = poolMisfits(in: line) }
            return id == 1 ? badLogin(.missingJob) : .unknownReply
        case .failure(let id, let message):
            // Some pools answer what they could not read with a null id.
            guard id == nil || id == 1 else { return .unknownReply }
            let refusal = LoginRefusal(message: message, in: line)
            phase = .failed
            backoff = refusal.backoff
            return .loginRefused(refusal)
        case .job, .ignored:
            return .ignored
        }
    }

    private mutating func ready(
        _ message: PoolMessage, in line: UnsafeRawBufferPointer, now: Instant, into output: inout [UInt8]
    ) -> OnLine {
        switch message {
        case .job(let job):
            faultyInARow = 0
            lastJobAt = now
            return .job(job)
        case .success(let id):
            return reply(to: id, .accepted, now: now, into: &output)
        case .failure(let id, let message):
            let rejection = Rejection(message: message, in: line)
            if dueFault == nil { dueFault = rejection.fault }
            guard let id else { return .unknownReply }
            return reply(to: id, .rejected(rejection), now: now, into: &output)
        case .loggedIn(let id, _, _, _):
            // A verdict with a job in it: the result is an object, that is all that counts
            // (docs/protocol.md#xmrig-replies-to-a-submit).
            return reply(to: id, .accepted, now: now, into: &output)
        case .ignored:
            return .ignored
        }
    }

    private mutating func reply(
        to id: UInt32, _ verdict: Verdict, now: Instant, into output: inout [UInt8]
    ) -> OnLine {
        if let keepalive, id >= keepalive.id {
            // The pool reads in order: an answer to a later request shows that the keepalive has been read.
            if id == keepalive.id { measured(since: keepalive.sentAt, now: now) }
            self.keepalive = nil
            if id == keepalive.id {
                sendQueued(now: now, into: &output)
                return .ignored
            }
        }
        guard let (submit, bytes) = pending.remove(id) else { return .unknownReply }
        submitBytesInFlight -= bytes
        measured(since: submit.sentAt, now: now)
        sendQueued(now: now, into: &output)
        return .verdict(submit, verdict)
    }

    private mutating func faulty(_ code: CodecError.Code) -> OnLine {
        // No message at all. Anything else is a message with a fault in it (docs/invariants.md#faults-of-pools).
        if case .json(let code) = code {
            fail(.garbage(code))
            return .fault(.garbage(code))
        }
        if phase == .loggingIn { return badLogin(code) }
        faultyInARow += 1
        guard faultyInARow >= settings.faultyMessagesInARow else { return .refusedJob(code) }
        fail(.faultyJobs(code))
        return .fault(.faultyJobs(code))
    }

    private mutating func badLogin(_ code: CodecError.Code) -> OnLine {
        fail(.badLogin(code))
        return .fault(.badLogin(code))
    }

    /// Smooths the round trip by an eighth of each new one.
    private mutating func measured(since start: Instant, now: Instant) {
        let milliseconds = now.seconds(since: start) * 1000
        ping = ping.map { $0 + (milliseconds - $0) / 8 } ?? milliseconds
    }
}
