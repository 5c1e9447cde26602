import Testing

@testable import EventLoop

@Suite("The suspend clock")
struct SuspendClockTests {
    @Test("Sleep is told once, in whole seconds; less than five are waited for")
    func told() {
        final class Total { var milliseconds: Int64 = 7_000 }
        let total = Total()
        var clock = SuspendClock { total.milliseconds }
        #expect(clock.slept() == nil)
        total.milliseconds += 4_900
        #expect(clock.slept() == nil)
        total.milliseconds += 1_000
        #expect(clock.slept() == 5)
        #expect(clock.slept() == nil)
        total.milliseconds += 28_800_000
        #expect(clock.slept() == 28_800)
    }

    @Test("A machine that is awake has slept no more")
    func awake() {
        var clock = SuspendClock()
        for _ in 0..<1_000 { #expect(clock.slept() == nil) }
    }
}
