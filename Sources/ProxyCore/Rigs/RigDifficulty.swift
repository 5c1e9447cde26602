import ProxyTerms
import StratumCodec

/// Chooses a rig's own difficulty so that it finds about one share every ten seconds (docs/invariants.md#rule-9).
///
/// It takes effect with the rig's next job. Sending a blob again would cost the rig a chunk of its nonces
/// (docs/protocol.md#nonce-restart). The lane's difficulty caps it from above; that is the router's part.
struct RigDifficulty: Equatable {
    /// The rig's own target; the job's target is this or the lane's, whichever is easier.
    private(set) var target: UInt64
    private var since: Instant
    /// Work and shares counted since `since`.
    private var work: Float = 0
    private var shares: UInt16 = 0
    /// Fixed by the rig itself (`user+N`).
    let isFixed: Bool

    /// A rig of which nothing is known starts at `difficulty`.
    init(start difficulty: UInt64, now: Instant) {
        target = Target.target(difficulty: max(difficulty, 1))
        isFixed = false
        since = now
    }

    /// A rig that asked for `difficulty` with its user name. It gets no less than the least: one that makes a share of each hash
    /// would use up the nonces that are remembered of a job, and other rigs' shares of it could not be judged any more.
    init(fixed difficulty: UInt64, now: Instant) {
        target = Target.target(difficulty: max(difficulty, Self.leastDifficulty))
        isFixed = true
        since = now
    }

    static let leastDifficulty: UInt64 = 100
    static let mostDifficulty: UInt64 = 1 << 40
    /// Wanted time between shares, seconds.
    static let secondsPerShare = 10.0
    /// Shares after which the rate is trusted to a third.
    private static let enoughShares: UInt16 = 8
    /// Time after which even few shares are a measurement, seconds.
    private static let longEnough = 60.0

    /// Counts an accepted or locally answered share.
    mutating func counted(work shareWork: Double) {
        guard !isFixed else { return }
        work += Float(shareWork)
        if shares < .max { shares += 1 }
    }

    /// Chooses the difficulty of the next job.
    mutating func retarget(now: Instant) {
        guard !isFixed else { return }
        let elapsed = max(now.seconds(since: since), 0.5)
        guard shares >= Self.enoughShares || elapsed >= Self.longEnough else { return }
        let current = Target.work(target)
        let measured = shares == 0 ? current / 4 : Double(work) / elapsed * Self.secondsPerShare
        let wanted = min(max(measured, current / 8), current * 64)
        if wanted > current * 1.25 || wanted < current * 0.8 {
            let bounded = min(max(wanted, Double(Self.leastDifficulty)), Double(Self.mostDifficulty))
            target = Target.target(difficulty: UInt64(bounded))
        }
        work = 0
        shares = 0
        since = now
    }
}
