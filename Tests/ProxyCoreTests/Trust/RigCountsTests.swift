import Testing

@testable import ProxyCore

@Suite("What a rig's shares came to")
struct RigCountsTests {
    @Test("Each outcome is counted on its own; the last refusal is remembered, what was good is none")
    func counts() {
        var counts = RigCounts()
        #expect(counts.lastRefusal == nil)
        for (place, outcome) in RigCounts.Outcome.allCases.enumerated() {
            for _ in 0...place { counts.add(outcome, second: UInt32(100 + place)) }
        }
        for (place, outcome) in RigCounts.Outcome.allCases.enumerated() {
            #expect(counts[outcome] == UInt32(place + 1))
        }
        #expect(counts.refusals == 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 12)
        #expect(counts.lastRefusal == .lost)
        #expect(counts.lastRefusalSecond == 111)
        counts.add(.accepted, second: 200)
        counts.add(.belowPoolTarget, second: 200)
        #expect(counts.lastRefusal == .lost)
        #expect(counts.lastRefusalSecond == 111)
    }
}
