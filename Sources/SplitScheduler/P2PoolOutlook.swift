import ProxyTerms

/// What is known of p2pool: its figures with their age, our newest share there, and work from outside.
struct P2PoolOutlook: Equatable, Sendable {
    /// The last good reading and when it came.
    private(set) var reading: Dated<P2PoolReading>?
    /// When our newest sidechain share was found, and the sidechain's height then, as far as anyone told.
    private(set) var newestShare: Found?
    /// Since when p2pool has been on its sidechain, as far as a change was seen: what was done before counts on another one.
    private(set) var sidechainSince: Instant?

    /// Hashrate of others with this wallet that is reckoned with, in H/s.
    private(set) var outside = 0.0

    /// A share of ours in the sidechain.
    struct Found: Equatable, Sendable {
        var at: Instant
        var height: Double?
    }

    /// What is known of a share in the window.
    enum ShareAnswer: Equatable {
        /// p2pool says yes, or we saw one found.
        case yes
        /// Nobody tells, but with what p2pool got from us one is to be expected (e^−3 = 5 % against it).
        case likely
        case no
        case unknown
    }

    /// p2pool may know of a share for this long before it writes so, in seconds: `local/stratum` is written at most each 20 s,
    /// and the reward that it tells is that of the last template (one is 20 s old at most).
    static let tellingLag = 40.0
    /// Shares to expect before one is taken for granted where p2pool doesn't tell.
    static let likelyShares = 3.0

    mutating func observed(_ new: P2PoolReading, at now: Instant) -> P2PoolReadingFault? {
        if let fault = new.fault { return fault }
        if isOnAnotherSidechain(new, at: now) {
            newestShare = nil
            sidechainSince = now
        }
        reading = Dated(value: new, at: now, age: max(0, new.age))
        if let age = new.lastShareAge {
            let found = now.adding(seconds: -age)
            let isOfThisSidechain = sidechainSince.map { found >= $0 } ?? true
            // p2pool tells whole seconds: the same share may seem to move a little.
            if isOfThisSidechain, newestShare.map({ found.seconds(since: $0.at) > 5 }) ?? true {
                // Its height is known only if it came just now.
                newestShare = Found(at: found, height: age < 60 ? new.sidechainHeight : nil)
            }
        }
        return nil
    }

    /// Whether `new` tells of another sidechain than the last reading.
    private func isOnAnotherSidechain(_ new: P2PoolReading, at now: Instant) -> Bool {
        guard let last = reading, let before = last.value.sidechainHeight, let height = new.sidechainHeight else {
            return false
        }
        return P2PoolReading.isAnotherSidechain(height: height, before: before, elapsed: last.age(at: now))
    }

    mutating func foundShare(at now: Instant) {
        newestShare = Found(at: now, height: reading?.value.sidechainHeight)
    }

    /// Whether p2pool itself tells of a share in its window.
    var tellsOfShares: Bool { reading?.value.shareInWindow != nil }

    /// Whether a share of ours is in p2pool's window.
    func shareInWindow(ledger: WorkLedger, at now: Instant) -> ShareAnswer {
        guard let reading = reading?.value else { return .unknown }
        if let told = reading.shareInWindow {
            return told || isNewerThanTold(at: now) ? .yes : .no
        }
        if let left = secondsUntilShareLeaves(at: now), left > 0 { return .yes }
        return own(in: ledger, at: now) / reading.sidechainDifficulty >= Self.likelyShares ? .likely : .unknown
    }

    /// The work that p2pool got from us in its window, in hashes.
    private func own(in ledger: WorkLedger, at now: Instant) -> Double {
        let onIt = sidechainSince.map { now.seconds(since: $0) } ?? .infinity
        return ledger.work(.p2pool, last: Int64(min(reading?.value.windowSeconds ?? 0, onIt)), at: now)
    }

    /// What p2pool got from us on average over its window, in H/s; `nil` while that isn't known whole.
    func recent(ledger: WorkLedger, ledgerBeginning: Int64, at now: Instant) -> Double? {
        guard let seconds = reading?.value.windowSeconds, seconds > 0,
            now.wholeSeconds - Int64(seconds) >= max(ledgerBeginning, sidechainSince?.wholeSeconds ?? ledgerBeginning)
        else { return nil }
        return own(in: ledger, at: now) / seconds
    }

    /// Whether our newest share was found so late that p2pool's word may be from before it: the moment at which the file was
    /// written counts, not the one at which it was read.
    private func isNewerThanTold(at now: Instant) -> Bool {
        guard let reading, let newestShare, secondsUntilShareLeaves(at: now).map({ $0 > 0 }) ?? true else {
            return false
        }
        let told = reading.at.adding(seconds: -(reading.value.shareToldAge ?? 0))
        return newestShare.at.adding(seconds: Self.tellingLag) > told
    }

    /// Seconds until our newest share leaves the window, negative if it has left; `nil` if we know of none.
    func secondsUntilShareLeaves(at now: Instant) -> Double? {
        guard let reading = reading?.value, let newestShare else { return nil }
        if let then = newestShare.height, let height = reading.sidechainHeight, height >= then {
            let since = self.reading.map { max(0, now.seconds(since: $0.at)) } ?? 0
            return (then + reading.pplnsWindow - height) * reading.blockTime - since
        }
        return reading.windowSeconds - now.seconds(since: newestShare.at)
    }

    /// Whether our newest share is about to leave the window, or seems to have left it just now: p2pool comes first then.
    ///
    /// Long after its time p2pool's word counts again, as someone else's share may hold the window for this wallet.
    func shareIsLeaving(within seconds: Double, at now: Instant) -> Bool {
        guard let left = secondsUntilShareLeaves(at: now) else { return false }
        return left <= seconds && left > -300
    }

    /// Takes the newest proof of hashrate from outside. A share that comes or goes moves the proof by as much as a share: it counts for more
    /// only when it has risen by more than that, and for less at once.
    mutating func noteOutside(ledger: WorkLedger, ledgerBeginning: Int64, at now: Instant) {
        guard let reading = reading?.value else { return }
        let proven = provenOutside(ledger: ledger, ledgerBeginning: ledgerBeginning, at: now)
        let oneShare = reading.sidechainDifficulty / reading.windowSeconds
        outside = max(min(outside, proven), proven - oneShare)
    }

    /// Hashrate of others with this wallet that p2pool's figures prove, in H/s.
    ///
    /// The part of the reward tells how many shares the wallet has in the window. As few shares are mostly luck, only the least
    /// hashrate counts that would show so many with 1 % probability, less what p2pool got from us in the same window.
    func provenOutside(ledger: WorkLedger, ledgerBeginning: Int64, at now: Instant) -> Double {
        guard let reading = reading?.value, let percent = reading.rewardSharePercent, percent > 0 else { return 0 }
        let span = Int64(reading.windowSeconds)
        guard span > 0, now.wholeSeconds - span >= ledgerBeginning else { return 0 }
        let shares = percent / 100 * reading.pplnsWindow
        let root = 1 - 1 / (9 * shares) - 2.326_348 / (3 * shares.squareRoot())
        let least = root > 0 ? shares * root * root * root : 0
        let own = ledger.work(.p2pool, last: span, at: now) / reading.sidechainDifficulty
        // A tenth of a share is nothing.
        return least - own > 0.1 ? (least - own) * reading.sidechainDifficulty / reading.windowSeconds : 0
    }
}
