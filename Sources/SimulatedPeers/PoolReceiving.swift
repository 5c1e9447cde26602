import ProxyTerms
import StrictJSON

// How a pool takes what a client sends.
extension SimulatedPool {
    /// Takes bytes of `session` as they arrived, cut anywhere.
    public mutating func received(
        _ bytes: UnsafeRawBufferPointer, session: Int, now: Instant, to effects: inout [PoolEffect]
    ) {
        guard !isSilent else { return }
        // p2pool reads at most 1,024 bytes at a time, and has no room for more than that of an unfinished line and a
        // new read together (docs/protocol.md#p2pool-input). Whatever is handed over at once is taken as waiting in the
        // socket.
        let step = settings.kind == .p2pool ? 1024 : max(1, bytes.count)
        var start = 0
        while start < bytes.count {
            guard let tail = sessions[session]?.lines.tail.count else { return }
            let end = min(start + step, bytes.count)
            if settings.kind == .p2pool, tail + end - start > 1024 {
                return punish(session, reason: "too long Stratum message", now: now, to: &effects)
            }
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            for line in sessions[session]?.lines.take(piece) ?? [] {
                received(line: line, session: session, now: now, to: &effects)
                guard sessions[session] != nil else { return }
            }
            start = end
        }
        if settings.kind != .p2pool, (sessions[session]?.lines.tail.count ?? 0) > 16_384 {
            punish(session, reason: "too long line", now: now, to: &effects)
        }
    }

    /// Takes bytes of `session` as they arrived, cut anywhere.
    public mutating func received(_ bytes: [UInt8], session: Int, now: Instant, to effects: inout [PoolEffect]) {
        bytes.withUnsafeBytes { received($0, session: session, now: now, to: &effects) }
    }

    private mutating func received(
        line: [UInt8], session: Int, now: Instant, to effects: inout [PoolEffect]
    ) {
        if settings.kind == .nicehash, line.count < 32 || line[0] != UInt8(ascii: "{") {
            return punish(session, reason: "no request: \(excerpt(line))", now: now, to: &effects)
        }
        guard let request = try? JSONDocument(line), request.kind == .object,
            let id = request["id"]?.integer.flatMap(UInt32.init(exactly:)),
            let method = request["method"]?.string, let params = request["params"], params.kind == .object
        else {
            return punish(session, reason: "bad request: \(excerpt(line))", now: now, to: &effects)
        }
        let isLoggedIn = sessions[session]?.rpcID != nil
        switch method {
        case "login" where isLoggedIn:
            punish(session, reason: "second login", now: now, to: &effects)
        case "login":
            login(params, id: id, session: session, now: now, to: &effects)
        case "submit" where !isLoggedIn:
            punish(session, reason: "submit before the login", now: now, to: &effects)
        case "submit":
            submit(params, line: line, id: id, session: session, now: now, to: &effects)
        case "keepalived":
            sessions[session]?.lastActivity = now
            // p2pool takes it and never answers (docs/protocol.md#p2pool-input).
            guard settings.kind != .p2pool else { return }
            let reply = "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"KEEPALIVED\"}}\n"
            effects.append(.send(session: session, bytes: Array(reply.utf8)))
        default:
            punish(session, reason: "unknown method \(method)", now: now, to: &effects)
        }
    }

    private mutating func login(
        _ params: JSONDocument, id: UInt32, session: Int, now: Instant, to effects: inout [PoolEffect]
    ) {
        guard let login = params["login"]?.string else {
            return punish(session, reason: "login without a name", now: now, to: &effects)
        }
        let (name, difficulty) = Self.parse(login: login)
        var rpcID = String(UInt32(truncatingIfNeeded: random.next()), radix: 16)
        switch settings.kind {
        case .p2pool:
            sessions[session]?.fixedDifficulty = difficulty.map { max($0 &+ 1, settings.minimumDifficulty) }
        case .nicehash:
            // Never a rig-id for XvB: its node would show it as the worker (docs/invariants.md#rule-8).
            if params["rigid"]?.string != nil { counters.violate("login with a rig-id") }
            rpcID = String(random.next() | 1 << 63, radix: 16)
            sessions[session]?.fixedDifficulty = difficulty.flatMap { 100..<(1 << 31) ~= $0 ? $0 : nil }
            takeSlot(session)
        case .open:
            sessions[session]?.fixedDifficulty = difficulty
        }
        sessions[session]?.name = name
        sessions[session]?.rpcID = rpcID
        sessions[session]?.lastActivity = now
        counters.logins += 1
        let job = issueJob(session: session, now: now)
        // The members in the order of the real ones (docs/protocol.md#p2pool-login,
        // docs/protocol.md#xmrig-proxy-login).
        let head = settings.kind == .p2pool ? "" : "\"error\":null,"
        let extensions =
            switch settings.kind {
            case .p2pool: "\"algo\""
            case .nicehash: "\"algo\",\"nicehash\",\"keepalive\""
            case .open: "\"algo\",\"keepalive\""
            }
        let reply =
            "{\"id\":\(id),\"jsonrpc\":\"2.0\",\(head)\"result\":{\"id\":\"\(rpcID)\",\"job\":\(job),"
            + "\"extensions\":[\(extensions)],\"status\":\"OK\"}}\n"
        effects.append(.send(session: session, bytes: Array(reply.utf8)))
    }

    /// Splits a login into p2pool's worker name, up to the first `+` or `.`, and difficulty, the digits after the last
    /// (docs/protocol.md#p2pool-login).
    static func parse(login: String) -> (name: String, difficulty: UInt64?) {
        let isMark = { (character: Character) in character == "+" || character == "." }
        let name = String(login.prefix { !isMark($0) }.prefix(31))
        guard let mark = login.lastIndex(where: isMark) else { return (name, nil) }
        let digits = login[login.index(after: mark)...].prefix { "0"..."9" ~= $0 }
        guard let difficulty = UInt64(digits), difficulty > 0 else { return (name, nil) }
        return (name, difficulty)
    }

    /// A nicehash node gives each session a value of byte 42; 256 of them share a blob
    /// (docs/protocol.md#xmrig-proxy-nonce-byte).
    private mutating func takeSlot(_ session: Int) {
        var group = 0
        while group < groups.count, groups[group].count == 256 { group += 1 }
        if group == groups.count { groups.append([]) }
        while groups[group].contains(nextSlot) { nextSlot &+= 1 }
        groups[group].insert(nextSlot)
        sessions[session]?.group = group
        sessions[session]?.slot = nextSlot
        nextSlot &+= 1
    }
}
