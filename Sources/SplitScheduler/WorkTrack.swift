/// The accepted work of one upstream, exact to the second, for the last 24 h.
///
/// Each second that had work is one entry: the second and the work of all time up to its end. The work between any two
/// moments is then the difference of two entries, found by bisection, and nothing drifts: work is kept in whole hashes,
/// which a double holds exactly up to 2^53 (28 years at 10 MH/s).
///
/// Bounded: at most one entry a second of 24 h and a bit, 12 bytes each; one share in 5 s needs 200 kB.
struct WorkTrack: Equatable, Sendable {
    /// Entries that are older than this many seconds are dropped.
    static let kept: Int64 = 86_400 + 900

    /// One second of work, to rebuild a track.
    struct Entry: Equatable, Sendable {
        /// The second of the monotonic clock; negative for what a journal remembers from before its start.
        var second: Int64
        /// Work accepted in this second, in hashes.
        var work: Double
    }

    // A ring in two columns: `seconds` ascending, `totals` what was accepted up to that second's end.
    private var seconds: [Int32] = []
    private var totals: [Double] = []
    private var head = 0
    private(set) var count = 0
    private var droppedTotal = 0.0

    /// All work ever accepted, in hashes.
    private(set) var total = 0.0

    /// Notes `work` hashes (rounded to whole ones) accepted in `second`; a second before the newest counts as the newest.
    mutating func add(_ work: Double, second: Int64) {
        guard work > 0, work < 1e18 else { return }
        total += work.rounded()
        let stamp = Int32(clamping: second)
        if count > 0 {
            let newest = slot(count - 1)
            if stamp <= seconds[newest] {
                totals[newest] = total
                return
            }
        }
        dropOld(now: second)
        if count == seconds.count { grow() }
        let slot = slot(count)
        seconds[slot] = stamp
        totals[slot] = total
        count += 1
    }

    /// Takes back `work` hashes of the newest: they were forged. What others had accepted in the same seconds stays in the sum.
    mutating func takeBack(_ work: Double) {
        guard work > 0 else { return }
        total = max(droppedTotal, total - work.rounded())
        var index = count - 1
        while index >= 0, totals[slot(index)] > total {
            totals[slot(index)] = total
            index -= 1
        }
    }

    /// The work accepted after the end of `second`, in hashes.
    func work(after second: Int64) -> Double {
        total - totalThrough(second)
    }

    /// The work accepted after the end of `start` up to the end of `end`, in hashes.
    func work(after start: Int64, through end: Int64) -> Double {
        max(0, totalThrough(end) - totalThrough(start))
    }

    /// The least that stood in a window of `span` seconds whose end lay from `begin` to `end`, in hashes.
    ///
    /// What stands in it falls only when a second leaves it, so only these moments are looked at.
    func least(span: Int64, endingFrom begin: Int64, through end: Int64) -> Double {
        var least = work(after: begin - span, through: begin)
        forEach(after: begin - span) { entry in
            let leaves = entry.second + span
            if leaves > end { return false }
            least = min(least, work(after: entry.second, through: leaves))
            return true
        }
        return least
    }

    /// The entries after `second`, oldest first, until `body` answers false.
    func forEach(after second: Int64, _ body: (Entry) -> Bool) {
        var index = firstIndex(after: second)
        var before = index > 0 ? totals[slot(index - 1)] : droppedTotal
        while index < count {
            let position = slot(index)
            if !body(Entry(second: Int64(seconds[position]), work: totals[position] - before)) { return }
            before = totals[position]
            index += 1
        }
    }

    /// What had been accepted in all at the end of `second`.
    private func totalThrough(_ second: Int64) -> Double {
        let index = firstIndex(after: second)
        return index > 0 ? totals[slot(index - 1)] : droppedTotal
    }

    /// The first entry later than `second`, `count` if there is none.
    private func firstIndex(after second: Int64) -> Int {
        let stamp = Int32(clamping: second)
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if seconds[slot(middle)] <= stamp { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func dropOld(now second: Int64) {
        while count > 0, Int64(seconds[head]) <= second - Self.kept {
            droppedTotal = totals[head]
            head = head + 1 == seconds.count ? 0 : head + 1
            count -= 1
        }
    }

    private func slot(_ index: Int) -> Int {
        let position = head + index
        return position >= seconds.count ? position - seconds.count : position
    }

    private mutating func grow() {
        let size = max(64, seconds.count * 2)
        var newSeconds: [Int32] = []
        var newTotals: [Double] = []
        newSeconds.reserveCapacity(size)
        newTotals.reserveCapacity(size)
        for index in 0..<count {
            newSeconds.append(seconds[slot(index)])
            newTotals.append(totals[slot(index)])
        }
        newSeconds.append(contentsOf: repeatElement(0, count: size - count))
        newTotals.append(contentsOf: repeatElement(0, count: size - count))
        seconds = newSeconds
        totals = newTotals
        head = 0
    }
}
