import Alerts
import ProxyTerms
import Testing
import Upstreams

@testable import ProxyCore
@testable import SplitScheduler
@testable import StratumProxy

@Suite("What the core's notices and the figures are alerts of")
struct AlertFeedTests {
    /// A watch over virtual time, which is looked at every five seconds.
    private struct Watch {
        var feed: AlertFeed
        var now = Instant.start
        var told: [AlertNews] = []

        init(rigs: [(name: String, seconds: Double)] = [], down: [Upstream] = []) {
            feed = AlertFeed(AlertFeed.Beginning(rigs: rigs, down: down.map { ($0, .down) }), now: .start)
        }

        mutating func noticed(_ notice: Notice) { feed.noticed(notice, now: now) }

        /// Lets time pass, with these figures.
        mutating func pass(_ seconds: Double, _ figures: AlertFeed.Figures? = nil) {
            let end = now.adding(seconds: seconds)
            while now < end {
                now = now.adding(seconds: 5)
                if let figures { feed.look(figures, now: now) }
                told += feed.news(now: now)
            }
        }

        var titles: [String] { told.map(AlertWords.title) }
        var lines: [[String]] { told.map(AlertWords.lines) }
    }

    private static let address = ClientAddress(ipv4: 0x0A00_0007)
    private static let rig = RigID(index: 1, generation: 1)
    private static let lane = LaneID(upstream: .xvb, index: 0, epoch: 1)

    private func joined(_ name: String) -> Notice {
        .rigJoined(Self.rig, name: name, agent: "XMRig/6.26.0", fullNonceSpace: false)
    }

    private func left(_ name: String, _ reason: RigClosing = .byRig) -> Notice {
        .rigLeft(Self.rig, name: name, reason)
    }

    private var figures: AlertFeed.Figures {
        AlertFeed.Figures(
            rate: Rate(hashrate: 10_000, error: 0.05, covered: 600), dayHashrate: 10_000, hasPool: true, usesXvB: true,
            schedule: SampleReport.snapshot.schedule, fails: 0, lowPercent: 50)
    }

    // MARK: Rigs

    @Test("A rig of the farm that leaves is told after five minutes, and its return after one")
    func rigGone() {
        var watch = Watch()
        watch.noticed(joined("attic"))
        watch.pass(3_600)
        watch.noticed(left("attic"))
        watch.pass(295)
        #expect(watch.told.isEmpty)
        watch.pass(600)
        #expect(watch.titles == ["Rig attic is gone"])
        #expect(watch.lines == [["rig attic left: \(RigClosing.byRig.text)"]])
        watch.noticed(joined("attic"))
        watch.pass(600)
        #expect(watch.titles.last == "Rig attic is back" && watch.told.count == 2)
        #expect(watch.lines.last == ["rig attic logged in (XMRig/6.26.0)", "after 14 min 55 s"])
    }

    @Test("A restart of a miner, a stranger, a rig that is sent away and the proxy's own end are told to nobody")
    func rigNotGone() {
        var watch = Watch(rigs: [("attic", 7_200), ("cellar", 7_200), ("shed", 7_200)])
        watch.noticed(left("attic"))
        watch.pass(120)
        watch.noticed(joined("attic"))
        watch.noticed(joined("stranger"))
        watch.pass(60)
        watch.noticed(left("stranger"))
        watch.noticed(left("cellar", .noUpstream))
        watch.noticed(.stopping(pending: 0))
        watch.noticed(left("shed"))
        watch.pass(10_000)
        #expect(watch.told.isEmpty)
    }

    // Fault A04.
    @Test("A rack that loses its power is one message")
    func rack() {
        var watch = Watch(rigs: (0..<40).map { ("rig-\($0)", 7_200) })
        for index in 0..<40 { watch.noticed(left("rig-\(index)")) }
        watch.pass(3_600)
        #expect(watch.titles == ["40 rigs are gone"])
        #expect(watch.lines[0].count == AlertNews.mostItems + 1 && watch.lines[0].last == "and 34 more")
    }

    // Fault A04.
    @Test("A rig that is cut off is told at once, others with the half hour's end, however many names it takes")
    func liar() {
        var watch = Watch()
        for index in 0..<500 {
            watch.noticed(.rigCutOff(name: "x\(index)", Self.address, seconds: 600, .provenWrong))
            watch.pass(5)
        }
        watch.pass(3_600)
        #expect(watch.titles.first == "Rig x0 is cut off" && watch.told.count <= 3)
        #expect(watch.told.reduce(0) { $0 + $1.times } == 500)
    }

    // MARK: Hashrate

    @Test("Half of the day's hashrate for a quarter of an hour is told, with both figures, and so is its end")
    func hashrate() {
        var watch = Watch()
        var low = figures
        low.rate.hashrate = 4_000
        watch.pass(3_600, figures)
        watch.pass(895, low)
        #expect(watch.told.isEmpty)
        watch.pass(3_600, low)
        #expect(watch.titles == ["The hashrate is low"])
        #expect(watch.lines == [["4 kH/s over 10 min; 10 kH/s over 24 h"]])
        watch.pass(1_800, figures)
        #expect(watch.titles.last == "The hashrate is back" && watch.told.count == 2)
    }

    @Test("Bad luck, a pool that is away and a run that is young are no low hashrate")
    func notLow() {
        var watch = Watch()
        var unlucky = figures
        unlucky.rate = Rate(hashrate: 4_000, error: 0.3, covered: 600)
        watch.pass(7_200, unlucky)
        var cut = figures
        cut.rate.hashrate = 0
        cut.hasPool = false
        watch.pass(7_200, cut)
        var young = figures
        young.rate = Rate(hashrate: 100, error: 0.01, covered: 300)
        watch.pass(7_200, young)
        #expect(watch.told.isEmpty)
    }

    // MARK: Pools

    @Test("A pool that is down for three minutes is told with its cause, and when it is up; a blip is not")
    func pool() {
        var watch = Watch()
        watch.noticed(.upstreamDown(.xvb, other: .up))
        watch.pass(60)
        watch.noticed(.upstreamUp(.xvb, endpoint: "na:4247"))
        watch.pass(600)
        #expect(watch.told.isEmpty)
        watch.noticed(.upstreamDown(.xvb, other: .up))
        watch.noticed(.laneLost(Self.lane, endpoint: "na:4247", .connection("nothing listens there"), retry: 5))
        watch.pass(600)
        #expect(watch.titles == ["XvB is down"])
        #expect(
            watch.lines == [["XvB is down; rigs mine on p2pool where it has work; na:4247: nothing listens there"]])
        watch.noticed(.upstreamUp(.xvb, endpoint: "na:4247"))
        watch.pass(600)
        #expect(watch.titles.last == "XvB is up" && watch.told.count == 2)
    }

    @Test("A pool that was never reached is down from the start; two at once are one message")
    func never() {
        var watch = Watch(down: [.p2pool, .xvb])
        watch.pass(600)
        #expect(watch.titles == ["XvB and p2pool are down"])
        #expect(watch.told.first?.urgency == .urgent)
    }

    @Test(
        "A certificate that is refused is told at once and when it is taken again, a new one that is vouched for once")
    func certificate() throws {
        var watch = Watch()
        let pin = try #require(CertificatePin(String(repeating: "a", count: 64)))
        let refusal = CertificateRefusal.notPinned(pin)
        watch.noticed(.laneLost(Self.lane, endpoint: "na:4247", .distrusted(refusal), retry: 60))
        watch.pass(5)
        #expect(watch.titles == ["XvB na:4247: certificate refused"] && watch.lines == [[refusal.text]])
        watch.feed.certificate(.xvb, .stillRefused(endpoint: "na:4247", refusal), now: watch.now)
        watch.pass(600)
        watch.noticed(.laneReady(Self.lane, endpoint: "na:4247", .pool, lanes: 1))
        watch.pass(600)
        #expect(watch.titles.last == "XvB na:4247: certificate taken again" && watch.told.count == 2)
        let known = KnownCertificate(fingerprint: pin, subject: "CN=x", since: 0)
        watch.feed.certificate(.xvb, .taken(endpoint: "na:4247", pin, .renewed(from: known)), now: watch.now)
        watch.feed.certificate(.xvb, .taken(endpoint: "na:4247", pin, .known(since: 0)), now: watch.now)
        watch.pass(600)
        #expect(watch.titles.last == "XvB na:4247: certificate renewed" && watch.told.count == 3)
    }

    // MARK: Shares and XvB

    @Test("A share is told at once, those of the next quarter of an hour together")
    func shares() {
        var watch = Watch()
        for number in 1...5 {
            watch.noticed(.sidechainShare(name: "attic", difficulty: 20_000, shares: UInt64(number)))
            watch.pass(60)
        }
        watch.pass(3_600)
        #expect(watch.titles == ["p2pool share found", "4 p2pool shares found"])
        #expect(watch.lines[0] == ["p2pool share found by attic: difficulty 20K, 1 since the start"])
        #expect(watch.told.first?.urgency == .low)
    }

    @Test("A tier is lost or held when it is so for a quarter of an hour; what is so at the start is told to nobody")
    func tier() {
        var watch = Watch()
        func credited(_ hour: Double) -> AlertFeed.Figures {
            var figures = figures
            figures.schedule.credited = CreditedAverages(hour: hour, day: 11_000)
            figures.schedule.creditedTier = Tier.highest(within: min(hour, 11_000))
            figures.schedule.xvbHealth = .fresh
            return figures
        }
        watch.pass(3_600, credited(10_500))
        watch.pass(600, credited(9_900))
        watch.pass(3_600, credited(10_500))
        #expect(watch.told.isEmpty)
        watch.pass(3_600, credited(900))
        #expect(watch.titles == ["Tier VIP donor is lost"])
        #expect(watch.lines == [["XvB credits 900 H/s over 1 h, 11 kH/s over 24 h"]])
        watch.pass(3_600, credited(10_500))
        #expect(watch.titles.last == "Tier VIP donor is held" && watch.told.count == 2)
    }

    @Test("A wallet that XvB doesn't know for a quarter of an hour is told with what to do, and its registration")
    func registration() {
        var watch = Watch()
        var unknown = figures
        unknown.schedule.xvbHealth = .unregistered
        watch.pass(600, unknown)
        watch.pass(600, figures)
        #expect(watch.told.isEmpty)
        watch.pass(3_600, unknown)
        #expect(watch.titles == ["XvB does not know the wallet"])
        #expect(watch.lines[0].first?.contains("register it in a browser") == true)
        watch.pass(600, figures)
        #expect(watch.titles.last == "XvB knows the wallet again" && watch.told.count == 2)
    }

    @Test("Each further fail is told, those from before are not")
    func fails() {
        var watch = Watch()
        var figures = figures
        figures.fails = 1
        watch.pass(600, figures)
        figures.fails = 2
        watch.pass(600, figures)
        #expect(watch.titles == ["XvB skipped a win"])
        #expect(watch.lines[0][0].hasSuffix("fails 2 of 3"))
    }

    @Test("A round that is won is told once, and one that was won before the start was told then")
    func win() {
        var watch = Watch()
        var figures = figures
        figures.schedule.wonRound = .vip
        watch.pass(600, figures)
        #expect(watch.told.isEmpty)
        figures.schedule.wonRound = nil
        watch.pass(600, figures)
        figures.schedule.wonRound = .donor
        watch.pass(3_000, figures)
        #expect(watch.titles == ["Raffle round won"])
        #expect(watch.lines[0][0].contains("has won the donor round"))
    }

    @Test("Without XvB nothing of it is told")
    func withoutXvB() {
        var watch = Watch()
        var figures = figures
        figures.usesXvB = false
        figures.schedule.xvbHealth = .unregistered
        watch.pass(7_200, figures)
        #expect(watch.told.isEmpty)
    }

    // MARK: The machine

    @Test("A store that can't be written is told after a minute, and its end")
    func disk() {
        var watch = Watch()
        var full = figures
        full.storeTrouble = "history: store.db can't be written (the disk is full)"
        watch.pass(600, full)
        #expect(watch.titles == ["Trouble with the disk"] && watch.lines == [[full.storeTrouble ?? ""]])
        watch.pass(600, figures)
        #expect(watch.titles.last == "The disk works again" && watch.told.count == 2)
    }

    @Test("A p2pool that is too old is told, and its update")
    func update() {
        var watch = Watch()
        var old = figures
        old.p2poolNeeds = "this p2pool doesn't report last_share_found_time: update p2pool"
        watch.pass(1_200, old)
        #expect(watch.titles == ["p2pool needs an update"] && watch.lines == [[old.p2poolNeeds ?? ""]])
        watch.pass(1_200, figures)
        #expect(watch.titles.last == "p2pool tells all that is needed")
    }
}
