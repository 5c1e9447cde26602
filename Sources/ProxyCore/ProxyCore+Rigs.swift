import ProxyTerms
import StratumCodec
import StrictJSON

// Rigs: from connect to close.
extension ProxyCore {
    /// Connections over the limit while those that made room for them are being closed.
    public static let crowding = 64

    /// Longest name of a rig and of its agent, bytes of UTF-8.
    private static let longestName = 64
    /// Longest login name that is looked at, bytes of UTF-8: a wallet has 95, a dot with a name and the difficulty may follow.
    private static let longestUser = 256

    /// Rigs that can be connected at a time.
    public var mostRigs: Int { min(settings.maxRigs, 65_000) }

    /// A connection was accepted.
    ///
    /// Where all places are taken, the first of the closed connections that linger goes, else the one that has waited
    /// longest without a login: idle and refused connections never keep rigs out (docs/invariants.md#faults-of-rigs).
    /// - Returns: its name, or nil where there is no room: close it.
    public func rigConnected(now: Instant) -> RigID? {
        guard stopDue == nil else { return nil }
        guard rigs.count < mostRigs || (rigs.count < mostRigs + Self.crowding && crowdOut()) else {
            effects.notices.append(.rigRefused(limit: mostRigs))
            return nil
        }
        let id = rigs.insert(difficulty: RigDifficulty(start: settings.startRigDifficulty, now: now))
        rigs[id.index].pointee.lastActivity = seconds(now)
        rigs[id.index].pointee.joinedSecond = UInt32(truncatingIfNeeded: now.milliseconds / 1000)
        greetingDue.append(id, due: now.adding(seconds: settings.loginSeconds))
        return id
    }

    /// Makes room for one connection; false where all have logged in.
    private func crowdOut() -> Bool {
        while let id = ending.popFirst() {
            guard let rig = rigs.find(id), rig.pointee.phase == .closing else { continue }
            effects.list.append(.dropRig(id))
            return true
        }
        while let id = greetingDue.popFirst() {
            guard let rig = rigs.find(id), rig.pointee.phase == .greeting else { continue }
            tellClosing(id, rig, .crowdedOut)
            leave(id.index, rig, now: nil)
            rig.pointee.phase = .closing
            effects.list.append(.dropRig(id))
            return true
        }
        return false
    }

    /// Bytes came from a rig.
    public func rigReceived(_ id: RigID, _ bytes: UnsafeRawBufferPointer, now: Instant) {
        guard let rig = rigs.find(id), rig.pointee.phase != .closing else {
            staleEvents += 1
            return
        }
        // The framer is taken out while it calls back, so that nothing else can touch it.
        var framer = LineFramer()
        swap(&framer, &rig.pointee.framer)
        let fits = framer.receive(bytes, limit: settings.maxLineBytes) { line in
            self.lineReceived(id.index, rig, line, now: now)
            return rig.pointee.phase != .closing
        }
        guard rig.pointee.phase != .closing else { return }
        guard fits else { return closeRig(id.index, .badInput) }
        swap(&framer, &rig.pointee.framer)
    }

    /// The connection of a rig is gone, from whichever side.
    public func rigClosed(_ id: RigID, now: Instant) {
        guard let rig = rigs.find(id) else {
            staleEvents += 1
            return
        }
        if rig.pointee.phase != .closing {
            tellClosing(id, rig, .byRig)
            leave(id.index, rig, now: now)
        }
        rigs.remove(id.index)
        forgetDeadlines()
        finishIfEmpty()
    }

    /// Keeps the queues within a multiple of the rigs there are: entries outlive their rigs.
    private func forgetDeadlines() {
        func isLive(_ id: RigID) -> Bool { rigs.find(id) != nil }
        greetingDue.prune(live: rigs.count, where: isLive)
        idleDue.prune(live: rigs.count, where: isLive)
        strandedDue.prune(live: rigs.count, where: isLive)
        ending.prune(live: rigs.count, where: isLive)
    }

    private func lineReceived(
        _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, _ line: UnsafeRawBufferPointer, now: Instant
    ) {
        guard !line.isEmpty else { return }
        do {
            let message = try decodeRigLine(line)
            rig.pointee.lastActivity = seconds(now)
            switch message {
            case .submit(let submit):
                submitReceived(submit, line: line, index, rig, now: now)
            case .login(let login):
                loginReceived(login, line: line, index, rig, now: now)
            case .keepalived(let id):
                reply(to: index) { RigReply.keptAlive(id: id, to: &$0) }
            case .getjob(let id):
                getjobReceived(id, index, rig)
            case .unknownMethod(let id):
                fault(index, rig, id, code: -32601, "Invalid method")
            }
        } catch {
            local.malformed += 1
            if error.code.isGarbage {
                closeRig(index, .badInput)
            } else {
                fault(index, rig, error.id, code: -32600, "Malformed request")
            }
        }
    }

    /// Answers a request that is not understood; the third closes the connection.
    private func fault(
        _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, _ id: RequestID, code: Int, _ text: StaticString
    ) {
        reply(to: index) { RigReply.failed(id: id, code: code, message: text, to: &$0) }
        rig.pointee.faults += 1
        if rig.pointee.faults >= 3 { closeRig(index, .badInput) }
    }

    private func loginReceived(
        _ login: Login, line: UnsafeRawBufferPointer, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant
    ) {
        guard rig.pointee.phase == .greeting else {
            return reply(to: index) {
                RigReply.failed(id: login.id, code: -1, message: "Already logged in", to: &$0)
            }
        }
        if let wanted = settings.accessPassword, !Self.equal(login.pass?.bytes(in: line), wanted) {
            // After a refused login xmrig stays connected and idle for ever, so the proxy closes (docs/protocol.md#xmrig-login).
            reply(to: index) { RigReply.failed(id: login.id, code: -1, message: "Permission denied", to: &$0) }
            return closeRig(index, .wrongPassword)
        }
        if let algorithms = login.algorithms, !algorithms.contains(.rx0), !algorithms.contains(.rx2) {
            reply(to: index) { RigReply.failed(id: login.id, code: -1, message: "No compatible algorithm", to: &$0) }
            return closeRig(index, .noCommonAlgorithm)
        }
        introduce(login, line: line, rig, now: now)
        if turnsAway(rig, now: now) {
            reply(to: index) { RigReply.failed(id: login.id, code: -1, message: "No pool has work now", to: &$0) }
            return closeRig(index, .noUpstream)
        }
        rig.pointee.phase = .held
        heldLogins[index] = login.id
        if rig.pointee.isExclusive { exclusiveRigs += 1 } else { ordinaryRigs += 1 }
        let id = rigs.id(index)
        idleDue.append(id, due: now.adding(seconds: settings.idleSeconds))
        effects.notices.append(
            .rigJoined(
                id, name: rig.pointee.name, agent: agents[Int(rig.pointee.agent)],
                isExclusive: rig.pointee.isExclusive))
        seatEverywhere(index, rig)
        place(index, rig, now: now)
        careSoon(now)
    }

    /// Takes over what the login says of the rig: name, agent, algorithms, difficulty.
    private func introduce(
        _ login: Login, line: UnsafeRawBufferPointer, _ rig: UnsafeMutablePointer<Rig>, now: Instant
    ) {
        var user = login.user.map { displayText($0.bytes(in: line), limit: Self.longestUser) } ?? ""
        if let plus = user.lastIndex(of: "+"), let fixed = UInt64(user[user.index(after: plus)...]), fixed > 0 {
            rig.pointee.difficulty = RigDifficulty(fixed: fixed, now: now)
            user = String(user[..<plus])
        } else {
            rig.pointee.difficulty = RigDifficulty(start: settings.startRigDifficulty, now: now)
        }
        user = Self.capped(user)
        let rigID = login.rigID.map { displayText($0.bytes(in: line), limit: Self.longestName) } ?? ""
        rig.pointee.name = !rigID.isEmpty ? rigID : !user.isEmpty ? user : "rig"
        let agent = login.agent.map { displayText($0.bytes(in: line), limit: Self.longestName) } ?? ""
        rig.pointee.agent = agentIndex(agent)
        rig.pointee.algorithms = login.algorithms
        let isNamed = settings.exclusiveWorkers.contains(rig.pointee.name)
        rig.pointee.isFrontProxy = !isNamed && agent.lowercased().hasPrefix("xmrig-proxy/")
        rig.pointee.isExclusive = isNamed || rig.pointee.isFrontProxy
    }

    /// What fits into a name, cut between two characters.
    private static func capped(_ name: String) -> String {
        var name = name
        while name.utf8.count > longestName { name.unicodeScalars.removeLast() }
        return name
    }

    /// Agents repeat; a bounded table holds each once.
    private func agentIndex(_ agent: String) -> UInt16 {
        if let known = agents.firstIndex(of: agent) { return UInt16(known) }
        guard agents.count < 256 else { return 0 }
        agents.append(agent)
        return UInt16(agents.count - 1)
    }

    /// Answers `getjob` with what the rig has already; xmrig never asks, old miners do.
    private func getjobReceived(_ id: RequestID, _ index: UInt32, _ rig: UnsafeMutablePointer<Rig>) {
        guard rig.pointee.phase == .mining, let issued = newestIssued(index, rig),
            let job = ledger.find(index: issued.ledgerIndex, serial: issued.serial)
        else {
            return reply(to: index) { RigReply.failed(id: id, code: -1, message: "No job yet", to: &$0) }
        }
        let slot = issued.isWhole ? nil : issued.slot
        reply(to: index) {
            job.template.writeGetjobReply(id: id, job: issued.number, target: issued.target, slot: slot, to: &$0)
        }
    }

    /// The job the rig was given last.
    func newestIssued(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>) -> IssuedJob? {
        let newest = (Int(rig.pointee.nextIssued) + RigTable.issuedPerRig - 1) % RigTable.issuedPerRig
        let issued = rigs.issued(index)[newest]
        return issued.number == 0 ? nil : issued
    }

    /// Sends the rig what `write` appends.
    @inline(__always)
    func reply(to index: UInt32, _ write: (inout [UInt8]) -> Void) {
        let start = effects.bytes.count
        write(&effects.bytes)
        effects.list.append(.sendToRig(rigs.id(index), effects.span(from: start)))
    }

    /// Closes a rig's connection for our own reasons, after what was written to it.
    func closeRig(_ index: UInt32, _ reason: RigClosing) {
        let rig = rigs[index]
        let id = rigs.id(index)
        tellClosing(id, rig, reason)
        leave(index, rig, now: nil)
        rig.pointee.phase = .closing
        ending.append(id, due: .never)
        effects.list.append(.closeRig(id))
    }

    private func tellClosing(_ id: RigID, _ rig: UnsafeMutablePointer<Rig>, _ reason: RigClosing) {
        // That all of them go is no news of any.
        guard reason != .stopping else { return }
        switch rig.pointee.phase {
        case .held, .mining: effects.notices.append(.rigLeft(id, name: rig.pointee.name, reason))
        case .greeting: effects.notices.append(.connectionDropped(id, reason))
        case .vacant, .closing: break
        }
    }

    /// Gives back everything a rig holds.
    private func leave(_ index: UInt32, _ rig: UnsafeMutablePointer<Rig>, now: Instant?) {
        switch rig.pointee.phase {
        case .held, .mining:
            if rig.pointee.isExclusive { exclusiveRigs -= 1 } else { ordinaryRigs -= 1 }
            for upstream in Upstream.allCases { unseat(rig, on: upstream, now: now) }
            noteWaiting(rig, false)
            noteStranded(rig, since: 0)
        case .vacant, .greeting, .closing:
            break
        }
        heldLogins[index] = nil
        rig.pointee.framer = LineFramer()
        rig.pointee.meter = nil
    }

    /// Closes rigs whose deadline has come: no login, long silence, no work for too long.
    func expireRigs(now: Instant) {
        while let id = greetingDue.popDue(now: now) {
            guard let rig = rigs.find(id), rig.pointee.phase == .greeting else { continue }
            closeRig(id.index, .loginTimeout)
        }
        while let id = idleDue.popDue(now: now) {
            guard let rig = rigs.find(id), rig.pointee.phase != .closing else { continue }
            let silent = Double(seconds(now) &- rig.pointee.lastActivity)
            if silent + 1 >= settings.idleSeconds {
                closeRig(id.index, .idle)
            } else {
                idleDue.append(id, due: now.adding(seconds: settings.idleSeconds))
            }
        }
        while let id = strandedDue.popDue(now: now) {
            guard let rig = rigs.find(id), rig.pointee.phase != .closing else { continue }
            rig.pointee.awaitsGrace = false
            guard rig.pointee.strandedSince != 0 else { continue }
            let stranded = Double(seconds(now) &- rig.pointee.strandedSince)
            if stranded + 1 >= settings.graceSeconds {
                closeRig(id.index, .noUpstream)
            } else {
                rig.pointee.awaitsGrace = true
                strandedDue.append(id, due: now.adding(seconds: settings.graceSeconds - stranded))
            }
        }
    }

    /// Compares in a time that does not depend on where the difference is.
    private static func equal(_ given: UnsafeRawBufferPointer?, _ wanted: String) -> Bool {
        let wanted = Array(wanted.utf8)
        guard let given, given.count == wanted.count else { return false }
        var difference: UInt8 = 0
        for place in 0..<wanted.count { difference |= given[place] ^ wanted[place] }
        return difference == 0
    }
}

extension CodecError.Code {
    /// Not a Stratum client, or one that is out of step: there is nothing to answer.
    fileprivate var isGarbage: Bool {
        self == .notJSON || self == .notAnObject || self == .tooDeep || self == .tooManyMembers
    }
}
