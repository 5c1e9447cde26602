/// One of XvB's two sliding averages.
enum CreditSpan: Int64, CaseIterable, Sendable {
    case hour = 3_600
    case day = 86_400

    /// Its length in seconds.
    var seconds: Int64 { rawValue }
}

/// A work for each of XvB's sliding averages, in hashes: what counts in it, or what is to count.
struct CreditLevels: Equatable, Sendable {
    var hour = 0.0
    var day = 0.0

    subscript(span: CreditSpan) -> Double {
        switch span {
        case .hour: hour
        case .day: day
        }
    }
}

/// How XvB's sliding averages will look when nothing more is sent: a view on the ledger at one moment.
///
/// The level at a moment τ is the work that counts in (τ − span, τ]. All times are whole seconds of the monotonic clock, and a
/// second's work counts as gone when that second begins to leave, so that the outlook errs on the early side.
struct CreditOutlook {
    let ledger: WorkLedger
    /// What XvB counts of a hash that it accepted, 0 … 1.
    let creditRatio: Double
    /// Work that XvB counts and that isn't in the ledger: from before it began (fading) and from outside.
    var foreign: ForeignWork
    /// What can be sent, in H/s.
    var rate: Double
    /// What one share is worth, in hashes.
    let shareSize: Double
    /// Seconds by which what leaves the hour is to be replaced earlier than it has to.
    var lead: Int64 = 0

    /// What rounding may leave over, in hashes; less than that is nothing.
    var tolerance: Double { 1e-6 * shareSize }

    /// The level at `second`, at or after now, when nothing more is sent.
    func level(_ span: CreditSpan, at second: Int64) -> Double {
        creditRatio * ledger.work(.xvb, after: second - span.seconds) + foreign.work(span, at: second)
    }

    /// Both levels at `second`.
    func levels(at second: Int64) -> CreditLevels {
        CreditLevels(hour: level(.hour, at: second), day: level(.day, at: second))
    }

    /// Seconds to find what raises the level by `work`, long enough with the probability that `ShareLuck` keeps.
    func seconds(toFind work: Double) -> Double {
        let credited = shareSize * creditRatio
        guard work > 0, rate > 0, credited > 0 else { return 0 }
        let shares = (work / credited - 1e-6).rounded(.up)
        let time = ShareLuck.timeFor(shares: shares < 1e9 ? Int(shares) : 1_000_000_000) * shareSize / rate
        // More than thirty years are never.
        return min(time, 1e9)
    }

    /// The latest second to begin with so that both levels stay at what is wanted; `horizon` if nothing leaves too early before
    /// it. Once the answer is before `enough` the search ends: any second before that is the answer then.
    func latestStart(holding wanted: CreditLevels, now: Int64, horizon: Int64, enough: Int64) -> Int64 {
        let begin = latestStart(
            .hour, holding: wanted.hour, now: now, horizon: horizon + lead, enough: enough + lead)
        let hour = max(now, begin - lead)
        guard hour >= enough else { return hour }
        return min(hour, latestStart(.day, holding: wanted.day, now: now, horizon: horizon, enough: enough))
    }

    /// Each share that will leave asks for what is then missing to be found before, and so does each share's worth of what leaves
    /// steadily: the earliest of these demands counts.
    private func latestStart(
        _ span: CreditSpan, holding wanted: Double, now: Int64, horizon: Int64, enough: Int64
    ) -> Int64 {
        let wanted = wanted - tolerance
        if level(span, at: horizon) >= wanted { return horizon }
        var ours = creditRatio * ledger.work(.xvb, after: now - span.seconds)
        if ours + foreign.work(span, at: now) < wanted { return now }
        var latest = Double(horizon)
        var since = now
        ledger.forEach(.xvb, after: now - span.seconds) { entry in
            let leaves = entry.second + span.seconds
            if leaves > horizon { return false }
            latest = min(latest, latestStart(span, holding: wanted - ours, from: since, to: leaves) ?? latest)
            since = leaves
            ours -= creditRatio * entry.work
            let missing = wanted - ours - foreign.work(span, at: leaves)
            if missing > 0 {
                latest = min(latest, Double(leaves) - seconds(toFind: missing))
            }
            return latest >= Double(enough)
        }
        let missing = wanted - ours - foreign.work(span, at: horizon)
        if missing > 0 { latest = min(latest, Double(horizon) - seconds(toFind: missing)) }
        latest = min(latest, latestStart(span, holding: wanted - ours, from: since, to: horizon) ?? latest)
        return Int64(max(Double(now), latest).rounded(.down))
    }

    /// The latest second to begin with the next share so that it is there when the work from before the ledger, which leaves
    /// steadily from `begin` to `end`, has left so much that it is missing at `wanted`; `nil` if that doesn't happen.
    private func latestStart(_ span: CreditSpan, holding wanted: Double, from begin: Int64, to end: Int64) -> Double? {
        let credited = shareSize * creditRatio
        guard foreign.before[span] > 0, credited > 0, end > begin else { return nil }
        let first = wanted - foreign.work(span, at: begin)
        let last = wanted - foreign.work(span, at: end)
        // What is missing at the beginning was asked for already, in whole shares.
        let found = max(0, (first / credited).rounded(.up)) * credited
        guard last > found else { return nil }
        let moment = Double(begin) + Double(end - begin) * (found - first) / (last - first)
        return moment - seconds(toFind: found + credited)
    }
}

/// Work that XvB counts and that the ledger doesn't know.
struct ForeignWork: Equatable, Sendable {
    /// Hashrate of others with the same wallet, in H/s: what its bad luck leaves of it in an hour.
    var hashrate = 0.0
    /// The same for a day, which luck takes less from, in H/s; `nil` where nobody knows more than of the hour.
    var ofDay: Double?
    /// What XvB had counted in its averages before the ledger began, in hashes, thought evenly spread.
    var before = CreditLevels()
    /// The second in which the ledger began.
    var beginning: Int64 = 0

    /// What others' hashrate leaves in the average, in H/s.
    func hashrate(_ span: CreditSpan) -> Double {
        switch span {
        case .hour: hashrate
        case .day: ofDay ?? hashrate
        }
    }

    /// Its part of the average at `second`, in hashes.
    func work(_ span: CreditSpan, at second: Int64) -> Double {
        hashrate(span) * Double(span.seconds) + before[span] * left(span, at: second)
    }

    /// How much of the work from before the ledger has not left the average at `second`, 0 … 1.
    func left(_ span: CreditSpan, at second: Int64) -> Double {
        min(1, max(0, 1 - Double(second - beginning) / Double(span.seconds)))
    }

    /// What `before` would be at `second` if it all were the outside hashrate's, in hashes.
    func outside(_ span: CreditSpan, at second: Int64) -> Double {
        let left = left(span, at: second)
        return left > 0 ? hashrate(span) * Double(span.seconds) / left : 0
    }
}
