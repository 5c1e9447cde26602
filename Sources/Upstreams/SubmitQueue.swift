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

        /// The line's length with this id, in bytes.
        func length(id number: UInt32) -> Int {
            var digits = 1
            var rest = number / 10
            while rest > 0 {
                digits += 1
                rest /= 10
            }
            return line.count - id.count + digits
        }

        /// Appends the line with this id.
        func write(id number: UInt32, to output: inout [UInt8]) {
            line.withUnsafeBytes {
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<id.lowerBound]))
                output.append(decimal: UInt64(number))
                output.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[id.upperBound...]))
            }
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

    /// Adds a submit behind those whose turn comes before.
    mutating func append(_ entry: consuming Entry) {
        entry.turn = served + 1
        if let last = entries[head...].last(where: { $0.pending.isOfRig(of: entry.pending) }) {
            entry.turn = max(entry.turn, last.turn + 1)
        }
        var place = entries.count
        while place > head, entries[place - 1].turn > entry.turn { place -= 1 }
        bytes += entry.line.count
        if place == entries.count { entries.append(entry) } else { entries.insert(entry, at: place) }
    }

    /// How many bytes the one that is next has with this id; nil where none waits.
    func firstLength(id: UInt32) -> Int? { isEmpty ? nil : entries[head].length(id: id) }

    /// Takes the one that is next, and appends its line with this id.
    mutating func popFirst(id: UInt32, to output: inout [UInt8]) -> PendingSubmit? {
        if isEmpty { return nil }
        entries[head].write(id: id, to: &output)
        return popFirst()
    }

    /// Takes the one that is next; its line is dropped.
    mutating func popFirst() -> PendingSubmit? {
        if isEmpty { return nil }
        let pending = entries[head].pending
        served = entries[head].turn
        bytes -= entries[head].line.count
        entries[head].line = []
        head += 1
        if isEmpty {
            reset()
        } else if head >= entries.count - head {
            entries.removeFirst(head)
            head = 0
        }
        return pending
    }

    /// Nobody waits: all turns begin anew. Memory for some is kept, so that a lane that is at its bound allocates none with each.
    private mutating func reset() {
        entries.removeAll(keepingCapacity: entries.capacity <= 8)
        head = 0
        served = 0
    }

    /// Takes one that was taken at `moment` or before.
    mutating func popTaken(by moment: Instant) -> PendingSubmit? {
        guard let place = entries[head...].firstIndex(where: { $0.pending.takenAt <= moment }) else { return nil }
        let entry = entries.remove(at: place)
        bytes -= entry.line.count
        if isEmpty { reset() }
        return entry.pending
    }

    /// When the one was taken that has waited longest; `never` where none does.
    var oldestTakenAt: Instant { entries[head...].reduce(.never) { min($0, $1.pending.takenAt) } }
}

extension PendingSubmit {
    fileprivate func isOfRig(of other: PendingSubmit) -> Bool {
        rigIndex == other.rigIndex && rigGeneration == other.rigGeneration
    }
}
