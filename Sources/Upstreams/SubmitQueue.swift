import ProxyTerms
import StrictJSON

/// Submits that wait for earlier verdicts, in turns: each rig's next share comes after one of every other rig that waits, so that a rig
/// with many shares waits behind its own. Within a turn the first to come is the first to go.
struct SubmitQueue: Sendable {
    /// One submit.
    struct Entry: Sendable {
        var pending: PendingSubmit
        /// The line, `\n` included, with some number in the place of its id.
        var line: [UInt8]
        /// Where that number stands in `line`.
        var id: Range<Int>
        fileprivate var turn: UInt32 = 0

        init(pending: PendingSubmit, line: [UInt8], id: Range<Int>) {
            self.pending = pending
            self.line = line
            self.id = id
        }

        /// Appends the line with this id.
        func write(id number: UInt32, to output: inout [UInt8]) {
            output.append(contentsOf: line[..<id.lowerBound])
            output.append(decimal: UInt64(number))
            output.append(contentsOf: line[id.upperBound...])
        }
    }

    /// By turn.
    private var entries: [Entry] = []
    private var head = 0
    /// The turn that was taken last.
    private var served: UInt32 = 0
    /// Bytes that wait.
    private(set) var bytes = 0

    /// Submits that wait.
    var count: Int { entries.count - head }
    var isEmpty: Bool { head == entries.count }
    /// The one that is next.
    var first: Entry? { isEmpty ? nil : entries[head] }

    /// Adds a submit behind those whose turn comes before.
    mutating func append(_ entry: Entry) {
        var entry = entry
        entry.turn = served + 1
        if let last = entries[head...].last(where: { $0.pending.isOfRig(of: entry.pending) }) {
            entry.turn = max(entry.turn, last.turn + 1)
        }
        var place = entries.count
        while place > head, entries[place - 1].turn > entry.turn { place -= 1 }
        entries.insert(entry, at: place)
        bytes += entry.line.count
    }

    /// Takes the one that is next.
    mutating func popFirst() -> Entry? {
        guard let entry = first else { return nil }
        served = entry.turn
        bytes -= entry.line.count
        entries[head].line = []
        head += 1
        if isEmpty {
            // Nobody waits: all turns begin anew.
            self = SubmitQueue()
        } else if head >= entries.count - head {
            entries.removeFirst(head)
            head = 0
        }
        return entry
    }

    /// Takes one that was taken at `moment` or before.
    mutating func popTaken(by moment: Instant) -> Entry? {
        guard let place = entries[head...].firstIndex(where: { $0.pending.takenAt <= moment }) else { return nil }
        let entry = entries.remove(at: place)
        bytes -= entry.line.count
        if isEmpty { self = SubmitQueue() }
        return entry
    }

    /// When the one was taken that has waited longest; `never` where none does.
    var oldestTakenAt: Instant { entries[head...].reduce(.never) { min($0, $1.pending.takenAt) } }
}

extension PendingSubmit {
    fileprivate func isOfRig(of other: PendingSubmit) -> Bool {
        rigIndex == other.rigIndex && rigGeneration == other.rigGeneration
    }
}
