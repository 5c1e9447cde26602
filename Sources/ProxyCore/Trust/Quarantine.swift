import ProxyTerms

/// Where rigs were caught: by name and address, so that a reconnect changes nothing and other rigs behind the same address
/// are not hurt. Bounded; a place that has behaved for a day is forgotten.
struct Quarantine {
    /// A rig over its reconnects.
    struct Place: Hashable {
        let address: ClientAddress
        /// A hash of its name: names are the rigs' to choose, and of any number.
        let name: UInt64

        init(address: ClientAddress, name: String) {
            self.address = address
            self.name = name.utf8.fingerprint
        }

        init(of rig: RigRef) { self.init(address: rig.life.address, name: rig.profile.name) }
    }

    /// How a rig that logs in is received.
    enum Admission: Equatable {
        case welcome
        /// Its shares are proven before a pool sees them: it was caught before itself, or another one from its address was.
        case probation(isItself: Bool)
        /// Not before so many seconds.
        case cutOff(seconds: Int, RigOffence)
    }

    /// What a bad share leads to.
    enum Sentence: Equatable {
        /// It goes on under watch.
        case watched
        /// It is cut off for so many seconds.
        case cutOff(seconds: Int)
    }

    private struct Record {
        var level = 0
        var until = Instant.start
        var offence = RigOffence.provenWrong
        var lastBad: Instant
        /// Bad shares of it, the newest of which were `lastBad` and within `minutes` of one another.
        var bad = 0
    }

    private struct Origin {
        var liesUntil: Instant
        /// Names of it that were cut off since `countedFrom`.
        var names = 0
        var countedFrom: Instant
        var cutUntil = Instant.start
        /// When one name that was never caught is let in meanwhile.
        var trialAt = Instant.start
        var level = 0
    }

    /// How long cuts are.
    private static let cuts = DoublingWait(first: 60, longest: 3_600)
    /// Two bad shares within so many seconds are one too many.
    static let badWithin = 600.0
    /// After so many seconds without a bad share all is forgotten.
    static let remembersFor = 86_400.0
    /// Names of one address cut off within an hour that have the address itself cut off where no rig of it has proven a share.
    static let mostNames = 8
    private static let namesWithin = 3_600.0
    /// Seconds after which one name that was never caught is let in, on probation, while its address is cut off: an honest rig that is new
    /// there gets in, and a liar has a share a minute proven.
    static let trialSeconds = 60.0
    /// Up to so many seconds more, by the name that is caught: a liar that knocks each five seconds is not the first one each time.
    static let trialSpread: UInt64 = 17

    private let capacity: Int
    private var records: [Place: Record] = [:]
    private var origins: [ClientAddress: Origin] = [:]
    /// Addresses from which a rig proved a share lately: others may be behind them.
    private var good: [ClientAddress: Instant] = [:]

    /// A quarantine that remembers so many places, and as many addresses.
    init(capacity: Int = 4096) {
        self.capacity = max(1, capacity)
    }

    /// Places, and addresses, that are remembered.
    var count: (places: Int, addresses: Int) { (records.count, origins.count) }
    /// Nothing was ever caught: the usual case costs a look at this.
    var isEmpty: Bool { records.isEmpty && origins.isEmpty }

    /// Whether nobody from an address is let in.
    func isCutOff(_ address: ClientAddress, now: Instant) -> Bool {
        guard !origins.isEmpty, let origin = origins[address] else { return false }
        return origin.cutUntil > now && origin.trialAt > now
    }

    /// Whether a name that was never caught is let in although its address is cut off; it is the only one for a while.
    mutating func takesTrial(_ place: Place, now: Instant) -> Bool {
        guard records[place] == nil, let origin = origins[place.address], origin.trialAt <= now else { return false }
        origins[place.address]?.trialAt = Self.nextTrial(after: place, now: now)
        return true
    }

    private static func nextTrial(after place: Place, now: Instant) -> Instant {
        now.adding(seconds: trialSeconds + Double(place.name % (trialSpread * 1000)) / 1000)
    }

    /// How a rig is received. `isKnownGood`: it was honest all along; what others of its address did doesn't keep it out.
    func admission(of place: Place, isKnownGood: Bool = false, now: Instant) -> Admission {
        guard !isEmpty else { return .welcome }
        let origin = origins[place.address]
        let record = records[place]
        let until = max(record?.until ?? .start, isKnownGood ? .start : origin?.cutUntil ?? .start)
        if until > now {
            return .cutOff(
                seconds: Int(until.seconds(since: now).rounded(.up)), record?.offence ?? .provenWrong)
        }
        if let record, now.seconds(since: record.lastBad) < Self.remembersFor { return .probation(isItself: true) }
        return (origin?.liesUntil ?? .start) > now ? .probation(isItself: false) : .welcome
    }

    /// A share of a rig was wrong. `isCaught`: most of what is known of it is, or it can't be watched and was twice bad.
    mutating func bad(
        _ place: Place, lies: Bool, canWatch: Bool, for offence: RigOffence, now: Instant
    ) -> Sentence {
        var record = record(of: place, now: now)
        record.bad = now.seconds(since: record.lastBad) <= Self.badWithin ? record.bad + 1 : 1
        record.lastBad = now
        guard lies || (!canWatch && record.bad >= 2) else {
            records[place] = record
            return .watched
        }
        if lies { addressLied(place, now: now) }
        return .cutOff(seconds: cut(place, record, for: offence, now: now))
    }

    /// A rig sent far too many shares or requests.
    /// - Returns: for how many seconds it is cut off.
    mutating func flooded(_ place: Place, now: Instant) -> Int {
        var record = record(of: place, now: now)
        record.lastBad = now
        return cut(place, record, for: .flood, now: now)
    }

    private mutating func cut(_ place: Place, _ record: Record, for offence: RigOffence, now: Instant) -> Int {
        var record = record
        let seconds = Self.cut(level: record.level)
        record.level += 1
        record.bad = 0
        record.until = now.adding(seconds: Double(seconds))
        record.offence = offence
        records[place] = record
        return seconds
    }

    /// A rig proved a share.
    mutating func proven(at address: ClientAddress, now: Instant) {
        if good[address] == nil, good.count >= capacity {
            good = good.filter { now.seconds(since: $0.value) < Self.badWithin }
            guard good.count < capacity else { return }
        }
        good[address] = now
        // Where an honest rig is, liars are cut off one by one.
        if !origins.isEmpty { origins[address]?.cutUntil = .start }
    }

    /// Seconds of a cut after so many earlier ones.
    static func cut(level: Int) -> Int {
        Int(cuts.seconds(after: level))
    }

    private mutating func record(of place: Place, now: Instant) -> Record {
        if let known = records[place], now.seconds(since: known.lastBad) < Self.remembersFor { return known }
        if records[place] == nil, records.count >= capacity { makeRoom(now: now) }
        return Record(lastBad: now)
    }

    private mutating func makeRoom(now: Instant) {
        records = records.filter { now.seconds(since: $0.value.lastBad) < Self.remembersFor }
        guard records.count >= capacity else { return }
        // A quarter goes, the oldest: the scan is paid for by a thousand further ones.
        let oldest = records.sorted { $0.value.lastBad < $1.value.lastBad }.prefix(max(1, capacity / 4))
        for (place, _) in oldest { records[place] = nil }
    }

    private mutating func addressLied(_ place: Place, now: Instant) {
        let address = place.address
        if origins[address] == nil, origins.count >= capacity {
            origins = origins.filter { $0.value.liesUntil > now }
            if origins.count >= capacity, let first = origins.min(by: { $0.value.liesUntil < $1.value.liesUntil }) {
                origins[first.key] = nil
            }
        }
        var origin = origins[address] ?? Origin(liesUntil: now, countedFrom: now)
        origin.liesUntil = now.adding(seconds: Self.remembersFor)
        if now.seconds(since: origin.countedFrom) > Self.namesWithin {
            origin.countedFrom = now
            origin.names = 0
        }
        origin.names += 1
        let isGoodToo = good[address].map { now.seconds(since: $0) < Self.badWithin } ?? false
        if origin.names >= Self.mostNames, !isGoodToo {
            origin.cutUntil = now.adding(seconds: Double(Self.cut(level: origin.level)))
            origin.trialAt = Self.nextTrial(after: place, now: now)
            origin.level += 1
        }
        origins[address] = origin
    }
}
