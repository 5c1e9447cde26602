import ProxyTerms
import Testing

@testable import Upstreams

@Suite("Failover")
struct FailoverTests {
    private var random = SeededGenerator(seed: 1)

    /// Ticks every second from `now` on until `decision` comes, for an hour at most.
    private static func wait(for decision: Failover.Decision, of failover: inout Failover, _ now: inout Double) {
        for _ in 0..<3600 {
            if failover.tick(now: at(now)) == decision { return }
            now += 1
        }
        Issue.record("never decided \(decision)")
    }

    @Test("The preferred endpoint comes first, and one that works is kept")
    func preferred() {
        var it = Failover(endpoints: 2)
        #expect(it.current == 0)
        #expect(it.ready(0, now: at(0)) == .stay)
        #expect(it.nextDeadline == .never)
        #expect(it.tick(now: at(1000)) == .stay)
    }

    @Test("An attempt that fails with no lane ready moves all lanes to the next endpoint")
    mutating func failed() {
        var it = Failover(endpoints: 3)
        #expect(it.failed(0, .ordinary, now: at(0), using: &random) == .moveTo(1))
        #expect(it.current == 1)
        #expect(it.failed(1, .ordinary, now: at(0.1), using: &random) == .moveTo(2))
        #expect(it.notBefore(0) > at(1))
    }

    @Test("An attempt that fails while another lane is ready is that lane's own trouble")
    mutating func oneLaneFails() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        #expect(it.failed(0, .ordinary, now: at(1), using: &random) == .stay)
        #expect(it.current == 0)
        #expect(it.notBefore(0) >= at(2))
    }

    @Test("A pool that takes one lane and refuses the next is asked less and less often")
    mutating func oneLaneOnly() {
        var it = Failover(endpoints: 1)
        _ = it.ready(0, now: at(0))
        var now = at(1)
        for _ in 0..<8 {
            _ = it.failed(0, .ordinary, now: now, using: &random)
            now = it.notBefore(0)
        }
        _ = it.failed(0, .ordinary, now: now, using: &random)
        #expect(it.notBefore(0).seconds(since: now) >= 48)
    }

    @Test("When the endpoint in use is lost and a probe of a preferred one is ready, lanes go there at once")
    mutating func probeIsReady() {
        var it = Failover(endpoints: 2)
        #expect(it.failed(0, .ordinary, now: at(0), using: &random) == .moveTo(1))
        #expect(it.ready(1, now: at(1)) == .stay)
        #expect(it.tick(now: at(2)) == .probe(0))
        #expect(it.ready(0, now: at(3)) == .stay)
        #expect(it.lost(1, .ordinary, now: at(10), using: &random) == .moveTo(0))
    }

    @Test("Losing the last ready lane once is no failure; the next attempt that fails is")
    mutating func lostOnce() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        _ = it.ready(0, now: at(0))
        #expect(it.lost(0, .ordinary, now: at(100), using: &random) == .stay)
        #expect(it.lost(0, .ordinary, now: at(100), using: &random) == .stay)
        #expect(it.current == 0)
        #expect(it.failed(0, .ordinary, now: at(102), using: &random) == .moveTo(1))
    }

    @Test("Losing the last ready lane twice within a minute is a failure")
    mutating func lostTwice() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        #expect(it.lost(0, .ordinary, now: at(100), using: &random) == .stay)
        _ = it.ready(0, now: at(101))
        #expect(it.lost(0, .ordinary, now: at(102), using: &random) == .moveTo(1))
    }

    @Test("Two losses an hour apart are none")
    mutating func lostSeldom() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        _ = it.lost(0, .ordinary, now: at(100), using: &random)
        _ = it.ready(0, now: at(101))
        #expect(it.lost(0, .ordinary, now: at(3700), using: &random) == .stay)
    }

    // Fault U07.
    @Test("A ban moves on at once and keeps away for a minute and more")
    mutating func banned() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        #expect(it.lost(0, .banned, now: at(10), using: &random) == .moveTo(1))
        #expect(it.notBefore(0) >= at(70))
    }

    @Test("A single endpoint is kept, with its backoff")
    mutating func single() {
        var it = Failover(endpoints: 1)
        #expect(it.failed(0, .ordinary, now: at(0), using: &random) == .stay)
        #expect(it.notBefore(0) >= at(1))
        #expect(it.tick(now: at(100)) == .stay)
    }

    @Test("When all fail the one that may be tried soonest is next")
    mutating func allFail() {
        var it = Failover(endpoints: 2)
        var attempts = [0, 0]
        var now = at(0)
        for _ in 0..<12 {
            attempts[it.current] += 1
            _ = it.failed(it.current, it.current == 1 ? .banned : .ordinary, now: now, using: &random)
            now = max(now, it.notBefore(it.current))
        }
        // Endpoint 1 says that we are banned: it is tried once in a while only.
        #expect(attempts[0] >= 8)
        #expect(attempts[1] >= 1)
    }

    // Fault U29.
    @Test("The preferred endpoint is probed with its backoff, and returned to after 60 s of health")
    mutating func failBack() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        _ = it.ready(1, now: at(0.5))
        #expect(it.tick(now: at(0.9)) == .stay)
        #expect(it.nextDeadline == it.notBefore(0))
        #expect(it.tick(now: at(1.25)) == .probe(0))
        #expect(it.tick(now: at(1.25)) == .stay)
        #expect(it.failed(0, .ordinary, now: at(11), using: &random) == .stay)
        #expect(it.tick(now: at(13.5)) == .probe(0))
        #expect(it.ready(0, now: at(14)) == .stay)
        #expect(it.nextDeadline == at(74))
        #expect(it.tick(now: at(73.9)) == .stay)
        #expect(it.tick(now: at(74)) == .moveTo(0))
        #expect(it.current == 0)
        #expect(it.nextDeadline == .never)
    }

    @Test("A probe that breaks off starts the hold-down again")
    mutating func brokenProbe() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        _ = it.ready(1, now: at(0.5))
        _ = it.tick(now: at(2))
        _ = it.ready(0, now: at(2))
        #expect(it.lost(0, .ordinary, now: at(50), using: &random) == .stay)
        #expect(it.tick(now: at(62)) == .probe(0))
        _ = it.ready(0, now: at(63))
        #expect(it.tick(now: at(122)) == .stay)
        #expect(it.tick(now: at(123)) == .moveTo(0))
    }

    @Test("A probe that was never reported is repeated after a minute")
    mutating func forgottenProbe() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        #expect(it.tick(now: at(2)) == .probe(0))
        #expect(it.tick(now: at(61)) == .stay)
        #expect(it.tick(now: at(62)) == .probe(0))
    }

    @Test("A probe that we gave up ourselves is no failure")
    mutating func retiredProbe() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        _ = it.tick(now: at(2))
        it.retired(0, wasReady: false, now: at(3))
        #expect(it.tick(now: at(3)) == .probe(0))
        _ = it.ready(0, now: at(4))
        it.retired(0, wasReady: true, now: at(5))
        #expect(it.readyLanes(0) == 0)
        #expect(it.current == 0)
    }

    // Fault U29.
    @Test("An endpoint that fails soon after each return is returned to later and later, up to 15 minutes")
    mutating func flapping() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        _ = it.ready(1, now: at(0.5))
        var now = 100.0
        var waits: [Double] = []
        for _ in 0..<6 {
            Self.wait(for: .probe(0), of: &it, &now)
            _ = it.ready(0, now: at(now))
            let since = now
            Self.wait(for: .moveTo(0), of: &it, &now)
            waits.append(now - since)
            #expect(it.lost(0, .banned, now: at(now + 1), using: &random) == .moveTo(1))
            now += 1
        }
        #expect(waits == [60, 120, 240, 480, 900, 900])
    }

    @Test("After a return that lasted ten minutes the hold-down is the ordinary one again")
    mutating func steady() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        _ = it.ready(1, now: at(0.5))
        var now = 10.0
        for stay in [1.0, 601] {
            Self.wait(for: .probe(0), of: &it, &now)
            _ = it.ready(0, now: at(now))
            Self.wait(for: .moveTo(0), of: &it, &now)
            now += stay
            _ = it.lost(0, .banned, now: at(now), using: &random)
            #expect(it.current == 1)
            if stay == 1 { #expect(it.holdDownSeconds(0) == 120) }
        }
        #expect(it.holdDownSeconds(0) == 60)
    }

    @Test("When nothing works where the lanes should be, whatever becomes ready is taken")
    mutating func anythingReady() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        #expect(it.current == 1)
        #expect(it.ready(0, now: at(2)) == .moveTo(0))
    }

    @Test("On a failure a ready endpoint is taken before one that may only be tried")
    mutating func readyFirst() {
        var it = Failover(endpoints: 3)
        _ = it.failed(0, .ordinary, now: at(0), using: &random)
        _ = it.failed(1, .ordinary, now: at(0), using: &random)
        _ = it.ready(2, now: at(0.5))
        #expect(it.current == 2)
        _ = it.tick(now: at(3))
        #expect(it.tick(now: at(3)) == .probe(1))
        #expect(it.ready(1, now: at(3.5)) == .stay)
        #expect(it.lost(2, .banned, now: at(5), using: &random) == .moveTo(1))
    }

    @Test("Whatever the lanes report, the state stays sound", arguments: 0..<30)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var it = Failover(endpoints: 3)
        var ready = [0, 0, 0]
        var now = 0.0
        for _ in 0..<500 {
            now += random.unit() * 10
            let endpoint = Int(random.next() % 3)
            let kind: Backoff.Kind = random.unit() < 0.1 ? .banned : .ordinary
            let decision: Failover.Decision
            switch random.next() % 5 {
            case 0:
                ready[endpoint] += 1
                decision = it.ready(endpoint, now: at(now))
            case 1:
                decision = it.failed(endpoint, kind, now: at(now), using: &random)
            case 2 where ready[endpoint] > 0:
                ready[endpoint] -= 1
                decision = it.lost(endpoint, kind, now: at(now), using: &random)
            case 3 where ready[endpoint] > 0:
                ready[endpoint] -= 1
                it.retired(endpoint, wasReady: true, now: at(now))
                decision = .stay
            default:
                decision = it.tick(now: at(now))
            }
            if case .moveTo(let to) = decision { #expect(to == it.current) }
            for index in 0..<3 { #expect(it.readyLanes(index) == ready[index]) }
            var ticks = 0
            while it.tick(now: at(now)) != .stay { ticks += 1 }
            #expect(ticks <= 3)
            #expect(it.nextDeadline > at(now))
        }
    }

    // MARK: Another order

    @Test(
        "Another order moves nothing by itself: the endpoint that is preferred now is probed, and taken after the hold-down"
    )
    mutating func reordered() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        #expect(it.prefer([1, 0], now: at(10)) == .stay)
        #expect(it.current == 0 && it.nextDeadline <= at(10))
        #expect(it.tick(now: at(10)) == .probe(1))
        #expect(it.ready(1, now: at(11)) == .stay)
        #expect(it.tick(now: at(70)) == .stay)
        #expect(it.tick(now: at(71), mayReturn: false) == .stay)
        #expect(it.tick(now: at(80)) == .moveTo(1))
        #expect(it.nextDeadline == .never)
    }

    @Test("An endpoint that is in no order any more is left at once, for one that is ready before the first")
    mutating func removed() {
        var it = Failover(endpoints: 2)
        _ = it.ready(0, now: at(0))
        #expect(it.prefer([2, 1], now: at(1)) == .moveTo(2))
        #expect(it.nextDeadline == .never)
        var other = Failover(endpoints: 3)
        _ = other.ready(0, now: at(0))
        _ = other.ready(1, now: at(0))
        #expect(other.prefer([2, 1], now: at(1)) == .moveTo(1))
        #expect(other.tick(now: at(1)) == .probe(2))
    }

    @Test("What is in no order is never gone back to, though a lane to it is ready and nothing else works")
    mutating func removedStaysOut() {
        var it = Failover(endpoints: 1)
        _ = it.ready(0, now: at(0))
        #expect(it.prefer([1], now: at(1)) == .moveTo(1))
        #expect(it.failed(1, .ordinary, now: at(2), using: &random) == .stay)
        #expect(it.ready(0, now: at(3)) == .stay)
        #expect(it.current == 1)
        #expect(it.lost(0, .ordinary, now: at(4), using: &random) == .stay)
        #expect(it.lost(0, .ordinary, now: at(5), using: &random) == .stay)
    }

    @Test("A number that another endpoint has now knows nothing of the old one's failures")
    mutating func replacedNumber() {
        var it = Failover(endpoints: 2)
        _ = it.failed(0, .banned, now: at(0), using: &random)
        #expect(it.notBefore(0) > at(50))
        it.replaced(0)
        #expect(it.notBefore(0) == .start)
    }
}
