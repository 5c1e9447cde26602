import ProxyTerms

/// Who has how many connections, how fast they come, and who guesses passwords: one entry an address, in a bounded table.
///
/// A right password is taken at once from any address that is not locked out, however many wrong ones come from there: an honest rig may
/// be behind the same address as the one that guesses. What is bounded is how many guesses an address has.
struct AddressLimits {
    /// Whether a connection is taken.
    enum Admission: Equatable {
        case admitted
        case refused(AddressLimit)
    }

    private struct Entry {
        var connections = 0
        var lastSeen: Instant
        var connectionTokens: Double
        var loginTokens: Double
        var filledAt: Instant
        /// Wrong passwords in a row, none of them ten minutes after the one before.
        var wrongInARow = 0
        var wrongAt = Instant.start
        /// Wrong passwords since `guessesSince`.
        var guesses = 0
        var guessesSince: Instant
        var lockedUntil = Instant.start
        var lockLevel = 0
        var rightAt: Instant?
        /// Answers to wrong passwords that wait.
        var waiting = 0
        /// Refusals of each kind that no line has told yet, and when the next line of it is due.
        var untold = SIMD8<UInt32>.zero
        var tellAt = (Instant.start, Instant.start)

        /// Whether a right password came within a day.
        func isGood(_ now: Instant) -> Bool { rightAt.map { now.seconds(since: $0) < rightSeconds } ?? false }
    }

    /// How long the answer to a wrong password waits.
    static let delay = DoublingWait(first: 0.25, longest: 8)
    /// Answers of one address that wait at a time: further ones are not given at all.
    static let mostWaiting = 16
    /// After so many seconds without a wrong password the next one is the first.
    static let forgivesAfter = 600.0
    /// Wrong passwords within an hour that lock an address out, unless a right one came from it within a day: as a liar is cut off, for a
    /// minute that doubles up to an hour (`Quarantine`).
    static let mostGuesses = 3_000
    static let guessSeconds = 3_600.0
    static let rightSeconds = 86_400.0
    /// Seconds between two lines about one address.
    static let tellSeconds = 60.0
    /// An address without a connection is forgotten after so many seconds, or when it has nothing more to be held against it.
    static let remembersFor = 120.0

    /// What an address may have; where it gets less, who is there stays.
    var bounds: AddressBounds
    private let capacity: Int
    private var entries: [ClientAddress: Entry] = [:]

    /// A table for `capacity` addresses.
    init(_ bounds: AddressBounds, capacity: Int) {
        self.bounds = bounds
        self.capacity = max(1, capacity)
    }

    /// Addresses that are remembered.
    var count: Int { entries.count }
    /// Connections of an address.
    func connections(of address: ClientAddress) -> Int { entries[address]?.connections ?? 0 }

    // MARK: Connections

    /// A connection comes; it is counted where it is admitted.
    mutating func connects(_ address: ClientAddress, now: Instant) -> Admission {
        guard address != .unknown else { return .admitted }
        if entries[address] == nil, entries.count >= capacity, !makeRoom(now: now) { return .admitted }
        return change(address, now: now) { entry, bounds in
            guard entry.lockedUntil <= now else { return .refused(.guesses) }
            guard entry.connectionTokens >= 1 else { return .refused(.connectionRate) }
            guard entry.connections < bounds.rigs else { return .refused(.rigs) }
            entry.connectionTokens -= 1
            entry.connections += 1
            return .admitted
        }
    }

    /// One connection more than the bound comes, for one of the address is being closed.
    mutating func exceeds(_ address: ClientAddress, now: Instant) {
        change(address, now: now) { entry, _ in
            entry.connectionTokens -= 1
            entry.connections += 1
        }
    }

    /// A connection that was admitted is gone.
    mutating func left(_ address: ClientAddress) {
        guard let place = entries.index(forKey: address) else { return }
        entries.values[place].connections = max(0, entries.values[place].connections - 1)
    }

    /// A login is good so far.
    /// - Returns: false where the address has had too many.
    mutating func logsIn(_ address: ClientAddress, now: Instant) -> Bool {
        guard entries[address] != nil else { return true }
        return change(address, now: now) { entry, _ in
            guard entry.loginTokens >= 1 else { return false }
            entry.loginTokens -= 1
            return true
        }
    }

    // MARK: Passwords

    /// A login had the right password.
    mutating func rightPassword(_ address: ClientAddress, now: Instant) {
        guard let place = entries.index(forKey: address) else { return }
        entries.values[place].rightAt = now
    }

    /// A login had a wrong password.
    /// - Returns: the seconds that its answer waits; nil where it gets none.
    mutating func wrongPassword(_ address: ClientAddress, now: Instant) -> Double? {
        guard entries[address] != nil else { return 0 }
        return change(address, now: now) { entry, _ in
            if now.seconds(since: entry.wrongAt) > Self.forgivesAfter { entry.wrongInARow = 0 }
            entry.wrongAt = now
            entry.wrongInARow = min(entry.wrongInARow + 1, 16)
            if now.seconds(since: entry.guessesSince) > Self.guessSeconds {
                entry.guessesSince = now
                entry.guesses = 0
            }
            entry.guesses += 1
            if entry.guesses >= Self.mostGuesses, !entry.isGood(now) {
                entry.lockedUntil = now.adding(seconds: Double(Quarantine.cut(level: entry.lockLevel)))
                entry.lockLevel += 1
                entry.guesses = 0
            }
            guard entry.waiting < Self.mostWaiting else { return nil }
            entry.waiting += 1
            return Self.delay.seconds(after: entry.wrongInARow - 1)
        }
    }

    /// An answer that waited was given, or nobody waits for it any more.
    mutating func answered(_ address: ClientAddress) {
        guard let place = entries.index(forKey: address) else { return }
        entries.values[place].waiting = max(0, entries.values[place].waiting - 1)
    }

    // MARK: What is told

    /// Something of the address was refused.
    /// - Returns: how often since the last line about it, where a line is due.
    mutating func refused(_ address: ClientAddress, _ limit: AddressLimit, now: Instant) -> Int? {
        guard entries[address] != nil else { return nil }
        let place = Int(limit.rawValue)
        let isGuess = limit == .guesses
        return change(address, now: now) { entry, _ in
            entry.untold[place] &+= 1
            guard now >= (isGuess ? entry.tellAt.1 : entry.tellAt.0) else { return nil }
            let next = now.adding(seconds: Self.tellSeconds)
            if isGuess { entry.tellAt.1 = next } else { entry.tellAt.0 = next }
            defer { entry.untold[place] = 0 }
            return Int(entry.untold[place])
        }
    }

    // MARK: The table

    private mutating func change<Result>(
        _ address: ClientAddress, now: Instant, _ body: (inout Entry, AddressBounds) -> Result
    ) -> Result {
        let bounds = bounds
        let most = Double(bounds.rigs)
        return {
            let seconds = max(0, now.seconds(since: $0.filledAt))
            $0.filledAt = now
            $0.lastSeen = now
            $0.connectionTokens = min(most, $0.connectionTokens + seconds * bounds.connectionsPerSecond)
            $0.loginTokens = min(most, $0.loginTokens + seconds * bounds.loginsPerSecond)
            return body(&$0, bounds)
        }(
            &entries[
                address,
                default: Entry(
                    lastSeen: now, connectionTokens: most, loginTokens: most, filledAt: now, guessesSince: now)])
    }

    /// Forgets addresses without a connection: those that have been away, else the quarter that was seen least lately.
    private mutating func makeRoom(now: Instant) -> Bool {
        entries = entries.filter { $0.value.connections > 0 || !Self.isForgettable($0.value, now: now) }
        guard entries.count >= capacity else { return true }
        let idle = entries.filter { $0.value.connections == 0 && $0.value.waiting == 0 }
        let oldest = idle.sorted { $0.value.lastSeen < $1.value.lastSeen }.prefix(max(1, capacity / 4))
        for (address, _) in oldest { entries[address] = nil }
        return entries.count < capacity
    }

    private static func isForgettable(_ entry: Entry, now: Instant) -> Bool {
        entry.waiting == 0 && entry.lockedUntil <= now && !entry.isGood(now)
            && now.seconds(since: entry.lastSeen) > (entry.wrongInARow > 0 ? guessSeconds : remembersFor)
    }
}
