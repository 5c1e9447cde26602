import Testing

@testable import SplitScheduler
@testable import StratumProxy

@Suite("Plans in the log")
struct LoggedPlanTests {
    private func plan(_ cause: PlanCause) -> WindowPlan {
        .allP2Pool(window: 600, cause: cause, hashrate: 10_000)
    }

    @Test("Each change is told once; an obstacle that goes on is not told again with another age")
    func once() {
        var told = LoggedPlan()
        #expect(told.news(plan(.noP2PoolReading)) != nil)
        #expect(told.news(plan(.noP2PoolReading)) == nil)
        let stale = plan(.staleP2PoolReading(age: 600))
        #expect(told.news(stale) == stale.reason)
        #expect(told.news(plan(.staleP2PoolReading(age: 1_200))) == nil)
        #expect(told.news(plan(.xvbFails(3)))?.contains("3 fails") == true)
        #expect(told.news(stale) == stale.reason)
    }
}
