import EventLoop
import Glibc
import HTTPFetch
import SplitScheduler
import Testing

@testable import Statistics
@testable import StratumProxy

/// A watcher of XvB's statistics with a server in XvB's place.
private final class XvBWatch {
    let test: FetchTest
    let server: WebServer
    /// What the server answers to a question for the averages, and for the public statistics.
    var averages = XvBWatch.good
    var statistics = WebServer.Answer.text(
        #"{"round_type":"donor","time_remain":-3,"players":41,"winner":"4abc...xyz"}"#)
    private(set) var readings: [XvBReading] = []
    private(set) var unregistered = 0
    private(set) var rounds: [Tier?] = []
    private(set) var said: [String] = []
    private(set) var warnings = 0
    private(set) var watcher: XvBWatcher?

    static let good = WebServer.Answer.text(#"{"fails":1,"donor_1hr_avg":1.25,"donor_24hr_avg":0.5}"#)
    static let goodReading = XvBReading(credited1h: 1250, credited24h: 500, fails: 1)

    init(
        _ test: FetchTest, base: ((WebServer) -> String)? = nil, socks5: String? = nil, deadlineSeconds: Double = 5,
        wallet: String = "4Ab&c="
    ) throws {
        self.test = test
        server = try WebServer(test.loop, tls: test.tls)
        server.answer = { [weak self] request in
            guard let self else { return .silence }
            return request.path.hasPrefix("/cgi-bin/") ? averages : statistics
        }
        var source = test.source(base?(server) ?? server.secure, deadlineSeconds: deadlineSeconds)
        source.socks5 = socks5
        watcher = try XvBWatcher(
            loop: test.loop, source: source, wallet: wallet, interval: 0.02, seed: 1,
            handlers: XvBWatcher.Handlers(
                averages: { [weak self] in self?.readings.append($0) },
                wonRound: { [weak self] isOurs, tier in self?.rounds.append(isOurs ? tier : nil) },
                unregistered: { [weak self] in self?.unregistered += 1 },
                say: { [weak self] level, text in
                    self?.said.append(text)
                    if level == .warning { self?.warnings += 1 }
                }))
        watcher?.start()
    }

    /// Questions for the averages so far.
    var questions: Int { server.requests.count { $0.path.hasPrefix("/cgi-bin/") } }

    /// Runs until so many more rounds were begun.
    func runRounds(_ count: Int) throws {
        let end = questions + count
        try test.test.run { self.questions >= end }
    }

    static func run(
        base: ((WebServer) -> String)? = nil, deadlineSeconds: Double = 5, _ body: (XvBWatch) throws -> Void
    ) throws {
        try FetchTest.run { test in
            let watch = try XvBWatch(test, base: base, deadlineSeconds: deadlineSeconds)
            try body(watch)
            watch.watcher?.stop()
        }
    }
}

/// What may come from XvB instead of its figures (docs/invariants.md#faults-of-the-figures), and what the log says of
/// it.
enum BrokenAnswer: String, CaseIterable, CustomTestStringConvertible {
    case status500, gone, silence, webPage, challenge, bomb, huge, hugeUnannounced, toHTTP, circle, notANumber, texts
    case negative, absurd, null, missing, cut, empty, array, binary, drip, refused, closed, gibberish

    var testDescription: String { rawValue }

    /// The answer, and a part of what is said.
    func answer(_ server: WebServer) -> (WebServer.Answer, said: String) {
        switch self {
        case .status500: (.reply(500, body: Array("oops".utf8)), "status 500")
        case .gone: (.reply(404), "status 404")
        case .silence: (.silence, "no complete answer in time")
        case .webPage: (.text("<!DOCTYPE html><html>Just a moment...</html>"), "with a web page")
        case .challenge: (.reply(403, headers: ["cf-mitigated: challenge"], body: Array("<html>".utf8)), "status 403")
        case .bomb:
            // A gzip stream that would become a megabyte of zeros a kilobyte, if it were decompressed.
            (
                .reply(
                    200, headers: ["Content-Encoding: gzip"],
                    body: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 0, count: 200_000)),
                "cut off or not JSON"
            )
        case .huge: (.reply(200, body: [UInt8](repeating: 0x20, count: 10 << 20)), "the answer is too large")
        case .hugeUnannounced:
            (.endless("HTTP/1.1 200 OK\r\n\r\n{", piece: [UInt8](repeating: 0x20, count: 9999)), "too large")
        case .toHTTP: (.reply(302, headers: ["Location: \(server.plain)/cgi-bin/x"]), "not followed")
        case .circle: (.reply(302, headers: ["Location: \(server.secure)/cgi-bin/x"]), "again and again")
        case .notANumber: (.text(#"{"fails":0,"donor_1hr_avg":NaN,"donor_24hr_avg":1}"#), "cut off or not JSON")
        case .texts: (.text(#"{"fails":0,"donor_1hr_avg":"much","donor_24hr_avg":1}"#), "donor_1hr_avg in XvB's answer")
        case .negative:
            (.text(#"{"fails":0,"donor_1hr_avg":1,"donor_24hr_avg":-0.1}"#), "donor_24hr_avg in XvB's answer")
        case .absurd: (.text(#"{"fails":0,"donor_1hr_avg":1e12,"donor_24hr_avg":1}"#), "donor_1hr_avg in XvB's answer")
        case .null: (.text(#"{"fails":0,"donor_1hr_avg":null,"donor_24hr_avg":1}"#), "lacks donor_1hr_avg")
        case .missing: (.text(#"{"fails":0,"donor_1hr_avg":1}"#), "lacks donor_24hr_avg")
        case .cut: (.text(#"{"fails":0,"donor_1hr_avg":1,"donor_24h"#), "cut off or not JSON")
        case .empty: (.text(""), "is empty")
        case .array: (.text("[1,2,3]"), "cut off or not JSON")
        case .binary: (.reply(200, body: [0, 0xFF, 0xC0, 0x80, 0x7B]), "cut off or not JSON")
        case .drip: (.drip("HTTP/1.1 200 OK\r\n\r\n", rest: "{\"fails\":0,\"donor_1hr", milliseconds: 50), "in time")
        case .refused: (.reply(401), "status 401")
        case .closed: (.raw(""), "the connection ended")
        case .gibberish: (.raw("\u{1}\u{2}\u{3}\n\n\n"), "does not speak HTTP")
        }
    }
}

@Suite("Watching XvB's statistics")
struct XvBWatcherTests {
    @Test(
        "The public statistics that name this wallet tell of its won round, while they wait for the round's share, too",
        arguments: [("donor_vip", Tier.vip), ("donor", .donor), ("vip", nil), ("mvp", nil)] as [(String, Tier?)])
    func wonRound(kind: String, tier: Tier?) throws {
        try FetchTest.run { test in
            let watch = try XvBWatch(test, wallet: "48abcdefGHJKLMNPwxyz1234")
            watch.statistics = .text(
                "{\"round_type\":\"\(kind)\",\"time_remain\":-3,\"winner\":\"48abcdef...wxyz1234\"}")
            try watch.runRounds(2)
            watch.watcher?.stop()
            #expect(watch.rounds.last == .some(tier))
        }
    }

    @Test("A clock that is minutes from XvB's is told, once, and that it is right again")
    func clock() throws {
        try XvBWatch.run { watch in
            let good = #"{"fails":1,"donor_1hr_avg":1.25,"donor_24hr_avg":0.5}"#
            watch.averages = .text(good, headers: ["Date: Thu, 01 Jan 2026 00:00:00 GMT"])
            try watch.runRounds(3)
            #expect(watch.said.count { $0.contains("this machine's clock is") && $0.contains("ahead of XvB's") } == 1)
            watch.averages = .text(good, headers: ["Date: \(httpDate(WallClock.now + 5))"])
            try watch.runRounds(3)
            #expect(watch.said.last == "this machine's clock agrees with XvB's again")
        }
    }

    private func httpDate(_ seconds: Double) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    @Test("The averages come in H/s, the public statistics beside them, over one connection")
    func good() throws {
        try XvBWatch.run { watch in
            try watch.runRounds(3)
            #expect(watch.readings.allSatisfy { $0 == XvBWatch.goodReading })
            #expect(watch.watcher?.averages?.value == XvBWatch.goodReading)
            #expect(watch.watcher?.statistics?.value.round == .donor)
            #expect(watch.said == [])
            #expect(watch.server.connections == 1)
        }
    }

    @Test("The whole wallet is asked for, with nothing in it that has a meaning in an address")
    func wallet() throws {
        try XvBWatch.run { watch in
            try watch.runRounds(2)
            let path = "/cgi-bin/p2pool_bonus_history_gupaxx_api.cgi?address=4Ab%26c%3D"
            #expect(watch.server.requests.map(\.path).prefix(3) == [path, "/p2pool/stats", path])
        }
    }

    // Fault X01.
    @Test(
        "Whatever comes instead is said once, and the last good averages stay until good ones come",
        arguments: BrokenAnswer.allCases)
    func broken(kind: BrokenAnswer) throws {
        try XvBWatch.run(deadlineSeconds: kind == .silence || kind == .drip ? 2 : 5) { watch in
            try watch.test.test.run { watch.readings.count == 1 }
            let (answer, said) = kind.answer(watch.server)
            watch.averages = answer
            try watch.test.test.run { !watch.said.isEmpty }
            try watch.runRounds(1)
            #expect(watch.readings.count == 1)
            #expect(watch.watcher?.averages?.value == XvBWatch.goodReading)
            #expect(watch.unregistered == 0)
            #expect(watch.said.count == 1 && watch.warnings == 1, "\(watch.said)")
            #expect(watch.said.first?.contains(said) == true, "\(watch.said)")
            #expect(watch.said.first?.hasSuffix("the last good ones stay in use") == true, "\(watch.said)")
            watch.averages = XvBWatch.good
            try watch.test.test.run { watch.said.count == 2 }
            #expect(watch.said.last == "XvB's averages can be read again")
            #expect(watch.readings.count >= 2)
        }
    }

    // Fault O07.
    @Test("Before any averages have come, a broken answer is not said to leave good ones in use")
    func brokenAtFirst() throws {
        try XvBWatch.run { watch in
            watch.averages = .reply(500, body: [])
            try watch.test.test.run { !watch.said.isEmpty }
            #expect(
                watch.said == [
                    "averages: XvB answers with status 500; until some come, planning with our own accepted work only"
                ])
        }
    }

    @Test("A wallet that XvB does not know: where to register is said once, and every answer is passed on")
    func unregistered() throws {
        try XvBWatch.run { watch in
            watch.averages = .reply(422, body: Array("address not registered".utf8))
            try watch.test.test.run { watch.unregistered == 3 }
            #expect(watch.readings == [])
            #expect(watch.said.count == 1)
            #expect(watch.said.first?.contains("https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi") == true)
            watch.averages = XvBWatch.good
            try watch.test.test.run { watch.said.count == 2 }
            #expect(watch.readings.first == XvBWatch.goodReading)
        }
    }

    @Test("The public statistics are for show: broken ones change nothing, and are no warning")
    func brokenStatistics() throws {
        try XvBWatch.run { watch in
            watch.statistics = .text("<html>")
            try watch.runRounds(3)
            #expect(watch.readings.count >= 2)
            #expect(watch.said == ["public statistics: XvB answers with a web page instead of its figures"])
            #expect(watch.warnings == 0)
            #expect(watch.watcher?.statistics == nil)
        }
    }

    @Test("A server that is not there is said once for all, and found again")
    func down() throws {
        try FetchTest.run { test in
            let gone = try WebServer(test.loop)
            gone.stop()
            let watch = try XvBWatch(test, base: { _ in "https://127.0.0.1:\(gone.port)" })
            try test.test.run { watch.said.count == 1 }
            try test.test.runBriefly(milliseconds: 200)
            #expect(watch.said.count == 1, "\(watch.said)")
            #expect(watch.said.first?.contains("ECONNREFUSED") == true)
            watch.watcher?.stop()
        }
    }

    @Test("A certificate of somebody else's: nothing is asked, the wallet does not leave")
    func wrongName() throws {
        try XvBWatch.run(base: { "https://127.0.0.1:\($0.port)" }) { watch in
            try watch.test.test.run { watch.said.count == 1 }
            #expect(watch.said.first?.contains("its certificate is refused") == true)
            #expect(watch.server.requests == [])
        }
    }

    @Test("Through a SOCKS5 proxy the proxy gets the name")
    func socks() throws {
        try FetchTest.run { test in
            let proxy = try SocksServer(test.loop)
            let watch = try XvBWatch(test, base: { _ in "http://xmrvsbeast.invalid" }, socks5: proxy.address)
            try test.test.run { proxy.received.count >= 2 }
            #expect(proxy.targets.first == "name xmrvsbeast.invalid:80")
            watch.watcher?.stop()
        }
    }

    @Test("Stopped with a question under way it says nothing more, and keeps nothing")
    func stopped() throws {
        try FetchTest.run { test in
            weak var released: XvBWatcher?
            do {
                let watch = try XvBWatch(test, deadlineSeconds: 1.5)
                watch.averages = .silence
                released = watch.watcher
                try watch.runRounds(1)
                watch.watcher?.stop()
                try test.test.runBriefly(milliseconds: 2_000)
                #expect(watch.readings == [] && watch.said == [])
                #expect(test.fetcher.underWay == 0)
            }
            #expect(released == nil)
        }
    }
}
