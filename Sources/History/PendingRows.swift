import ProxyTerms

/// Rows that wait for the disk. It is bounded: a disk that stands still costs detail, counted, and never a second of accepted work that
/// the schedule still needs.
public struct PendingRows: Equatable, Sendable {
    /// Events that may wait.
    public static let mostDetails = 4_096
    /// Rigs' ten minutes that may wait.
    public static let mostRigs = 4_096
    /// Minutes that may wait: two days.
    static let mostMinutes = 2_880
    /// Seconds of work that may wait: as many as are kept.
    static let mostSeconds = Int(Table.work.keptSeconds ?? 0)
    /// Clock changes that may wait.
    static let mostShifts = 64

    /// What the clock was set by, in order; for what stands in the store already.
    public private(set) var shifts: [ClockShift] = []
    /// All seconds of work that the store has are replaced by `work`.
    public private(set) var replacesWork = false
    /// Work by second, oldest first.
    public private(set) var work: [WorkSecond] = []
    /// The farm's figures by the second that their minute begins with.
    public private(set) var minutes: [Int64: Totals] = [:]
    /// Rigs' figures.
    public private(set) var rigs: [RigTotals.Key: RigTotals] = [:]
    /// Events, oldest first.
    public private(set) var details: [Row] = []
    /// What the schedule has to remember.
    public private(set) var memory: [MemoryRow.Kind: MemoryRow] = [:]
    /// Rows that were dropped because too many waited.
    public private(set) var dropped = 0

    /// Nothing waits.
    public init() {}

    /// Whether nothing waits.
    public var isEmpty: Bool {
        shifts.isEmpty && !replacesWork && work.isEmpty && minutes.isEmpty && rigs.isEmpty && details.isEmpty
            && memory.isEmpty
    }

    /// Adds the work of a second.
    public mutating func add(_ second: WorkSecond) {
        var index = work.count
        while index > 0, work[index - 1].at > second.at { index -= 1 }
        if index > 0, work[index - 1].at == second.at {
            for upstream in Upstream.allCases { work[index - 1].work[upstream] += second.work[upstream] }
        } else {
            work.insert(second, at: index)
            trimWork()
        }
    }

    /// `seconds` is all the work that is known, oldest first: it takes the place of what the store has.
    public mutating func replaceWork(_ seconds: [WorkSecond]) {
        replacesWork = true
        work = []
        for second in seconds { add(second) }
    }

    /// Adds to the figures of the minute that second `at` is in.
    public mutating func add(_ totals: Totals, at: Int64) {
        minutes[Grain.minute.start(of: at), default: Totals()].add(totals)
        if minutes.count > Self.mostMinutes, let oldest = minutes.keys.min() {
            minutes[oldest] = nil
            dropped += 1
        }
    }

    /// Adds to a rig's figures.
    public mutating func add(_ totals: RigTotals, _ key: RigTotals.Key) {
        if rigs[key] == nil, rigs.count >= Self.mostRigs {
            dropped += 1
        } else {
            rigs[key, default: RigTotals(work: 0, accepted: 0, refused: 0)].add(totals)
        }
    }

    /// Adds an event.
    public mutating func add(_ row: Row) {
        details.append(row)
        trimDetails()
    }

    /// Sets what the schedule has to remember.
    public mutating func set(_ row: MemoryRow) { memory[row.kind] = row }

    /// The clock was set.
    public mutating func shift(_ shift: ClockShift) {
        move(shift)
        if shifts.count < Self.mostShifts { shifts.append(shift) } else { dropped += 1 }
    }

    /// These rows could not be written: what came meanwhile is added.
    public mutating func merge(_ later: PendingRows) {
        for shift in later.shifts { self.shift(shift) }
        if later.replacesWork { replaceWork(later.work) } else { for second in later.work { add(second) } }
        for (at, totals) in later.minutes { add(totals, at: at) }
        for (key, totals) in later.rigs { add(totals, key) }
        details += later.details
        trimDetails()
        memory.merge(later.memory) { $1 }
        dropped += later.dropped
    }

    // MARK: Bounds

    private mutating func trimWork() {
        // What the store would forget at once.
        let excess = work.count - Self.mostSeconds
        if excess > 0 { work.removeFirst(excess) }
    }

    private mutating func trimDetails() {
        let excess = details.count - Self.mostDetails
        guard excess > 0 else { return }
        details.removeFirst(excess)
        dropped += excess
    }

    private mutating func move(_ shift: ClockShift) {
        let seconds = work
        work = []
        for var second in seconds {
            second.at = shift.moved(second.at)
            add(second)
        }
        let known = minutes
        minutes = [:]
        for (at, totals) in known { add(totals, at: shift.moved(at)) }
        let figures = rigs
        rigs = [:]
        for (key, totals) in figures { add(totals, RigTotals.Key(at: shift.moved(key.at), rig: key.rig)) }
        for kind in MemoryRow.Kind.allCases { if let at = memory[kind]?.at { memory[kind]?.at = shift.moved(at) } }
        for index in details.indices { details[index].move(shift) }
    }
}

extension Row {
    /// Its dates, put right.
    fileprivate mutating func move(_ shift: ClockShift) {
        for (index, column) in table.columns.enumerated() {
            guard let at = values[index].whole else { continue }
            switch column.name {
            case "at_ms", "until_ms", "planned_ms": values[index] = .integer(shift.moved(milliseconds: at))
            case "at", "first_seen", "last_seen": values[index] = .integer(shift.moved(at))
            default: break
            }
        }
    }
}
