import ProxyTerms
import StratumCodec

@testable import Upstreams

/// A pool session with its output, driven by texts and seconds.
struct Rehearsal: ~Copyable {
    var session: PoolSession
    var output: [UInt8] = []

    init(_ settings: PoolSessionSettings = .p2pool(user: "rig", agent: "test/1"), firstID: UInt32 = 2) {
        session = PoolSession(settings: settings, firstID: firstID)
    }

    /// A p2pool session that is logged in at second 0.
    static func ready(
        _ settings: PoolSessionSettings = .p2pool(user: "rig", agent: "test/1"), login: String = Lines.p2poolLogin,
        firstID: UInt32 = 2
    ) -> Rehearsal {
        var rehearsal = Rehearsal(settings, firstID: firstID)
        rehearsal.logIn(with: login)
        return rehearsal
    }

    mutating func logIn(with login: String = Lines.p2poolLogin, at seconds: Double = 0) {
        session.opened(now: moment(seconds))
        _ = session.connected(now: moment(seconds), into: &output)
        if session.phase == .securing { _ = session.secured(now: moment(seconds), into: &output) }
        _ = line(login, at: seconds)
        output.removeAll()
    }

    mutating func line(_ text: String, at seconds: Double) -> PoolSession.OnLine {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBytes { session.line($0, now: moment(seconds), into: &output) }
    }

    mutating func submit(
        rig: UInt32 = 1, work: Double = 1000, line text: String = Lines.submit(), at seconds: Double
    ) -> PoolSession.OnSubmit {
        guard case .submit(let submit)? = try? withBytes(text, { try decodeRigLine($0) }) else { return .notReady }
        let pending = PendingSubmit(
            rigIndex: rig, rigGeneration: 0, request: submit.id, work: work, hash: submit.hash,
            takenAt: moment(seconds))
        return withBytes(text) { line in
            withBytes("1") { job in
                session.submit(
                    submit, line: line, job: job, pending: pending, now: moment(seconds), into: &output)
            }
        }
    }

    mutating func tick(at seconds: Double) -> PoolSession.OnTick {
        session.tick(now: moment(seconds), into: &output)
    }

    /// Takes what was written since the last call, as lines.
    mutating func takeLines() -> [String] {
        defer { output.removeAll(keepingCapacity: true) }
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The rigs of the submits that have waited too long for their turn.
    mutating func overdueRigs(at seconds: Double) -> [UInt32] {
        var rigs: [UInt32] = []
        while let pending = session.takeOverdue(now: moment(seconds)) { rigs.append(pending.rigIndex) }
        return rigs
    }

    /// The rigs of all submits that are lost once the session is closed.
    mutating func lostRigs() -> [UInt32] {
        var rigs: [UInt32] = []
        while let pending = session.takeLost() { rigs.append(pending.rigIndex) }
        return rigs
    }
}

/// `at`, where a parameter is called `at`.
private func moment(_ seconds: Double) -> Instant { at(seconds) }

/// The rig and the verdict of a line's result; nil for anything else.
func verdict(_ result: PoolSession.OnLine) -> (rig: UInt32, kind: Rejection.Kind?)? {
    guard case .verdict(let pending, let verdict) = result else { return nil }
    switch verdict {
    case .accepted: return (pending.rigIndex, nil)
    case .rejected(let rejection): return (pending.rigIndex, rejection.kind)
    }
}
