import SplitScheduler

/// The last plan that the log told, so that it tells each change once.
struct LoggedPlan {
    /// What to tell of a plan.
    struct News: Equatable {
        let text: String
        /// Whether it only refines what was told of this window: for who wants to see everything.
        let isDetail: Bool
    }

    private var last: WindowPlan?
    private var toldInWindow = false

    /// What to tell of `plan`; `nil` where the log has said it. What stands in XvB's way is told once, not in each window with
    /// another age of it.
    mutating func news(_ plan: WindowPlan) -> News? {
        defer { last = plan }
        guard let last else { return tell(plan, isDetail: false) }
        var isStanding = plan.cause.isObstacle
        // Nor with another forecast of it.
        if case .tierNotHeld = plan.cause { isStanding = true }
        let isSameKind = plan.cause.isSameKind(as: last.cause)
        guard !(isStanding && isSameKind), plan.reason != last.reason else { return nil }
        return tell(plan, isDetail: isSameKind && toldInWindow)
    }

    /// The next plan is another window's.
    mutating func windowClosed() {
        toldInWindow = false
    }

    private mutating func tell(_ plan: WindowPlan, isDetail: Bool) -> News {
        toldInWindow = true
        return News(text: plan.reason, isDetail: isDetail)
    }
}
