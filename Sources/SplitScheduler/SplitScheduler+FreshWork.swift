import ProxyTerms

/// How the slice that is due stands to XvB's jobs.
enum SliceWork: Equatable, Sendable {
    /// As it was planned.
    case asPlanned
    /// It waits until XvB has a job that the rigs haven't searched.
    case waitsForJob
    /// It follows the clock and has begun early, because of what earlier ones lacked.
    case paysBack
}

// Slices need work: where XvB's node owns the nonce byte, rigs that left a job can't come back to it
// (docs/invariants.md#rule-4).
extension SplitScheduler {
    /// A slice is due and waits until XvB has a job that the rigs haven't searched.
    public var isWaitingForJob: Bool { sliceWork == .waitsForJob }

    /// XvB has sent a job: rigs that wait for work there can have it.
    public mutating func freshWorkArrived(at now: Instant) {
        guard isWaitingForJob || owed > 0 else { return }
        nextDeadline = min(nextDeadline, now)
    }

    /// Seconds from the beginning of one slice for XvB to the next, as planned; nil while there are no slices: all goes to one
    /// upstream.
    public var sliceSpacing: Double? {
        guard let plan else { return nil }
        switch plan.cause {
        case .holdTier where !settings.followsClock:
            return Double(cycle)
        case .holdTier, .hero, .manual:
            let xvb = settings.window - switchSecond(plan)
            return xvb > 0 && xvb < settings.window
                ? Double(settings.window) / Double(cycles(xvb: xvb)) : nil
        case .noHashrate, .vagueHashrate, .noP2PoolReading, .staleP2PoolReading, .insaneInputs,
            .p2poolMode, .noShare,
            .shareUnknown, .shareLeaving, .hashrateTooLow, .noTierInReach, .tierNotHeld, .tierHeldOutside,
            .xvbConnecting, .xvbDown,
            .seedsDiffer, .xvbFails, .notRegistered:
            return nil
        }
    }

    /// Whether next to no rig has anything to search at XvB.
    var isWorkSpent: Bool {
        hashrate.fresh?.isSpent(of: min(hashrate.movable, hashrate.total)) ?? false
    }

    /// The part of the movable hashrate that mines on XvB when work goes there, 0 … 1.
    var freshPart: Double {
        guard let fresh = hashrate.fresh, hashrate.movable > 0 else { return 1 }
        return min(1, max(0, fresh.now / hashrate.movable))
    }

    /// What a slice sends, in H/s: all that can be moved, or what has work to search there now.
    var sliceRate: Double {
        let movable = min(hashrate.movable, hashrate.total)
        return isWorkSpent ? movable : movable * freshPart
    }

    /// `aim` with what XvB's jobs allow now: a slice of less than half of the rigs is worth a lane each only where something is
    /// missing already.
    func heedingJobs(_ aim: TierKeeper.Aim, outlook: CreditOutlook, second: Int64) -> TierKeeper.Aim {
        guard let fresh = hashrate.fresh else { return aim }
        var aim = aim
        let isMissing = aim.missing(outlook, now: second) > outlook.tolerance
        aim.canBegin = isMissing ? !isWorkSpent : freshPart >= FreshWork.goodPart
        aim.returnAfter = Int64(min(86_400, max(0, fresh.secondsUntilReturn.rounded(.up))))
        return aim
    }

    /// A slice that is due can't begin yet.
    mutating func waitForJob(second: Int64) {
        sliceWork = .waitsForJob
        guard let fresh = hashrate.fresh, let interval = fresh.jobInterval else { return }
        // Jobs that come at random may come any moment.
        let rest = min(3_600, max(1, interval - fresh.jobAge))
        plannedSwitch = Instant(second: second + Int64(rest.rounded(.up)))
    }

    /// Where a slice by the clock goes that is due: to XvB, unless nobody could mine there, or the `left` seconds that waiting
    /// has left of it are less than the least slice.
    mutating func begun(left: Int) -> Upstream {
        guard upstream != .xvb, isWorkSpent || left < settings.minSlice else { return .xvb }
        sliceWork = .waitsForJob
        return .p2pool
    }

    /// Counts what a slice by the clock lacked in the `seconds` that have passed, or made up.
    mutating func noteOwed(_ seconds: Double) {
        guard let plan, plan.followsClock || plan.cause == .manual || plan.cause == .hero else {
            owed = 0
            return
        }
        if isWaitingForJob {
            owed += seconds
        } else if upstream == .xvb {
            owed += sliceWork == .paysBack ? -seconds * freshPart : seconds * (1 - freshPart)
        }
        owed = min(Double(settings.window), max(0, owed))
    }
}
