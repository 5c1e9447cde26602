import EventLoop
import Glibc
import ProxyTerms
import SplitScheduler

/// The daemon's memory on the disk: an append-only journal in the state directory, from which a restarted proxy goes on with
/// the window in progress.
///
/// One line a minute with the work of that minute and the schedule's state, and one for each event. `journal.jsonl` is
/// renamed to `journal.jsonl.1` when it has grown over 8 MiB, which a day of the busiest proxy does not fill.
final class Journal {
    /// Bytes after which a new file is begun; the two files together hold more than a day.
    static let rotateAbove = 8 << 20
    /// The largest file that is read back; one that is larger is not ours.
    private static let mostBytes = 32 << 20

    private let appender: FileAppender
    private let loop: EventLoop
    /// The last second whose work is written.
    private var writtenUntil: Int64
    /// The wall clock's seconds less those since the machine booted: changes when the wall clock is set.
    private var wallOffset: Int64
    /// The last second at which the last days were written: some kilobytes.
    private var daysWritten = Int64.min / 2
    private static let secondsBetweenDays: Int64 = 600
    private var hasGap = false
    /// Whether the last lines could not be written.
    private(set) var isFailing = false
    /// Told when the disk refuses (the system's name for it), once, and nil when it works again.
    var changed: (String?) -> Void = { _ in }

    /// A journal in `directory`, which exists.
    init(_ loop: EventLoop, directory: String) {
        self.loop = loop
        wallOffset = Self.wallSeconds - SuspendClock.millisecondsSinceBoot / 1000
        writtenUntil = loop.now.milliseconds / 1000 - 1
        appender = FileAppender(loop, path: Self.path(directory), rotateAbove: Self.rotateAbove)
        // A reader of the journal must know that work is missing. The line that says so may be lost itself.
        appender.lost = { [weak self] in self?.hasGap = true }
        appender.changed = { [weak self] fault in
            guard let self else { return }
            let wasFailing = isFailing
            isFailing = fault != nil
            // Another reason for the same trouble is not logged again.
            if wasFailing != isFailing { changed(fault) }
        }
    }

    /// What was found at the start.
    struct Found {
        /// What the journal remembers as of now; nil where nothing of it can be used.
        var memory: SchedulerMemory?
        /// Lines that could not be read.
        var skippedLines: Int
    }

    /// What the journal in `directory` tells; nil where there is none, or an empty one.
    static func restore(directory: String, now: Instant) -> Found? {
        var replay = JournalReplay()
        var isEmpty = true
        for name in [path(directory) + ".1", path(directory)] {
            guard let bytes = try? FileContents(at: name, limit: mostBytes).bytes else { continue }
            isEmpty = isEmpty && bytes.isEmpty
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                replay.take(String(decoding: line, as: UTF8.self))
            }
        }
        return isEmpty ? nil : Found(memory: replay.memory(now: stamp(now)), skippedLines: replay.skipped)
    }

    /// Writes the work of the seconds that are over since the last call, each once, and the state as it is, or as it was when the machine
    /// went to sleep `secondsAgo`; each ten minutes, and where it is the last time, what is known of the last days.
    func write(_ scheduler: SplitScheduler, secondsAgo: Int64 = 0, isLast: Bool = false) {
        let second = loop.now.milliseconds / 1000
        var text = clockLine()
        let wall = Self.stamp(loop.now) - secondsAgo
        if hasGap { text += JournalEntry.gap.line(time: wall) + "\n" }
        hasGap = false
        let ended = second - 1
        if ended > writtenUntil {
            let last = scheduler.journalWork(
                last: min(86_400, ended - writtenUntil), at: Instant(milliseconds: ended * 1000))
            text += Self.ended(last).line(time: wall - 1) + "\n"
            writtenUntil = ended
        }
        text += scheduler.journalState(at: loop.now).line(time: wall) + "\n"
        if isLast || second - daysWritten >= Self.secondsBetweenDays {
            text += scheduler.journalDays(at: loop.now).line(time: wall) + "\n"
            daysWritten = second
        }
        appender.append(Array(text.utf8))
    }

    /// The entry without the second that is still running: what is credited in it later would be lost, or counted twice.
    private static func ended(_ entry: JournalEntry) -> JournalEntry {
        guard case .work(var work) = entry else { return entry }
        for upstream in Upstream.allCases { work[upstream].removeAll { $0.age < 0 } }
        return .work(work)
    }

    /// Writes an event, for a reader of the file.
    func note(_ event: String, _ text: String) {
        let line = JournalEntry.note(event: event, text: text).line(time: Self.stamp(loop.now)) + "\n"
        appender.append(Array((clockLine() + line).utf8))
    }

    /// A line that says by how much the wall clock was set since the last line, where it was.
    private func clockLine() -> String {
        let wall = Self.wallSeconds
        let offset = wall - SuspendClock.millisecondsSinceBoot / 1000
        let change = offset - wallOffset
        guard change.magnitude >= Self.leastClockChange else { return "" }
        wallOffset = offset
        return JournalEntry.clock(setBy: change).line(time: Self.stamp(loop.now)) + "\n"
    }

    /// Writes what waits, at the end of the process.
    func finish() {
        appender.finish()
    }

    /// A wall clock is thought to have been set when it is off by this many seconds.
    private static let leastClockChange: Int64 = 5

    private static func path(_ directory: String) -> String { "\(directory)/journal.jsonl" }

    private static var wallSeconds: Int64 { milliseconds(CLOCK_REALTIME) / 1000 }

    /// The stamp of a line that is written at `now`.
    private static func stamp(_ now: Instant) -> Int64 {
        stamp(now, wallAhead: milliseconds(CLOCK_REALTIME) - milliseconds(CLOCK_MONOTONIC))
    }

    /// Seconds of the wall clock, which is `wallAhead` milliseconds ahead of the loop's, that change when the loop's do: two stamps are as far
    /// apart as the loop's seconds, in this process or the next. By each clock's own seconds a window moves by up to one with each restart.
    static func stamp(_ now: Instant, wallAhead: Int64) -> Int64 {
        now.milliseconds / 1000 + (wallAhead + 500) / 1000
    }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
