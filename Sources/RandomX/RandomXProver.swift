import CRandomX
import EventLoop
import ProxyTerms

/// How much proof may cost.
public struct ProverSettings: Equatable, Sendable {
    /// Claims that may wait.
    public var mostWaiting = 64
    /// The part of a processor core that is used at most.
    public var shareOfCore = 0.5
    /// Seconds after which the memory of a seed that no claim needs is given back.
    public var idleSeconds = 600.0

    /// The usual settings.
    public init() {}
}

/// Proves shares: computes the RandomX hash that a rig claims, in the thread pool, one after the other.
///
/// It holds no memory until the first claim, 256 MiB for a seed, and gives it back when it was idle. Every claim gets one outcome,
/// later, from the loop. Belongs to the loop's thread.
public final class RandomXProver {
    /// What one claim costs and gives, carried back from the thread of the pool.
    private struct Computation {
        let outcome: ProofOutcome
        let seconds: Double

        /// Computes it.
        init(of claim: [UInt8], on machine: RandomXMachine, now: Instant) {
            let begun = randomx_thread_seconds()
            let hash = claim.withUnsafeBytes { bytes in
                let key = UnsafeRawBufferPointer(rebasing: bytes[..<ShareClaim.hashBytes])
                let blob = UnsafeRawBufferPointer(rebasing: bytes[ShareClaim.headBytes...])
                return machine.hash(blob, key: key, now: now)
            }
            seconds = randomx_thread_seconds() - begun
            outcome =
                switch hash {
                case nil: .notKnown
                case let hash?:
                    hash.elementsEqual(claim[ShareClaim.hashBytes..<ShareClaim.headBytes]) ? .proven : .wrong
                }
        }
    }

    private let loop: EventLoop
    private let settings: ProverSettings
    private let machine = RandomXMachine()
    private let answer: (UInt64, ProofOutcome) -> Void
    private var queue: ProofQueue<[UInt8]>
    private var timer: LoopTimer?
    /// Claims computed since the start.
    public private(set) var computed = 0

    /// A prover that answers with a claim's token and its outcome.
    public init(
        _ loop: EventLoop, settings: ProverSettings = ProverSettings(), answer: @escaping (UInt64, ProofOutcome) -> Void
    ) throws(LoopError) {
        self.loop = loop
        self.settings = settings
        self.answer = answer
        queue = ProofQueue(capacity: settings.mostWaiting, share: settings.shareOfCore)
        timer = try LoopTimer(loop) { [weak self] in self?.review() }
    }

    /// Claims that wait.
    public var waiting: Int { queue.count }
    /// Memory held for hashing, bytes.
    public var memory: Int { queue.isWorking ? 0 : machine.cacheCount * 256 << 20 }

    /// Proves a claim (`ShareClaim`) by `deadline`, urgent ones before others. The outcome comes later, also where it is known at once.
    public func prove(_ claim: UnsafeRawBufferPointer, token: UInt64, isUrgent: Bool, deadline: Instant) {
        guard claim.count > ShareClaim.headBytes, claim.count <= ShareClaim.headBytes + ShareClaim.longestBlob else {
            return answerLater(token, .notKnown)
        }
        let entry = ProofQueue<[UInt8]>.Entry(
            token: token, claim: Array(claim), isUrgent: isUrgent, deadline: deadline)
        switch queue.append(entry) {
        case .waits: break
        case .inPlaceOf(let other): answerLater(other, .tooBusy)
        case .full: answerLater(token, .tooBusy)
        }
        review()
    }

    private func answerLater(_ token: UInt64, _ outcome: ProofOutcome) {
        loop.later { [weak self] in self?.answer(token, outcome) }
    }

    /// Does what is due, and arms the timer for what is not.
    private func review() {
        let now = loop.now
        while let expired = queue.popExpired(now: now) { answerLater(expired.token, .tooBusy) }
        if let next = queue.begin(now: now) { compute(next) }
        var deadline = queue.nextDeadline
        if !queue.isWorking {
            if queue.count == 0 { machine.freeIdle(after: settings.idleSeconds, now: now) }
            deadline = min(deadline, machine.nextIdle(after: settings.idleSeconds))
        }
        timer?.arm(at: deadline)
    }

    private func compute(_ entry: ProofQueue<[UInt8]>.Entry) {
        let (claim, token) = (entry.claim, entry.token)
        let now = loop.now
        loop.inThreadPool { [machine] in
            Computation(of: claim, on: machine, now: now)
        } done: { [weak self] in
            self?.computed($0, token)
        }
    }

    private func computed(_ computation: Computation, _ token: UInt64) {
        computed += 1
        queue.ended(seconds: computation.seconds, now: loop.now)
        answer(token, computation.outcome)
        review()
    }
}
