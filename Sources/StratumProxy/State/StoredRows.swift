import History
import ProxyTerms
import SplitScheduler
import Store

extension StampedMemory {
    /// What the store's rows tell. A row whose text makes no sense tells nothing.
    init(_ stored: StoredWork) {
        self.init()
        for second in stored.work {
            for upstream in Upstream.allCases where second.work[upstream] > 0 {
                work[upstream].append(Second(time: second.at, work: second.work[upstream]))
            }
        }
        if let row = stored.memory[.state], case .state(let memory)? = JournalEntry.read(row.text)?.entry {
            state = Stamped(memory, time: row.at)
        }
        if let row = stored.memory[.days], case .days(let known)? = JournalEntry.read(row.text)?.entry {
            days = Stamped(known, time: row.at)
        }
        beginning =
            stored.memory[.knownSince]?.at
            ?? [work.p2pool.first?.time, work.xvb.first?.time, state?.time, days?.time].compactMap { $0 }.min()
    }
}

extension MemoryRow {
    /// The row of what a schedule has to remember, as it was at second `at`.
    init(_ entry: JournalEntry, at: Int64) {
        self.init(entry.kind, at: at, text: entry.line(time: at))
    }
}

extension JournalEntry {
    fileprivate var kind: MemoryRow.Kind {
        if case .days = self { .days } else { .state }
    }
}
