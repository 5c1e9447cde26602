import ProxyTerms
import StrictJSON

// How a rig takes what the server sends.
extension SimulatedRig {
    /// Takes bytes as they arrived, cut anywhere.
    public mutating func received(_ bytes: UnsafeRawBufferPointer, now: Instant, to output: inout [UInt8]) {
        guard link == .loggingIn || link == .mining else { return }
        for line in lines.take(bytes) {
            received(line: line, now: now, to: &output)
            guard link == .loggingIn || link == .mining else { return }
        }
        // Longer lines would be spoilt silently by xmrig's line reader (docs/protocol.md#xmrig-lines).
        if lines.tail.count > 65_536 { counters.violate("a line of more than 64 KiB") }
    }

    /// Takes bytes as they arrived, cut anywhere.
    public mutating func received(_ bytes: [UInt8], now: Instant, to output: inout [UInt8]) {
        bytes.withUnsafeBytes { received($0, now: now, to: &output) }
    }

    mutating func received(line: [UInt8], now: Instant, to output: inout [UInt8]) {
        guard line.count >= 22, line[0] == UInt8(ascii: "{"), let message = try? JSONDocument(line) else {
            counters.violate("undecodable line: \(excerpt(line))")
            return
        }
        if settings.isLegacy {
            answerDueBy = .never
            if sendsKeepalive { keepaliveAt = now.adding(seconds: 60) }
        }
        if let id = message["id"]?.integer {
            answer(id: id, message: message, line: line, now: now, to: &output)
        } else {
            notification(message, line: line, now: now, to: &output)
        }
    }

    private mutating func notification(
        _ message: JSONDocument, line: [UInt8], now: Instant, to output: inout [UInt8]
    ) {
        guard let method = message["method"]?.string else {
            return counters.violate("neither an answer nor a notification: \(excerpt(line))")
        }
        guard method == "job" else { return counters.violate("notification \(method)") }
        if message["error"]?.kind == .object { return counters.violate("job with an error: \(excerpt(line))") }
        guard link == .mining else { return counters.violate("job before the login reply") }
        guard let object = message["params"], object.kind == .object else {
            return counters.violate("job without params: \(excerpt(line))")
        }
        take(object, isLogin: false, line: line, now: now, to: &output)
    }

    private mutating func answer(
        id: Int64, message: JSONDocument, line: [UInt8], now: Instant, to output: inout [UInt8]
    ) {
        if message["method"] != nil { counters.violate("notification with an id: \(excerpt(line))") }
        let error = message["error"].flatMap { $0.kind == .object ? $0 : nil }
        if id == 1 {
            guard link == .loggingIn else { return counters.violate("second answer to the login: \(excerpt(line))") }
            if let error { return loginFailed(error, now: now) }
            return loggedIn(message, line: line, now: now, to: &output)
        }
        guard let id = UInt32(exactly: id), let request = requests.removeValue(forKey: id) else {
            let wasAnswered = UInt32(exactly: id).map(answered.contains) ?? false
            let what = wasAnswered ? "second answer" : "answer to nothing"
            return counters.violate("\(what): \(excerpt(line))")
        }
        answered.insert(id)
        if request.isSubmit {
            counters.longestAnswer = max(counters.longestAnswer, now.milliseconds - request.sentAt.milliseconds)
        }
        if let error {
            guard let text = error["message"]?.string else {
                // xmrig would read through a null pointer (docs/protocol.md#xmrig-hang-ups).
                return counters.violate("error without a message: \(excerpt(line))")
            }
            if request.isSubmit { counters.rejected[text, default: 0] += 1 }
            if Self.isFatal(text) { hangUp("told \"\(text)\"", now: now) }
            return
        }
        guard message["result"]?.kind == .object else {
            return counters.violate("answer without a result object: \(excerpt(line))")
        }
        if request.isSubmit { counters.accepted += 1 } else { counters.keepalives += 1 }
    }

    /// The four texts that make xmrig drop its connection (docs/protocol.md#xmrig-hang-ups).
    static func isFatal(_ text: String) -> Bool {
        let text = text.lowercased()
        return ["unauthenticated", "your ip is banned", "ip address currently banned", "invalid job id"]
            .contains { text.hasPrefix($0) }
    }

    private mutating func loginFailed(_ error: JSONDocument, now: Instant) {
        let text = error["message"]?.string ?? ""
        counters.rejected["login: \(text)", default: 0] += 1
        // With any other text xmrig sits idle for ever: the server has to close.
        if Self.isFatal(text) { hangUp("told \"\(text)\"", now: now) }
    }

    private mutating func loggedIn(
        _ message: JSONDocument, line: [UInt8], now: Instant, to output: inout [UInt8]
    ) {
        guard let result = message["result"], let session = result["id"]?.string else {
            counters.violate("login reply without a session: \(excerpt(line))")
            return hangUp("login error 1", now: now)
        }
        guard let object = result["job"], object.kind == .object else {
            counters.violate("login reply without a job: \(excerpt(line))")
            return hangUp("login error 2", now: now)
        }
        self.session = session
        let extensions = (result["extensions"]?.elements ?? []).compactMap(\.string)
        is24Bit = extensions.contains("nicehash")
        sendsKeepalive = settings.keepalive || extensions.contains("keepalive")
        link = .mining
        keepaliveAt = sendsKeepalive ? now.adding(seconds: 60) : .never
        counters.logins += 1
        if settings.forgedPerSecond > 0 { forgesAt = now }
        take(object, isLogin: true, line: line, now: now, to: &output)
    }

    private mutating func take(
        _ object: JSONDocument, isLogin: Bool, line: [UInt8], now: Instant, to output: inout [UInt8]
    ) {
        let fresh: RigJob
        do {
            fresh = try RigJob(object, algorithms: settings.algorithms)
        } catch {
            counters.violate("\(error.rawValue): \(excerpt(line))")
            return hangUp(error.rawValue, now: now)
        }
        if let tag = object[SimulatedPool.tagName]?.string, tag != SimulatedPool.tag(of: fresh.work) {
            counters.violate("the members of another job: \(excerpt(line))")
        }
        // The session takes no part: xmrig overwrites the old job's with the new one's first
        // (docs/protocol.md#repeated-jobs).
        if let job, job.id == fresh.id, job.blob == fresh.blob, job.target == fresh.target {
            counters.violate("duplicate job: \(excerpt(line))")
            return hangUp(isLogin ? "login error -1" : "duplicate job", now: now)
        }
        counters.jobs += 1
        if settings.program != .xmrig, is24Bit || fresh.nonce != 0 {
            // xmrig-proxy gives byte 42 to its own miners: where the pool owns it all but one of 256 shares are wrong.
            counters.violate("a proxy was given a job whose byte 42 is taken: \(excerpt(line))")
        }
        mine(until: now, to: &output)
        guard link == .mining else { return }
        start(fresh, now: now)
    }
}
