import ProxyTerms
import Testing

@testable import ProxyCore
@testable import StratumProxy

@Suite("What happened lately")
struct RecentPastTests {
    private func at(_ seconds: Int64) -> Instant { Instant(milliseconds: seconds * 1_000) }

    private func turn(_ past: inout RecentPast, _ upstream: Upstream, _ second: Int64) {
        past.noticed(.switched(to: upstream, cause: .planned, MoveCount(), plannedAt: at(second)), now: at(second))
    }

    @Test("Slices of a window begin with the window, follow one another, and the last one lasts")
    func slices() {
        var past = RecentPast(upstream: .p2pool, now: at(0))
        turn(&past, .xvb, 500)
        turn(&past, .p2pool, 700)
        turn(&past, .p2pool, 800)
        #expect(
            past.slices(since: at(600)) == [
                .init(upstream: .xvb, from: at(600), until: at(700)),
                .init(upstream: .p2pool, from: at(700), until: nil),
            ])
        #expect(past.slices(since: at(900)) == [.init(upstream: .p2pool, from: at(900), until: nil)])
    }

    @Test("No more slices are kept than the bound, whatever flaps")
    func bound() {
        var past = RecentPast(upstream: .p2pool, now: at(0))
        for second in 1...1_000 { turn(&past, second % 2 == 1 ? .xvb : .p2pool, Int64(second)) }
        #expect(past.slices.count == RecentPast.mostSlices)
        #expect(past.slices.last == .init(upstream: .p2pool, from: at(1_000), until: nil))
    }

    @Test("An upstream is down until a lane logs in, with what its last lane ended with")
    func outages() {
        var past = RecentPast(upstream: .p2pool, now: at(0))
        #expect(past.outages.p2pool == .init(since: at(0)))
        let lane = LaneID(upstream: .p2pool, index: 0, epoch: 1)
        past.noticed(.laneLost(lane, endpoint: "a:1", .connection("refused"), retry: 1), now: at(1))
        #expect(past.outages.p2pool?.trouble == "a:1: refused")
        past.noticed(.upstreamUp(.p2pool, endpoint: "a:1"), now: at(2))
        #expect(past.outages.p2pool == nil)
        // A lane that is no longer needed is no trouble, and one of several that is lost is no outage.
        past.noticed(.laneLost(lane, endpoint: "a:1", .notNeeded, retry: nil), now: at(3))
        past.noticed(.laneLost(lane, endpoint: "a:1", .connection("refused"), retry: 1), now: at(3))
        #expect(past.outages.p2pool == nil)
        past.noticed(.upstreamDown(.p2pool, other: .up), now: at(4))
        #expect(past.outages.p2pool?.since == at(4))
    }
}
