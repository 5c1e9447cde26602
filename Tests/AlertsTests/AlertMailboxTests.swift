import ProxyTerms
import Testing

@testable import Alerts

@Suite("What one receiver is still to be sent")
struct AlertMailboxTests {
    private func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }

    private func news(_ event: AlertEvent, _ subject: String = "a", at seconds: Double = 0) -> AlertNews {
        AlertNews(
            event, .raised, [.init(subject, "why")], subjects: 1, times: 1, since: at(seconds), at: at(seconds))
    }

    @Test("One message is under way at a time, and it is there once")
    func delivered() {
        var mailbox = AlertMailbox()
        mailbox.add(news(.rigGone))
        #expect(mailbox.take(now: at(0), isQuiet: false)?.news == [news(.rigGone)])
        mailbox.add(news(.disk))
        #expect(mailbox.take(now: at(1), isQuiet: false) == nil)
        mailbox.ended(.delivered, now: at(2))
        #expect(mailbox.take(now: at(2), isQuiet: false)?.news == [news(.disk)])
        mailbox.ended(.delivered, now: at(3))
        #expect(mailbox.take(now: at(4), isQuiet: false) == nil && mailbox.count == 0)
    }

    @Test("In quiet hours only what hurries goes out; the rest comes in one message when they are over")
    func quiet() {
        var mailbox = AlertMailbox()
        mailbox.add(news(.rigGone, "a"))
        mailbox.add(news(.poolDown, "p2pool"))
        mailbox.add(news(.shareFound))
        #expect(mailbox.take(now: at(0), isQuiet: true)?.news.map(\.event) == [.poolDown])
        mailbox.ended(.delivered, now: at(1))
        #expect(mailbox.take(now: at(2), isQuiet: true) == nil)
        #expect(mailbox.take(now: at(3), isQuiet: false)?.news.map(\.event) == [.rigGone, .shareFound])
    }

    @Test(
        "After a failure it is tried again ever later, half an hour at most, and all that came meanwhile goes out together"
    )
    func backoff() {
        var mailbox = AlertMailbox()
        mailbox.add(news(.rigGone))
        var tries: [Double] = []
        for second in 0..<20_000 where mailbox.take(now: at(Double(second)), isQuiet: false) != nil {
            tries.append(Double(second))
            mailbox.ended(.failed, now: at(Double(second)))
        }
        let pauses = zip(tries.dropFirst(), tries).map { $0 - $1 }
        #expect(Array(pauses.prefix(9)) == [15, 30, 60, 120, 240, 480, 960, 1_800, 1_800])
        #expect(pauses.max() == 1_800)
        // Receivers that fail at the same moment are not tried at the same moment.
        _ = mailbox.take(now: at(40_000), isQuiet: false)
        mailbox.ended(.failed, now: at(40_000), jitter: 0)
        let now = 41_440.0
        #expect(mailbox.take(now: at(now - 1), isQuiet: false) == nil)
        mailbox.add(news(.disk))
        #expect(mailbox.take(now: at(now), isQuiet: false)?.news.map(\.event) == [.rigGone, .disk])
        mailbox.ended(.delivered, now: at(now))
        mailbox.add(news(.disk))
        #expect(mailbox.take(now: at(now), isQuiet: false) != nil)
    }

    @Test("While a receiver is away the newest news wait, and of the others their number")
    func bound() {
        var mailbox = AlertMailbox()
        for index in 0..<1_000 {
            mailbox.add(news(.rigGone, "\(index)"))
            if mailbox.take(now: at(Double(index)), isQuiet: false) != nil {
                mailbox.ended(.failed, now: at(Double(index)))
            }
        }
        #expect(mailbox.count == AlertMailbox.most)
        let batch = mailbox.take(now: at(1e6), isQuiet: false)
        #expect(batch?.dropped == 1_000 - AlertMailbox.most)
        #expect(batch?.news.last?.items.first?.subject == "999")
        mailbox.ended(.delivered, now: at(1e6))
        mailbox.add(news(.disk))
        #expect(mailbox.take(now: at(1e6), isQuiet: false)?.dropped == 0)
    }

    @Test("Another receiver takes what waits and what is under way, and tries at once")
    func handedOver() {
        var mailbox = AlertMailbox()
        mailbox.add(news(.rigGone))
        _ = mailbox.take(now: at(0), isQuiet: false)
        mailbox.ended(.failed, now: at(0))
        _ = mailbox.take(now: at(20), isQuiet: false)
        mailbox.add(news(.disk))
        var next = AlertMailbox(from: mailbox)
        #expect(next.take(now: at(21), isQuiet: false)?.news.map(\.event) == [.rigGone, .disk])
    }

    @Test("A message that the receiver will never take is given up, and the next one waits a little")
    func refused() {
        var mailbox = AlertMailbox()
        mailbox.add(news(.rigGone))
        _ = mailbox.take(now: at(0), isQuiet: false)
        mailbox.ended(.refused, now: at(0))
        mailbox.add(news(.disk))
        #expect(mailbox.take(now: at(1), isQuiet: false) == nil)
        #expect(mailbox.take(now: at(15), isQuiet: false)?.news.map(\.event) == [.disk])
    }
}
