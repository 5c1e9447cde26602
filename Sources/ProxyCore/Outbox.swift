import ProxyTerms

/// The one place where the machines leave what the shell is to do: effects in order, the bytes that they send, notices for the log.
///
/// Every machine appends; only the shell empties it, after it has performed everything.
final class Outbox {
    var effects = Effects()

    /// Where the next bytes go in the arena.
    @inline(__always)
    var end: Int { effects.bytes.count }

    @inline(__always)
    func add(_ effect: Effect) { effects.list.append(effect) }

    @inline(__always)
    func tell(_ notice: Notice) { effects.notices.append(notice) }

    @inline(__always)
    func tell(_ share: AcceptedShare) { effects.accepted.append(share) }

    /// Sends a rig what `write` appends.
    @inline(__always)
    func send(to rig: RigID, _ write: (inout [UInt8]) -> Void) {
        let start = effects.bytes.count
        write(&effects.bytes)
        effects.list.append(.sendToRig(rig, effects.span(from: start)))
    }

    /// The same for an answer. Those to one rig in a row go out at once: a system call costs ten times what an answer does.
    @inline(__always)
    func answer(_ rig: RigID, _ write: (inout [UInt8]) -> Void) {
        var start = effects.bytes.count
        write(&effects.bytes)
        if case .sendToRig(rig, let span)? = effects.list.last, Int(span.start) + Int(span.count) == start {
            start = Int(span.start)
            effects.list.removeLast()
        }
        effects.list.append(.sendToRig(rig, effects.span(from: start)))
    }

    /// Sends a lane's pool what was appended since `start`, if anything was.
    @inline(__always)
    func send(to lane: LaneID, from start: Int) {
        guard effects.bytes.count > start else { return }
        effects.list.append(.sendToLane(lane, effects.span(from: start)))
    }
}
