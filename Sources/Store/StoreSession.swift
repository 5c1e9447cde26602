import History
import ProxyTerms

/// One open store, and what is done with it. Used by one thread at a time.
final class StoreSession {
    private let file: StoreFile
    private let opened: StoreFile.Opened
    /// Whether the file was made by opening it.
    var isNew: Bool { opened.isNew }
    private var connection: Connection { opened.connection }
    private var proxy: Value { .integer(opened.proxy) }
    /// The newest minute of which something was written, and the oldest one that was not folded since.
    private var newestMinute: Int64?
    private var unfolded: Int64?
    private var forgetDue: Int64

    /// Seconds between two clean-ups.
    private static let secondsBetweenCleanUps: Int64 = 600

    /// Opens the store. What the last process had not finished when it ended is finished: its open ends and its last hour.
    init(_ file: StoreFile, now: Int64) throws(StoreFault) {
        self.file = file
        opened = try file.open(now: now)
        forgetDue = now + 60
        try connection.transaction { () throws(StoreFault) in
            let last = try connection.first(
                "SELECT max(at) FROM totals WHERE proxy = ?1 AND step = ?2 AND at <= ?3",
                [proxy, .integer(Grain.minute.seconds), .integer(now)])?.whole
            if let last { try fold(from: last) }
            let ended = Value.integer(try min(now, lastKnown(minute: last)) * 1_000)
            for table in Table.allCases { if let sql = table.ending { try connection.run(sql, [proxy, ended]) } }
        }
    }

    /// The last second in which the proxy is known to have run: what its last `minute` counts, the second after its last work, its last state.
    private func lastKnown(minute: Int64?) throws(StoreFault) -> Int64 {
        try connection.first(
            "SELECT max(at) FROM (SELECT at + seconds AS at FROM totals WHERE proxy = ?1 AND step = ?2 AND at = ?3 "
                + "UNION ALL SELECT max(at) + 1 FROM work WHERE proxy = ?1 "
                + "UNION ALL SELECT at FROM memory WHERE proxy = ?1 AND kind = ?4)",
            [proxy, .integer(Grain.minute.seconds), Value(minute), .text(MemoryRow.Kind.state.rawValue)])?.whole ?? 0
    }

    /// Whether the file still stands where it was opened.
    var isInPlace: Bool { file.isInPlace(opened) }

    // MARK: Writing

    /// Writes all of `rows`, or nothing.
    func write(_ rows: PendingRows, now: Int64) throws(StoreFault) {
        try connection.transaction { () throws(StoreFault) in
            for shift in rows.shifts { try move(shift) }
            if rows.replacesWork { try connection.run("DELETE FROM work WHERE proxy = ?1", [proxy]) }
            for second in rows.work { try put(second.row) }
            for (at, totals) in rows.minutes { try put(TotalsRow(.minute, at: at, totals).row) }
            for (key, totals) in rows.rigs { try put(totals.row(key)) }
            for row in rows.details { try put(row) }
            for row in rows.memory.values { try put(row.row) }
            try foldEnded(rows)
            if now >= forgetDue { try forget(now: now) }
        }
        if now >= forgetDue || forgetDue > now + 2 * Self.secondsBetweenCleanUps {
            forgetDue = now + Self.secondsBetweenCleanUps
        }
    }

    /// The last write was made: the minute that is running goes into its ten minutes and hour, what waits in the write-ahead log into the
    /// file. What fails of it is done at the next start.
    func end() {
        if let unfolded { try? connection.transaction { () throws(StoreFault) in try fold(from: unfolded) } }
        try? connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func put(_ row: Row) throws(StoreFault) {
        try connection.run(row.table.writing, [proxy] + row.values)
    }

    private func move(_ shift: ClockShift) throws(StoreFault) {
        for table in Table.allCases {
            let units = table.unitsPerSecond
            let values: [Value] = [
                proxy, .integer(shift.by * units), .integer(shift.from * units),
                .integer(shift.through * units + units - 1),
            ]
            for (index, sql) in table.moving.enumerated() {
                try connection.run(sql, index == 0 ? values : [proxy])
            }
        }
        unfolded = nil
        newestMinute = nil
        try fold(from: shift.from + shift.by)
    }

    // MARK: Ten minutes and hours

    /// Once a minute: what coarser rows hold is made from the minutes anew, so that nothing can be in them twice.
    private func foldEnded(_ rows: PendingRows) throws(StoreFault) {
        guard let first = rows.minutes.keys.min(), let last = rows.minutes.keys.max() else { return }
        let from = min(unfolded ?? first, first)
        unfolded = from
        guard last != newestMinute else { return }
        try fold(from: from)
        newestMinute = last
        unfolded = last
    }

    private func fold(from minute: Int64) throws(StoreFault) {
        let minutes = try totals(.minute, from: Grain.hour.start(of: minute), to: .max)
        for grain in [Grain.tenMinutes, .hour] {
            for row in TotalsRow.fold(minutes, into: grain) where row.at >= grain.start(of: minute) {
                try connection.run(Table.folding, [proxy] + row.row.values)
            }
        }
    }

    private func totals(_ grain: Grain, from: Int64, to: Int64) throws(StoreFault) -> [TotalsRow] {
        try StoreReader.totals(connection, opened.proxy, grain, from: from, to: to)
    }

    // MARK: Bounds

    private func forget(now: Int64) throws(StoreFault) {
        for table in Table.allCases {
            if let kept = table.keptSeconds {
                try connection.run(
                    table.forgetting, [proxy, .integer((now - kept) * table.unitsPerSecond)])
            }
            if let most = table.mostRows { try connection.run(table.bounding, [proxy, .integer(most)]) }
        }
        for grain in Grain.allCases {
            try connection.run(
                "DELETE FROM totals WHERE proxy = ?1 AND step = ?2 AND at < ?3",
                [proxy, .integer(grain.seconds), .integer(now - grain.keptSeconds)])
        }
    }

    // MARK: Restoring

    /// What the schedule is restored from, as of `now`.
    func stored(now: Int64) throws(StoreFault) -> StoredWork {
        // The newest row's date: where it lies in the future the clock was set back.
        var stored = StoredWork()
        try connection.run("SELECT at, p2pool, xvb FROM work WHERE proxy = ?1 ORDER BY at", [proxy]) { values in
            guard values.count == 3, let at = values[0].whole else { return }
            stored.work.append(
                WorkSecond(at: at, work: PerUpstream(p2pool: values[1].number ?? 0, xvb: values[2].number ?? 0)))
        }
        try connection.run("SELECT kind, at, text FROM memory WHERE proxy = ?1", [proxy]) { values in
            guard values.count == 3, let kind = values[0].text.flatMap(MemoryRow.Kind.init), let at = values[1].whole
            else { return }
            stored.memory[kind] = MemoryRow(kind, at: at, text: values[2].text ?? "")
        }
        try connection.run(
            "SELECT at_ms, until_ms, tier FROM wins WHERE proxy = ?1 ORDER BY at_ms DESC LIMIT 1", [proxy]
        ) { values in
            guard values.count == 3, let at = values[0].whole, let until = values[1].whole else { return }
            stored.lastWin = StoredWork.Win(at: at, until: until, tier: values[2].text ?? "")
        }
        // What is stamped later than now is not known to be of any time.
        try connection.run(
            "DELETE FROM work WHERE proxy = ?1 AND at > ?2", [proxy, .integer(now + StoredWork.slack)])
        return stored
    }
}

/// What a store tells a schedule that starts.
public struct StoredWork: Equatable, Sendable {
    /// Seconds that a row may lie in the future: a clock is set by less all the time.
    public static let slack: Int64 = 5

    /// Accepted work by second, oldest first.
    public var work: [WorkSecond] = []
    /// What the schedule has to remember besides.
    public var memory: [MemoryRow.Kind: MemoryRow] = [:]

    /// The last round that the wallet is known to have won; it may be on.
    public var lastWin: Win?

    /// A won round: first and last seen in milliseconds since 1970, and what it asks for.
    public struct Win: Equatable, Sendable {
        /// First seen.
        public var at: Int64
        /// Last seen.
        public var until: Int64
        /// What it asks for.
        public var tier: String

        /// A won round.
        public init(at: Int64, until: Int64, tier: String) {
            self.at = at
            self.until = until
            self.tier = tier
        }
    }

    /// Nothing.
    public init() {}

    /// Whether it tells nothing.
    public var isEmpty: Bool { work.isEmpty && memory.isEmpty }
}
