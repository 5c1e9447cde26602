import ProxyTerms
import StrictJSON

/// One line of the journal from which a schedule is restored. The file, its flushing and its bounds are the shell's.
///
/// Each line is a JSON object {"v":1,"t":…,"k":…}: the version, the moment in seconds since 1970, the kind. A reader skips kinds
/// it doesn't know, and lines of another version or that aren't whole.
public enum JournalEntry: Equatable, Sendable {
    /// Work accepted in the seconds before the line: pairs of age and hashes, as `SchedulerMemory.Work`, oldest first.
    case work(PerUpstream<[SchedulerMemory.Work]>)
    /// What the schedule has to remember besides the work; `work`, `coverage` and `days` are not part of it.
    case state(SchedulerMemory)
    /// What is known of the last days.
    case days(SchedulerMemory.Days)
    /// Work may have been accepted before this moment that the journal doesn't know of (it couldn't be written).
    case gap
    /// The clock that the lines are stamped with was set by so many seconds just before this line: every line before it was
    /// stamped so much too low.
    case clock(setBy: Int64)
    /// Something to tell a reader of the file: a switch, a tier, an outage, an input's health. Not needed to restore.
    case note(event: String, text: String)

    /// The version of the lines that this code writes and reads.
    public static let version = 1

    /// The line for this entry at `time` (seconds since 1970), without a line end.
    public func line(time: Int64) -> String {
        var line = JSONObject()
        line.set("v", Self.version)
        line.set("t", time)
        switch self {
        case .work(let work):
            line.set("k", "work")
            line.set("p2pool", Self.pairs(work.p2pool))
            line.set("xvb", Self.pairs(work.xvb))
        case .state(let memory):
            line.set("k", "state")
            Self.set(memory, &line)
        case .days(let days):
            line.set("k", "days")
            line.set("hours", days.hours.map { $0.isFinite ? $0 : 0 })
            line.set("hours_ended", days.hoursEnded)
            line.set("held", days.held)
            line.set("held_ended", days.heldEnded)
        case .gap:
            line.set("k", "gap")
        case .clock(let seconds):
            line.set("k", "clock")
            line.set("by", seconds)
        case .note(let event, let text):
            line.set("k", "note")
            line.set("event", event)
            line.set("text", String(text.prefix(500)))
        }
        return line.text
    }

    /// The entry and its time from a line; `nil` if it is torn, of another version, of an unknown kind or makes no sense.
    public static func read(_ line: String) -> (entry: JournalEntry, time: Int64)? {
        guard let object = try? JSONDocument(Array(line.utf8)), object.number("v") == Double(version),
            let time = object.number("t"), time >= 0, time < 1e12, let kind = object["k"]?.string
        else { return nil }
        let entry: JournalEntry?
        switch kind {
        case "work": entry = work(object).map { .work($0) }
        case "state": entry = .state(memory(object))
        case "days": entry = days(object).map { .days($0) }
        case "gap": entry = .gap
        case "clock": entry = object.number("by").flatMap { $0.magnitude < 1e12 ? .clock(setBy: Int64($0)) : nil }
        case "note": entry = .note(event: object["event"]?.string ?? "", text: object["text"]?.string ?? "")
        default: entry = nil
        }
        return entry.map { ($0, Int64(time)) }
    }

    // MARK: Writing

    private static func pairs(_ work: [SchedulerMemory.Work]) -> [Double] {
        work.flatMap { [Double($0.age), $0.work.isFinite ? $0.work : 0] }
    }

    private static func set(_ memory: SchedulerMemory, _ line: inout JSONObject) {
        /// Adds a member for a value that there is; what is no number counts as 0.
        func add(_ key: String, _ value: Double?) {
            if let value { line.set(key, value.isFinite ? value : 0) }
        }
        add("window_age", memory.windowAge.map(Double.init))
        add("slice_age", memory.slice.map { Double($0.age) })
        add("slice_hour", memory.slice?.hourLevel)
        add("slice_day", memory.slice?.dayLevel)
        add("slice_left", memory.slice?.left.map(Double.init))
        add("p2pool_lead", memory.p2poolLead)
        if let tier = memory.tier { line.set("tier", tier.key) }
        add("tier_price", memory.tierPast.price)
        if let asked = memory.tierPast.asked { line.set("tier_asked", asked.key) }
        if memory.tierPast.setbacks > 0 { add("setbacks", Double(memory.tierPast.setbacks)) }
        add("held_for", memory.tierPast.heldAge.map(Double.init))
        add("worthy_for", memory.tierPast.worthyAge.map(Double.init))
        add("hashrate", memory.hashrate)
        if let reading = memory.p2pool {
            add("difficulty", reading.sidechainDifficulty)
            add("blocks", reading.pplnsWindow)
            add("pool_hashrate", reading.poolHashrate)
            add("height", reading.sidechainHeight)
            add("reward_percent", reading.rewardSharePercent)
            add("share_age", reading.lastShareAge)
            add("share_told_age", reading.shareToldAge)
            add("p2pool_age", reading.age)
        }
        if let reading = memory.xvb {
            add("credited_1h", reading.credited1h)
            add("credited_24h", reading.credited24h)
            if let fails = reading.fails { add("fails", Double(fails)) }
            add("xvb_age", reading.age)
        }
        if memory.isUnregistered { add("unregistered", 1) }
        if memory.hourLift > 0 { add("hour_lift", memory.hourLift) }
        if memory.dayLift > 0 { add("day_lift", memory.dayLift) }
        if let round = memory.wonRound {
            line.set("won_tier", round.tier.key)
            add("won_age", Double(round.age))
            add("won_seen", Double(round.seen))
        }
    }

    // MARK: Reading

    private static func work(_ object: JSONDocument) -> PerUpstream<[SchedulerMemory.Work]>? {
        guard let p2pool = object.numbers("p2pool").flatMap(work), let xvb = object.numbers("xvb").flatMap(work) else {
            return nil
        }
        return PerUpstream(p2pool: p2pool, xvb: xvb)
    }

    private static func work(_ pairs: [Double]) -> [SchedulerMemory.Work]? {
        guard pairs.count % 2 == 0 else { return nil }
        var work: [SchedulerMemory.Work] = []
        for index in stride(from: 0, to: pairs.count, by: 2) {
            guard pairs[index] >= 0, pairs[index] < 1e6, pairs[index + 1] >= 0 else { return nil }
            work.append(SchedulerMemory.Work(age: Int64(pairs[index]), work: pairs[index + 1]))
        }
        return work
    }

    private static func days(_ object: JSONDocument) -> SchedulerMemory.Days? {
        guard let hours = object.numbers("hours"), let hoursEnded = object.number("hours_ended"),
            let held = object["held"]?.string, let heldEnded = object.number("held_ended"),
            hours.allSatisfy({ $0 < 1e15 }), (0..<1e9).contains(hoursEnded), (0..<1e9).contains(heldEnded)
        else { return nil }
        return SchedulerMemory.Days(
            hours: hours, hoursEnded: Int64(hoursEnded), held: held, heldEnded: Int64(heldEnded))
    }

    private static func memory(_ object: JSONDocument) -> SchedulerMemory {
        var memory = SchedulerMemory()
        func age(_ key: String) -> Int64? {
            object.number(key).flatMap { $0 >= 0 && $0 < 1e9 ? Int64($0) : nil }
        }
        memory.windowAge = age("window_age")
        if let since = age("slice_age"), let hour = object.number("slice_hour"), let day = object.number("slice_day"),
            hour >= 0, day >= 0
        {
            memory.slice = SchedulerMemory.Slice(
                age: since, hourLevel: hour, dayLevel: day,
                left: object.number("slice_left").flatMap { $0.magnitude < 1e6 ? Int64($0) : nil })
        }
        memory.p2poolLead = object.number("p2pool_lead") ?? 0
        memory.tier = object["tier"]?.string.flatMap { Tier(key: $0) }
        memory.tierPast.price = object.number("tier_price")
        memory.tierPast.asked = object["tier_asked"]?.string.flatMap { Tier(key: $0) }
        memory.tierPast.setbacks = Int(min(100, max(0, object.number("setbacks") ?? 0)))
        memory.tierPast.heldAge = age("held_for")
        memory.tierPast.worthyAge = age("worthy_for")
        memory.hashrate = max(0, object.number("hashrate") ?? 0)
        if let difficulty = object.number("difficulty"), let blocks = object.number("blocks"),
            let hashrate = object.number("pool_hashrate")
        {
            let reading = P2PoolReading(
                sidechainDifficulty: difficulty, pplnsWindow: blocks, poolHashrate: hashrate,
                sidechainHeight: object.number("height"), rewardSharePercent: object.number("reward_percent"),
                lastShareAge: object.number("share_age"), shareToldAge: object.number("share_told_age"),
                age: object.number("p2pool_age") ?? 0)
            if reading.fault == nil { memory.p2pool = reading }
        }
        if let hour = object.number("credited_1h"), let day = object.number("credited_24h") {
            let fails = object.number("fails").flatMap { Int(exactly: $0) }
            let reading = XvBReading(
                credited1h: hour, credited24h: day, fails: fails, age: object.number("xvb_age") ?? 0)
            if reading.fault == nil { memory.xvb = reading }
        }
        memory.isUnregistered = object.number("unregistered") == 1
        memory.hourLift = min(1, max(0, object.number("hour_lift") ?? 0))
        memory.dayLift = min(1, max(0, object.number("day_lift") ?? 0))
        if let tier = object["won_tier"]?.string.flatMap({ Tier(key: $0) }), let since = age("won_age"),
            let seen = age("won_seen")
        {
            memory.wonRound = SchedulerMemory.WonRound(tier: tier, age: since, seen: seen)
        }
        return memory
    }
}
