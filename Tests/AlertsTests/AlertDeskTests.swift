import ProxyTerms
import Testing

@testable import Alerts

@Suite("What of all that happens is told")
struct AlertDeskTests {
    private static let troubles: [AlertEvent] = [
        .rigGone, .hashrateLow, .poolDown, .registration, .disk, .p2poolUpdate,
    ]
    private static let happenings: [AlertEvent] = [.shareFound, .raffleWin, .fails, .liar, .certificate, .disk]

    private func at(_ seconds: Double) -> Instant { Instant.start.adding(seconds: seconds) }

    /// What is told from `begin` up to `end`, which are looked at each second unless they are far apart.
    private func news(_ desk: inout AlertDesk, _ begin: Double, _ end: Double) -> [AlertNews] {
        var news: [AlertNews] = []
        let step = end - begin > 3_000 ? 10.0 : 1
        for second in stride(from: begin, through: end, by: step) { news += desk.news(now: at(second)) }
        return news
    }

    @Test("A trouble is told once it has lasted, and once only", arguments: troubles)
    func delay(event: AlertEvent) {
        var desk = AlertDesk()
        desk.observe(event, "a", isBad: true, now: at(100), "why")
        let delay = event.bounds.delay
        #expect(delay > 0)
        #expect(news(&desk, 100, 99 + delay).isEmpty)
        let told = news(&desk, 100 + delay, 100 + delay + 50_000)
        #expect(told.count == 1)
        #expect(told.first?.state == .raised && told.first?.items == [.init("a", "why")])
        #expect(told.first?.since == at(100) && told.first?.at == at(100 + delay))
    }

    @Test("A blip is told neither when it begins nor when it ends", arguments: troubles)
    func blip(event: AlertEvent) {
        var desk = AlertDesk()
        desk.observe(event, "a", isBad: true, now: at(0))
        desk.observe(event, "a", isBad: false, now: at(event.bounds.delay - 1))
        #expect(news(&desk, 0, 50_000).isEmpty)
    }

    @Test("The end of what was told is told once it has lasted", arguments: troubles)
    func recovery(event: AlertEvent) {
        var desk = AlertDesk()
        desk.observe(event, "a", isBad: true, now: at(0), "gone")
        #expect(news(&desk, 0, event.bounds.delay).count == 1)
        let back = event.bounds.delay + 5_000
        desk.observe(event, "a", isBad: false, now: at(back), "here")
        #expect(news(&desk, back, back + event.bounds.settle - 1).isEmpty)
        let told = news(&desk, back + event.bounds.settle, back + 10_000)
        #expect(told.count == 1)
        #expect(told.first?.state == .recovered && told.first?.items == [.init("a", "here")])
        #expect(told.first?.since == at(0) && told.first?.lasted == back)
    }

    // Fault A04.
    @Test("What comes and goes is told once in its cooldown, then with how often it was", arguments: troubles)
    func cooldown(event: AlertEvent) throws {
        var desk = AlertDesk()
        let bounds = event.bounds
        let cycle = 2 * (bounds.delay + bounds.settle + 10)
        var told: [AlertNews] = []
        // Down for more than its delay, up for more than its settling, again and again.
        for step in 0..<40 {
            let begin = Double(step) * cycle
            desk.observe(event, "a", isBad: true, now: at(begin))
            for second in stride(from: 0, to: cycle, by: 5) {
                if second == cycle / 2 { desk.observe(event, "a", isBad: false, now: at(begin + second)) }
                told += desk.news(now: at(begin + second))
            }
        }
        let raised = told.filter { $0.state == .raised }
        for (one, next) in zip(raised, raised.dropFirst()) {
            #expect(next.at.seconds(since: one.at) >= bounds.cooldown)
            #expect(next.times > 1)
        }
        #expect(told.filter { $0.state == .recovered }.count <= raised.count)
        // Nothing is lost of it: each time it began is in some message, but for those after the last.
        #expect(raised.reduce(0) { $0 + $1.times } >= 40 - Int(bounds.cooldown / cycle) - 1)
    }

    @Test("Many at once are one message, which names the first and counts the rest")
    func folding() {
        var desk = AlertDesk()
        for index in 0..<50 { desk.observe(.rigGone, "rig-\(100 + index)", isBad: true, now: at(0)) }
        let told = news(&desk, 0, 2_000)
        #expect(told.count == 1)
        #expect(told.first?.subjects == 50 && told.first?.items.count == AlertNews.mostItems)
        #expect(told.first?.items.first?.subject == "rig-100")
    }

    @Test("Those that follow the first wait for the event's gap, and come together")
    func gap() {
        var desk = AlertDesk()
        for index in 0..<10 {
            desk.observe(.rigGone, "rig-\(index)", isBad: true, now: at(Double(index) * 10))
        }
        let told = news(&desk, 0, 5_000)
        #expect(told.map(\.subjects) == [1, 9])
        #expect(told[1].at.seconds(since: told[0].at) == AlertEvent.rigGone.bounds.gap)
    }

    @Test(
        "What happens is told at once, what follows within the cooldown is counted and told with its end",
        arguments: happenings)
    func counted(event: AlertEvent) {
        var desk = AlertDesk()
        desk.happened(event, "a", now: at(10), "first")
        #expect(desk.news(now: at(10)).map(\.times) == [1])
        for index in 0..<20 { desk.happened(event, "b-\(index % 10)", now: at(20 + Double(index)), "next") }
        let cooldown = event.bounds.cooldown
        #expect(news(&desk, 11, 9 + cooldown).isEmpty)
        let told = news(&desk, 10 + cooldown, 10 + 5 * cooldown)
        #expect(told.count == 1)
        #expect(told.first?.times == 20 && told.first?.subjects == 10 && told.first?.state == .happened)
        #expect(told.first?.items.count == AlertNews.mostItems && told.first?.since == at(20))
    }

    @Test("Of a tier only a change is told: what is so from the beginning is known")
    func known() {
        var desk = AlertDesk()
        desk.observe(.tier, "donor", isBad: false, now: at(0))
        desk.observe(.tier, "vip", isBad: true, now: at(0))
        #expect(news(&desk, 0, 20_000).isEmpty)
        desk.observe(.tier, "vip", isBad: false, now: at(20_000), "held")
        let held = news(&desk, 20_000, 30_000)
        #expect(held.map(\.state) == [.recovered] && held.first?.items == [.init("vip", "held")])
        desk.observe(.tier, "donor", isBad: true, now: at(30_000), "lost")
        let lost = news(&desk, 30_000, 40_000)
        #expect(lost.map(\.state) == [.raised] && lost.first?.items == [.init("donor", "lost")])
    }

    @Test("A certificate that is refused is told at once")
    func certificate() {
        var desk = AlertDesk()
        desk.observe(.certificate, "XvB", isBad: true, now: at(0))
        #expect(desk.news(now: at(0)).map(\.state) == [.raised])
    }

    @Test("Names without end are not remembered without end")
    func bound() {
        var desk = AlertDesk()
        for index in 0..<5_000 { desk.observe(.rigGone, "rig-\(index)", isBad: true, now: at(0)) }
        for index in 0..<5_000 { desk.happened(.liar, "rig-\(index)", now: at(0), "") }
        let told = desk.news(now: at(0)) + desk.news(now: at(400))
        #expect(told.first { $0.event == .rigGone }?.subjects == AlertDesk.mostSubjects)
        #expect(told.first { $0.event == .liar }?.subjects == AlertDesk.mostSubjects)
        #expect(told.first { $0.event == .liar }?.times == 5_000)
    }

    @Test("The newest cause is told")
    func newest() {
        var desk = AlertDesk()
        desk.observe(.poolDown, "p2pool", isBad: true, now: at(0), "old")
        desk.observe(.poolDown, "p2pool", isBad: true, now: at(10), "new")
        desk.observe(.poolDown, "p2pool", isBad: true, now: at(20))
        #expect(news(&desk, 0, 300).first?.items == [.init("p2pool", "new")])
    }

    @Test("Only what loses something while nobody acts goes out in quiet hours, and so does its end")
    func urgency() {
        let urgent = AlertEvent.allCases.filter { $0.urgency == .urgent }
        #expect(Set(urgent) == [.poolDown, .registration, .certificate])
        for event in AlertEvent.allCases {
            let end = AlertNews(event, .recovered, [], subjects: 1, times: 1, since: at(0), at: at(1))
            #expect(end.urgency <= .normal && end.passesQuietHours == (event.urgency == .urgent))
        }
    }
}
