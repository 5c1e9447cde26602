import Alerts
import Testing

@testable import StratumProxy

@Suite("Who is alerted, by the configuration")
struct NotifyConfigurationTests {
    private func load(_ rest: String, environment: [String: String] = [:]) -> LoadedConfiguration {
        ConfigurationLoader.load(
            text: Array("{\"mode\": \"p2pool\", \(rest)}".utf8), file: "c.json", flags: FlagOverrides(),
            environment: Environment(environment), machine: ThisMachine())
    }

    private func notify(_ objects: String...) -> LoadedConfiguration {
        load("\"notify\": [\(objects.joined(separator: ", "))]")
    }

    private func problems(_ object: String) -> [String] {
        notify(object).problems.map { "\($0.severity == .error ? "error" : "warning") \($0.path): \($0.message)" }
    }

    @Test("Without the keys nobody is told")
    func nobody() {
        let settings = load("\"window\": 600").settings
        #expect(settings?.notify == [] && settings?.ping.target == nil && settings?.lowHashratePercent == 50)
    }

    @Test("Each kind is read with what belongs to it")
    func kinds() throws {
        let loaded = notify(
            #"{"kind": "ntfy", "url": "https://ntfy.sh/topic", "token": "tk_1", "quiet": "22:00-07:00"}"#,
            #"{"kind": "telegram", "token": "123456:AB-c_d", "chat": "-100123"}"#,
            #"{"url": "http://127.0.0.1:8123/api/webhook/x?y=1", "events": ["rig-gone", "pool-down"]}"#)
        #expect(loaded.problemLines.isEmpty)
        let receivers = try #require(loaded.settings?.notify)
        #expect(receivers.map(\.kind) == [.ntfy, .telegram, .webhook])
        #expect(
            receivers.map(\.address.place) == ["https://ntfy.sh", "https://api.telegram.org", "http://127.0.0.1:8123"])
        #expect(receivers[0].quiet == QuietHours("22:00-07:00") && receivers[0].token == Secret("tk_1"))
        #expect(receivers[0].events == Set(AlertEvent.allCases) && receivers[1].chat == Secret("-100123"))
        #expect(receivers[2].events == [.rigGone, .poolDown])
        #expect(receivers[2].address.url == Secret("http://127.0.0.1:8123/api/webhook/x?y=1"))
    }

    @Test("An event that is none is an error with the one that was meant")
    func unknownEvent() {
        #expect(
            problems(#"{"url": "https://h/x", "events": ["rig-gone", "pool-dwon"]}"#)
                == ["error notify[0].events: \"pool-dwon\" is no event; did you mean \"pool-down\"?"])
        #expect(problems(#"{"url": "https://h/x", "events": ["zzz"]}"#)[0].contains("there are rig-gone, hashrate-low"))
        #expect(problems(#"{"url": "https://h/x", "events": []}"#).first?.hasPrefix("warning") == true)
    }

    @Test(
        "What is no receiver is an error",
        arguments: [
            #"{}"#, #"{"url": "ntfy.sh/topic"}"#, #"{"url": "ftp://h/x"}"#, #"{"url": "https://h/x#y"}"#,
            #"{"url": "https://h/a b"}"#, #"{"url": "https://"}"#, #"{"kind": "ntfy", "url": "https://ntfy.sh/"}"#,
            #"{"kind": "telegram", "chat": "1"}"#, #"{"kind": "telegram", "token": "1:a"}"#,
            #"{"kind": "telegram", "token": "1/a", "chat": "1"}"#,
            #"{"kind": "telegram", "token": "1:a", "chat": "a b"}"#,
            #"{"kind": "telegram", "token": "1:a", "chat": 5}"#, #"{"kind": "mail", "url": "https://h/x"}"#,
            #"{"url": "https://h/x", "quiet": "22-7"}"#, #"{"url": "https://h/x", "token": "a b"}"#,
            #"{"url": "https://h/x", "evnts": []}"#, #"{"url": "http://abc.onion/x"}"#, #"{"url": "${NOPE}"}"#,
            #"7"#,
        ])
    func wrong(object: String) {
        let loaded = notify(object)
        #expect(loaded.settings == nil)
        #expect(loaded.problems.count == 1, "\(loaded.problemLines)")
        #expect(loaded.problems.first?.position != nil, "\(loaded.problemLines)")
    }

    @Test("A token that others can read on its way is warned of, and an address that can be called")
    func plain() {
        let token = NotifyWords.plainToken
        #expect(problems(#"{"url": "http://192.168.1.5/x", "token": "t"}"#) == ["warning notify[0].url: \(token)"])
        #expect(problems(#"{"url": "http://me:pw@nas.lan/x"}"#) == ["warning notify[0].url: \(token)"])
        #expect(problems(#"{"url": "http://example.com/x"}"#) == ["warning notify[0].url: \(NotifyWords.plain)"])
        for good in ["http://127.0.0.1/x", "http://localhost:8123/x", "https://example.com/x"] {
            #expect(problems("{\"url\": \"\(good)\", \"token\": \"t\"}").isEmpty, "\(good)")
        }
        #expect(problems(#"{"url": "http://nas.lan/x"}"#).isEmpty)
    }

    @Test("Receivers elsewhere are reached through the SOCKS5 proxy, those at home are not")
    func socks5() throws {
        let loaded = load(
            #""socks5": "tor:9050", "notify": [{"url": "https://h.example/x"}, {"url": "http://10.0.0.2/x"}, {"url": "https://h.example/x", "socks5": false}], "ping": {"url": "https://hc-ping.com/1"}"#
        )
        let settings = try #require(loaded.settings)
        #expect(settings.notify.map { $0.socks5 != nil } == [true, false, false])
        #expect(settings.ping.target?.socks5 != nil)
    }

    @Test("More receivers than can be sent to at a time are an error")
    func tooMany() {
        let all = (1...8).map { "{\"url\": \"https://h/\($0)\"}" }
        #expect(load("\"notify\": [\(all.dropLast().joined(separator: ","))]").settings != nil)
        #expect(load("\"notify\": [\(all.joined(separator: ","))]").settings == nil)
    }

    @Test("A receiver that is here twice is an error: it would be told twice")
    func twice() {
        let one = #"{"url": "https://h/x"}"#
        #expect(notify(one, one).problems.map(\.path) == ["notify[1]"])
        #expect(notify(one, #"{"url": "https://h/x", "events": ["disk"]}"#).settings != nil)
    }

    // Fault A03.
    @Test("No address, token or chat is shown: not by check, nor in what a reload says")
    func secrets() throws {
        let secrets = ["TOPICX", "tk_secret", "99:botsecret", "-100777", "UUIDX", "pw9"]
        let text = """
            "notify": [{"kind": "ntfy", "url": "https://u:pw9@ntfy.sh/TOPICX", "token": "tk_secret"},
              {"kind": "telegram", "token": "99:botsecret", "chat": "-100777"}],
            "ping": {"url": "https://hc-ping.com/UUIDX", "interval": 60}
            """
        let loaded = load(text)
        let settings = try #require(loaded.settings)
        let change = SettingsChange(
            from: try #require(load("\"window\": 600").settings), load("\"window\": 600").values,
            to: (settings, loaded.values), isXvBSetUp: false)
        #expect(change.applied.map(\.path) == ["notify", "ping.url", "ping.interval"])
        var shown = change.applied.map(\.text) + SettingsSummary(settings, CheckFindings(settings)).lines
        shown += ["notify", "ping.url"].compactMap { loaded.values[$0]?.shown } + loaded.problemLines
        shown += settings.notify.enumerated().map { NotifyWords.name($1, $0) } + ["\(settings)"]
        for secret in secrets {
            #expect(!shown.contains { $0.contains(secret) }, "\(secret)")
        }
        #expect(shown.contains { $0.contains("ntfy at https://ntfy.sh") })
        #expect(shown.contains { $0.contains("https://hc-ping.com every 1 min") })
    }

    @Test("A dead man's switch is an http(s) address")
    func ping() {
        #expect(load(#""ping": {"url": "https://hc-ping.com/1"}"#).settings?.ping.intervalSeconds == 300)
        for wrong in [#""hc-ping.com/1""#, "5", #""""#] {
            #expect(load("\"ping\": {\"url\": \(wrong)}").settings == nil, "\(wrong)")
        }
        #expect(load(#""ping": {"interval": 5}"#).settings == nil)
    }
}
