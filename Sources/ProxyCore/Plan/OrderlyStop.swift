import ProxyTerms

/// The orderly stop: shares in flight get their verdicts, and nothing else happens any more.
final class OrderlyStop {
    private let settings: CoreSettings
    private let state: StopState
    private let lanes: PerUpstream<LaneSet>
    private let rigs: RigTable
    private let closer: RigCloser
    private let verdicts: VerdictDesk
    private let book: ShareBook
    private let outbox: Outbox

    init(
        settings: CoreSettings, state: StopState, lanes: PerUpstream<LaneSet>, rigs: RigTable, closer: RigCloser,
        verdicts: VerdictDesk, book: ShareBook, outbox: Outbox
    ) {
        self.settings = settings
        self.state = state
        self.lanes = lanes
        self.rigs = rigs
        self.closer = closer
        self.verdicts = verdicts
        self.book = book
        self.outbox = outbox
    }

    var nextDeadline: Instant {
        switch state.progress {
        case .running, .stopped: .never
        case .draining(let until), .drained(let until): until
        }
    }

    /// Begins.
    func begin(now: Instant) {
        guard state.isRunning else { return }
        state.advance(to: .draining(until: now.adding(seconds: settings.stopSeconds)))
        outbox.tell(.stopping(pending: Int(book.pending)))
        review(now: now)
    }

    /// Goes on where there is nothing to wait for any more: no verdict, no rig, or no time.
    func review(now: Instant) {
        switch state.progress {
        case .running, .stopped: break
        case .draining(let until):
            if book.pending == 0 || until <= now { drained(now: now) }
        case .drained(let until):
            if rigs.count == 0 || until <= now { finish() }
        }
    }

    /// Every verdict is in, or the wait is over: rigs that still wait for one are answered that it won't come.
    private func drained(now: Instant) {
        state.advance(to: .drained(until: now.adding(seconds: settings.farewellSeconds)))
        for upstream in Upstream.allCases {
            for case let lane? in lanes[upstream].lanes where lane.session.pendingCount > 0 {
                _ = lane.session.closed(now: now)
                verdicts.loseAll(of: lane, now: now)
            }
        }
        guard settings.farewellSeconds > 0 else { return finish() }
        for index in 0..<rigs.extent {
            let rig = rigs[index]
            switch rig.life.phase {
            case .vacant, .closing: break
            case .awaitingLogin, .awaitingJob, .mining: closer.closeAtStop(rig)
            }
        }
        review(now: now)
    }

    private func finish() {
        state.advance(to: .stopped)
        outbox.add(.stopped)
    }
}
