import ProxyCore
import ProxyTerms

/// The last 50 events of a run, kept as values and written out only when something fails.
struct Trace {
    enum Entry {
        case fromRig(Int, [UInt8])
        case toRig(Int, [UInt8])
        case fromLane(LaneID, [UInt8])
        case toLane(LaneID, [UInt8])
        case rig(Int, StaticString)
        case lane(LaneID, StaticString)
        case fault(WorldFault)
        case notice(Notice)
    }

    /// How many events are kept.
    var length = 50
    private var entries: [(at: Instant, entry: Entry)] = []
    private var next = 0

    mutating func add(_ entry: Entry, at now: Instant) {
        if entries.count < length {
            entries.append((now, entry))
        } else {
            entries[next] = (now, entry)
        }
        next = (next + 1) % length
    }

    /// The entries as text, the oldest first.
    var text: String {
        let ordered = entries.count < length ? entries[...] : entries[next...] + entries[..<next]
        return ordered.map { "  \($0.at.milliseconds) \(describe($0.entry))" }.joined(separator: "\n")
    }

    private func describe(_ entry: Entry) -> String {
        func text(_ bytes: [UInt8]) -> String {
            String(decoding: bytes.prefix(420), as: UTF8.self).replacing("\n", with: "⏎")
        }
        func name(_ lane: LaneID) -> String { "\(lane.upstream.name) lane \(lane.index) epoch \(lane.epoch)" }
        return switch entry {
        case .fromRig(let rig, let bytes): "rig \(rig) → core: \(text(bytes))"
        case .toRig(let rig, let bytes): "core → rig \(rig): \(text(bytes))"
        case .fromLane(let lane, let bytes): "\(name(lane)) → core: \(text(bytes))"
        case .toLane(let lane, let bytes): "core → \(name(lane)): \(text(bytes))"
        case .rig(let rig, let what): "rig \(rig): \(what)"
        case .lane(let lane, let what): "\(name(lane)): \(what)"
        case .fault(let fault): "fault: \(fault)"
        case .notice(let notice): "notice: \(notice)"
        }
    }
}
