import ProxyTerms

/// Puts the lines of a journal together again: what a proxy before the store has kept (docs/store.md#from-the-journal).
///
/// Lines are taken in the order of the file. A line that can't be read is skipped and counted, so a torn last line is nothing
/// special.
///
/// The lines' stamps are those of the wall clock, which may be set: where a line says so, all before it is put right. Where they jump
/// without a word (a clock without a battery, set while nobody wrote) nobody knows how long ago the lines before were written, and what is
/// known begins anew.
public struct JournalReplay: Equatable, Sendable {
    /// Lines that could not be read.
    public private(set) var skipped = 0

    /// What the lines say.
    public private(set) var found = StampedMemory()
    /// The stamp of the line before.
    private var last: Int64?

    /// Stamps of lines that were written in this order may go back by this many seconds: work is stamped when it ended.
    private static let slack: Int64 = 5
    /// Lines with more than this many seconds between them: a proxy that didn't run for a day, or a clock that jumped.
    public static let longestPause: Int64 = 86_400

    /// An empty journal.
    public init() {}

    /// Takes one line, without its line end.
    public mutating func take(_ line: String) {
        guard let (entry, time) = JournalEntry.read(line) else {
            skipped += 1
            return
        }
        if case .clock(let seconds) = entry {
            found.shift(by: seconds)
            last? += seconds
        }
        heed(time)
        if found.beginning == nil { found.beginning = time }
        switch entry {
        case .work(let lines):
            for upstream in Upstream.allCases {
                for item in lines[upstream] {
                    found.work[upstream].append(StampedMemory.Second(time: time - item.age, work: item.work))
                    found.beginning = min(found.beginning ?? time, time - item.age)
                }
                found.trim(upstream, now: time)
            }
        case .state(let memory):
            found.state = StampedMemory.Stamped(memory, time: time)
        case .days(let known):
            found.days = StampedMemory.Stamped(known, time: time)
        case .gap:
            found.beginning = time
        case .clock, .note:
            break
        }
    }

    /// Compares a line's stamp with the one before.
    private mutating func heed(_ time: Int64) {
        defer { last = time }
        guard let last else { return }
        if time < last - Self.slack {
            found.beginAnew(at: time)
        } else if time - last > Self.longestPause {
            found.beginning = time
        }
    }

    /// What the journal remembers, as of `now` (seconds since 1970); `nil` if it holds nothing.
    public func memory(now: Int64) -> SchedulerMemory? { found.memory(now: now) }
}
