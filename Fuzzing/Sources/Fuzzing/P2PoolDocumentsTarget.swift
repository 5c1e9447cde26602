import ProxyTerms
import SplitScheduler
import Statistics

/// p2pool's documents, one after the other. What comes of them is a reading that the schedule takes, or none; a document
/// that is no good changes nothing; and no reading makes an absurd plan.
///
/// Each document is a byte for its file, one for the seconds since it was written, and its text up to a NUL.
enum P2PoolDocumentsTarget {
    static func check(_ bytes: UnsafeRawBufferPointer) {
        var draws = Draws(bytes)
        var state = P2PoolState()
        var schedule = SplitScheduler(settings: SplitSettings(), start: .start)
        var now = Instant.start.adding(milliseconds: 1_000)
        while !draws.isEmpty {
            let kind = draws.byte()
            let file = P2PoolFile.allCases[Int(kind) % P2PoolFile.allCases.count]
            let age = Double(Int8(bitPattern: draws.byte())) * 4
            let found = FoundDocument(modified: kind >= 128 ? nil : 1e9 - age, wallClock: 1e9)
            let text = draws.text(until: 0)
            let before = figures(state, now)
            var other = state
            let health = state.read(file, text, found, now: now)
            switch health {
            case .good, .stale, .notRewritten: break
            case .unread, .failed, .empty, .broken, .lacks, .implausible, .inFuture:
                require(figures(state, now) == before, "a document that is no good changes the figures")
            }
            if health == .good {
                let spaced = [UInt8](text) + [0x0A]
                let spacedHealth = spaced.withUnsafeBytes { other.read(file, $0, found, now: now) }
                require(spacedHealth == .good, "a line feed makes a good document another")
            }
            _ = state.troubles(wallet: "4abc", now: now)
            if let reading = state.reading(now: now) {
                // What the members are alone is judged as they are read; what they are together, by the schedule.
                switch reading.fault {
                case nil, .syncing, .blockTime: break
                case .difficulty, .window, .poolHashrate, .rewardShare, .height, .clock:
                    fail("a reading with a member that is absurd: \(reading)")
                }
                require(reading.age >= 0 && reading.age.isFinite, "an age of \(reading.age)")
                schedule.observed(p2pool: reading, at: now)
            }
            now = now.adding(milliseconds: 10_000)
        }
        _ = schedule.observed(xvb: XvBReading(credited1h: 1_010, credited24h: 1_005, age: 20), at: now)
        schedule.runAndCheck(from: now, minutes: 12)
    }

    /// The reading without its age, which depends on who vouches for whom.
    private static func figures(_ state: P2PoolState, _ now: Instant) -> P2PoolReading? {
        guard var reading = state.reading(now: now) else { return nil }
        reading.age = 0
        return reading
    }
}
