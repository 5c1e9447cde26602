import ProxyTerms

/// How far an orderly stop is.
enum StopProgress: Equatable {
    /// No stop was asked for.
    case running
    /// No jobs, no new shares; verdicts in flight are waited for until then. Next: drained, stopped.
    case draining(until: Instant)
    /// Every verdict is in or given up; the rigs' connections are closing until then. Next: stopped.
    case drained(until: Instant)
    /// `stopped` was told. Nothing happens any more.
    case stopped
}

/// The stop as every machine sees it; `OrderlyStop` alone moves it on.
final class StopState {
    private(set) var progress = StopProgress.running

    /// Whether no stop has begun: jobs are handed out and shares taken.
    @inline(__always)
    var isRunning: Bool {
        switch progress {
        case .running: true
        case .draining, .drained, .stopped: false
        }
    }

    func advance(to next: StopProgress) { progress = next }
}
