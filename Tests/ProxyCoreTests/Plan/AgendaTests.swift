import ProxyTerms
import Testing

@testable import ProxyCore

@Suite("Deadlines that several machines set")
struct AgendaTests {
    private let now = Instant(milliseconds: 5_000)

    @Test("The earliest moment asked for counts, and taking it clears it")
    func earliest() {
        var deadline = Deadline()
        deadline.by(now.adding(seconds: 2))
        deadline.by(now.adding(seconds: 1))
        deadline.by(now.adding(seconds: 3))
        #expect(deadline.due == now.adding(seconds: 1))
        let early = deadline.take(now)
        #expect(!early)
        let taken = deadline.take(now.adding(seconds: 1))
        #expect(taken)
        #expect(deadline.due == .never)
    }

    @Test("The agenda is due when the first of its deadlines is")
    func first() {
        let agenda = Agenda()
        #expect(agenda.nextDeadline == .never)
        agenda.load.by(now.adding(seconds: 4))
        agenda.freshWork.by(now.adding(seconds: 3))
        #expect(agenda.nextDeadline == now.adding(seconds: 3))
        agenda.reconcileSoon(now)
        #expect(agenda.nextDeadline == now.adding(milliseconds: 20))
    }
}
