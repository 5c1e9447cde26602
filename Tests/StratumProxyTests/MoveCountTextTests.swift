import ProxyCore
import ProxyTerms
import Testing

@testable import StratumProxy

@Suite("What a switch did with the rigs, in words")
struct MoveCountTextTests {
    private func text(_ upstream: Upstream, _ moved: Int, there: Int = 0, waiting: Int = 0, elsewhere: Int = 0)
        -> String
    {
        var rigs = MoveCount()
        rigs.moved = moved
        rigs.there = there
        rigs.waiting = waiting
        rigs.elsewhere = elsewhere
        return rigs.text(to: upstream)
    }

    @Test("Who moved, who was there, who waits for a job, who has no lane")
    func words() {
        #expect(text(.xvb, 3) == "3 rigs moved")
        #expect(text(.p2pool, 1) == "1 rig moved")
        #expect(text(.xvb, 0) == "0 rigs moved")
        #expect(text(.xvb, 2, waiting: 1) == "2 of 3 rigs moved, 1 waits for XvB's next job")
        #expect(text(.xvb, 0, waiting: 2) == "0 of 2 rigs moved, 2 wait for XvB's next job")
        #expect(text(.p2pool, 1, there: 2) == "1 of 3 rigs moved, 2 were there")
        #expect(text(.xvb, 2, elsewhere: 10) == "2 of 12 rigs moved, 10 have no connection to XvB")
        #expect(
            text(.xvb, 1, there: 1, waiting: 1, elsewhere: 1)
                == "1 of 4 rigs moved, 1 was there, 1 waits for XvB's next job, 1 has no connection to XvB")
    }
}
