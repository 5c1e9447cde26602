import SplitScheduler

/// The last plan that the log told, so that it tells each change once.
struct LoggedPlan {
    private var last: WindowPlan?

    /// What to tell of `plan`; `nil` where the log has said it. What stands in XvB's way is told once, not in each window with
    /// another age of it.
    mutating func news(_ plan: WindowPlan) -> String? {
        defer { last = plan }
        guard let last else { return plan.reason }
        var isStanding = plan.cause.isObstacle
        // Nor with another forecast of it.
        if case .tierNotHeld = plan.cause { isStanding = true }
        let goesOn = isStanding && plan.cause.isSameKind(as: last.cause)
        return goesOn || plan.reason == last.reason ? nil : plan.reason
    }
}
