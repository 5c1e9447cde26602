import ProxyTerms
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
        #expect(told.news(stale)?.text == stale.reason)
        #expect(told.news(plan(.staleP2PoolReading(age: 1_200))) == nil)
        #expect(told.news(plan(.xvbFails(3)))?.text.contains("3 fails") == true)
        #expect(told.news(stale)?.text == stale.reason)
    }
    @Test("What refines a plan within its window is a detail; another cause, and the next window's plan, are not")
    func details() {
        func hold(_ seconds: Double) -> WindowPlan {
            var plan = plan(.holdTier(.donor))
            plan.xvbSeconds = seconds
            return plan
        }
        var told = LoggedPlan()
        let news = [hold(60), hold(70), plan(.noShare)].map { told.news($0)?.isDetail }
        #expect(news == [false, true, false])
        told.windowClosed()
        let next = told.news(hold(80))?.isDetail
        #expect(next == false)
    }

    @Test("Of a window's slices the first is told, and its end; the rest are details, but not what goes another way")
    func slices() {
        var slices = LoggedSlices()
        let switches: [(Upstream, SwitchCause, Bool)] = [
            (.xvb, .planned, false), (.p2pool, .workDone, false), (.xvb, .planned, true), (.p2pool, .p2poolFirst, true),
            (.xvb, .upstreamDown, false),
        ]
        for (upstream, cause, isDetail) in switches {
            let found = slices.isDetail(upstream, cause)
            #expect(found == isDetail, "\(upstream) \(cause)")
        }
        #expect(slices.inWindow == 3)
        slices.windowClosed()
        #expect(slices.inWindow == 0)
        let isDetail = slices.isDetail(.xvb, .planned)
        #expect(!isDetail)
    }
}
