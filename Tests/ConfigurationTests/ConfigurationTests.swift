import ProxyTerms
import SplitScheduler
import Testing
import Upstreams

@testable import StratumProxy

@Suite("Configuration")
struct ConfigurationTests: LoadsConfigurations {
    @Test("In mode p2pool XvB isn't even connected to, wallet or not")
    func p2poolAlone() throws {
        let settings = try #require(load(#"{"wallet": "WALLET", "mode": "p2pool"}"#).settings)
        #expect(settings.core.upstreams.xvb.endpoints.isEmpty)
        #expect(settings.core.upstreams.p2pool.endpoints.count == 1)
        let both = try #require(load(#"{"wallet": "WALLET"}"#).settings)
        #expect(!both.core.upstreams.xvb.endpoints.isEmpty)
    }

    // MARK: Defaults

    @Test("A wallet alone is a configuration, and everything else has its default")
    func defaults() throws {
        let loaded = load(#"{"wallet": "WALLET"}"#)
        let settings = try #require(loaded.settings)
        #expect(settings.bind == [Endpoint(host: "0.0.0.0", port: 3355)])
        #expect(settings.wallet?.text == wallet)
        #expect(settings.mode == .default)
        #expect(settings.windowSeconds == 600)
        #expect(settings.accessPassword == nil)
        #expect(settings.tls == .selfSigned)
        #expect(settings.stateDirectory == "/home/m/.local/state/stratum-proxy")
        #expect(settings.exclusiveWorkers.isEmpty)
        #expect(settings.userAgent == "stratum-proxy/\(Version.current)")
        #expect(settings.printTimeSeconds == 600 && !settings.verbose)
        #expect(settings.logLevel == .info)
        #expect(settings.colors)
        let p2pool = settings.upstreams.p2pool
        #expect(
            p2pool.endpoints == [
                EndpointSettings(
                    address: try PoolURL("127.0.0.1:3333"), user: "stratum-proxy", pass: Secret("x"),
                    usesTLS: false, sendsServerName: true, certificates: .none, keepaliveSeconds: nil)
            ])
        #expect(p2pool.api == .none)
        #expect(p2pool.bufferPercent == 25)
        #expect(p2pool.rigsPerLane == 256)
        #expect(p2pool.maxLanes == 64)
        let xvb = settings.upstreams.xvb
        #expect(xvb.endpoints.map(\.address.endpoint.host) == ["na.xmrvsbeast.com", "eu.xmrvsbeast.com"])
        #expect(
            xvb.endpoints.allSatisfy { $0.usesTLS && $0.keepaliveSeconds == 60 && $0.address.endpoint.port == 4247 })
        #expect(xvb.endpoints.allSatisfy { $0.user == "44AFFq5k" })
        #expect(xvb.api == .url("https://xmrvsbeast.com"))
    }

    @Test("Without p2pool's statistics nothing can go to XvB, and that is said")
    func missingAPI() {
        #expect(load(#"{"wallet": "WALLET"}"#).problemLines.map { $0.contains("--data-api DIR --local-api") } == [true])
        #expect(load(#"{"wallet": "WALLET", "p2pool": {"api": "/a"}}"#).problems.isEmpty)
        #expect(load(#"{"mode": "p2pool"}"#).problems.isEmpty)
    }

    @Test("Mode p2pool needs nothing at all")
    func p2poolOnly() throws {
        let settings = try #require(load("{\"mode\": \"p2pool\"}").settings)
        #expect(settings.upstreams.xvb.endpoints.isEmpty)
        #expect(settings.wallet == nil)
    }

    @Test("XvB's pools are looked at in mode p2pool too: the mistake would show when the mode changes")
    func xvbPoolsUnused() {
        let pool = #"{"url": "a:1", "tls": true, "tls-fingerprint": "ab"}"#
        let lines = errors("{\"mode\": \"p2pool\", \"xvb\": {\"pools\": [\(pool)]}}")
        #expect(lines.map { $0.contains("expected the 64 hex digits") } == [true])
    }

    @Test("Which certificates are taken: by the upstream's kind, by a fingerprint, or as it is written")
    func certificates() throws {
        func policy(_ upstream: Upstream, _ members: String) throws -> CertificatePolicy {
            let pool = "{\"url\": \"a:1\", \"user\": \"44AFFq5k\", \"tls\": true\(members)}"
            let loaded = load("{\"wallet\": \"WALLET\", \"\(upstream.key)\": {\"pools\": [\(pool)]}}")
            let settings = try #require(loaded.settings, "\(loaded.problemLines)")
            return try #require(settings.upstreams[upstream].endpoints.first).certificates
        }
        #expect(try policy(.xvb, "") == .firstUse && policy(.p2pool, "") == .none)
        let pin = try #require(CertificatePin(String(repeating: "ab", count: 32)))
        for upstream in Upstream.allCases {
            #expect(try policy(upstream, ", \"tls-fingerprint\": \"\(pin)\"") == .pin(pin))
            #expect(try policy(upstream, ", \"tls-fingerprint\": \"\(pin)\", \"tls-verify\": \"pin\"") == .pin(pin))
            for other in [CertificatePolicy.authority, .firstUse, .none] {
                #expect(try policy(upstream, ", \"tls-verify\": \"\(other.word)\"") == other)
            }
        }
        #expect(CertificatePolicy.words == [.pin(pin), .authority, .firstUse, .none].map(\CertificatePolicy.word))
    }

    @Test("tls-verify on a plain connection is pointed out")
    func verifyPlain() {
        let loaded = load(#"{"mode": "p2pool", "p2pool": {"pools": [{"url": "a:1", "tls-verify": "ca"}]}}"#)
        #expect(loaded.settings != nil)
        #expect(loaded.problemLines.map { $0.contains("tls-verify: has no effect") } == [true])
    }

    @Test("Every mode but p2pool needs a wallet, or a user in each of XvB's pools")
    func walletNeeded() {
        #expect(errors("{}").contains { $0.contains("the wallet is missing") && $0.contains("--wallet") })
        let named = load(#"{"xvb": {"pools": [{"url": "a:1", "user": "44AFFq5k", "tls": true}]}}"#)
        #expect(named.settings?.upstreams.xvb.endpoints.first?.user == "44AFFq5k")
    }

    @Test("Everything can be set")
    func everything() throws {
        let loaded = load(
            """
            { "bind": ["127.0.0.1:3333", "[::1]:3334"], "wallet": "WALLET", "mode": "manual",
              "manual-xvb-seconds": 30.5, "window": 120, "cycle": 60, "min-slice": 7, "state-directory": "~/s",
              "p2pool": { "pools": [
                  {"url": "stratum+ssl://node.lan", "user": "me", "pass": "p", "sni": false, "keepalive": 30,
                   "tls-fingerprint": "\(String(repeating: "aB", count: 32))"},
                  {"url": "[fd00::1]:3334", "enabled": false},
                  {"url": "10.0.0.2:3335", "algo": null, "coin": null, "rig-id": null, "nicehash": false,
                   "daemon": false, "socks5": null, "self-select": null, "submit-to-origin": false} ],
                "api": "/var/lib/p2pool/api/", "api-interval": 5, "confidence": 0.9, "external-hashrate": 2e3,
                "rigs-per-lane": 1, "max-lanes": 3 },
              "xvb": { "api": null, "buffer": 0, "external-hashrate": 0 },
              "access-password": "secret", "tls": {"cert": "/c.pem", "key": "/k.pem"}, "rigs-per-lane": 16,
              "exclusive": ["big", "farm"], "user-agent": "x/1", "print-time": 0, "verbose": true, "log-level": "debug",
              "colors": false, }
            """)
        #expect(loaded.problemLines.isEmpty, "\(loaded.problemLines)")
        let settings = try #require(loaded.settings)
        #expect(settings.bind.map(\.description) == ["127.0.0.1:3333", "[::1]:3334"])
        #expect(settings.mode == .manual && settings.manualXvBSeconds == 30.5 && settings.windowSeconds == 120)
        #expect(settings.stateDirectory == "/home/m/s")
        let p2pool = settings.upstreams.p2pool
        #expect(
            p2pool.endpoints == [
                EndpointSettings(
                    address: try PoolURL("stratum+ssl://node.lan:3333"), user: "me", pass: Secret("p"), usesTLS: true,
                    sendsServerName: false,
                    certificates: .pin(try #require(CertificatePin(String(repeating: "ab", count: 32)))),
                    keepaliveSeconds: 30),
                EndpointSettings(
                    address: try PoolURL("10.0.0.2:3335"), user: "stratum-proxy", pass: Secret("x"),
                    usesTLS: false, sendsServerName: true, certificates: .none, keepaliveSeconds: nil),
            ])
        #expect(p2pool.api == .directory("/var/lib/p2pool/api") && p2pool.apiIntervalSeconds == 5)
        #expect(p2pool.bufferPercent == 25 && p2pool.externalHashrate == 2000)
        #expect(settings.cycleSeconds == 60 && settings.minSliceSeconds == 7 && settings.p2poolConfidence == 0.9)
        #expect(settings.upstreams.xvb.externalHashrate == 0)
        #expect(p2pool.rigsPerLane == 1 && p2pool.maxLanes == 3)
        #expect(settings.upstreams.xvb.api == .none && settings.upstreams.xvb.bufferPercent == 0)
        #expect(settings.upstreams.xvb.rigsPerLane == 16)
        #expect(settings.accessPassword == Secret("secret"))
        #expect(settings.tls == .files(certificate: "/c.pem", key: "/k.pem"))
        #expect(settings.exclusiveWorkers == ["big", "farm"])
        #expect(settings.userAgent == "x/1" && settings.printTimeSeconds == 0)
        #expect(settings.logLevel == .debug && settings.verbose && !settings.colors)
    }

    @Test("A wallet of more than its first 8 letters as XvB's user is pointed out")
    func wrongUser() {
        let loaded = load(
            #"{"wallet": "WALLET", "mode": "manual", "manual-xvb-seconds": 9, "#
                + #""xvb": {"pools": [{"url": "x.org", "tls": true, "user": "WALLET"}]}}"#)
        #expect(loaded.settings != nil)
        #expect(loaded.problemLines.count == 1)
        #expect(loaded.problemLines.allSatisfy { $0.contains("are 44AFFq5k") })
    }

    @Test("Plain text over the internet is pointed out, on the own network it is not")
    func plain() {
        func warnings(_ url: String) -> Int {
            load("{\"mode\": \"p2pool\", \"p2pool\": {\"pools\": [{\"url\": \"\(url)\"}]}}").problems.count
        }
        let near = ["127.0.0.1:1", "192.168.1.2:1", "10.1.1.1:1", "[::1]:1", "[fd00::2]:1", "node:1"]
        #expect(near.map(warnings) == [0, 0, 0, 0, 0, 0])
        #expect(["8.8.8.8:1", "[2001:db8::1]:1", "172.32.0.1:1"].map(warnings) == [1, 1, 1])
    }

    @Test("The core gets what was configured")
    func core() throws {
        let settings = try #require(
            load(
                #"{"wallet": "WALLET", "mode": "hero", "window": 20, "access-password": "pw", "rigs-per-lane": 7, "#
                    + #""exclusive": ["farm"], "p2pool": {"api": "/a", "buffer": 50, "external-hashrate": 5, "#
                    + #""max-lanes": 2, "pools": [{"url": "[::1]", "keepalive": 9}]}}"#
            ).settings)
        let core = settings.core
        #expect(core.accessPassword == "pw" && core.exclusiveWorkers == ["farm"])
        #expect(core.agent == "stratum-proxy/\(Version.current)")
        #expect(core.upstreams.p2pool.profile == .p2pool && core.upstreams.xvb.profile == .xvb)
        #expect(core.upstreams.p2pool.endpoints.map(\.address) == ["[::1]:3333"])
        #expect(core.upstreams.p2pool.endpoints.map(\.keepaliveSeconds) == [9])
        #expect(core.upstreams.p2pool.rigsPerLane == 7 && core.upstreams.p2pool.maxLanes == 2)
        #expect(core.upstreams.xvb.endpoints.map(\.user) == ["44AFFq5k", "44AFFq5k"])
        let split = settings.split
        #expect(split.mode == .hero && split.window == 20 && split.p2poolBuffer == 50 && split.xvbBuffer == 0.4)
        #expect(split.externalP2Pool == 5 && split.externalXvB == nil)
    }

    @Test("The schedule gets tier, cycle, least slice and confidence, or nothing where they are left out")
    func schedule() throws {
        let api = #""p2pool": {"api": "/a", "confidence": 0.95}"#
        let split = try #require(
            load(#"{"wallet": "WALLET", "tier": "vip", "window": 300, "cycle": 300, "min-slice": 30, "# + api + "}")
                .settings
        ).split
        #expect(split.tier == .vip && split.cycle == 300 && split.minSlice == 30 && split.confidence == 0.95)
        let standard = try #require(load(#"{"wallet": "WALLET", "window": 60}"#).settings).split
        #expect(standard.tier == nil && standard.cycle == nil && standard.minSlice == 3 && standard.confidence == nil)
        // What the table says of the two defaults is what the schedule does.
        #expect(try #require(load(#"{"wallet": "WALLET"}"#).settings).split.minSlice == SplitSettings().minSlice)
        #expect(ConfigurationKeys.key(at: "min-slice")?.meaning.contains("\(SplitSettings().minSlice), or") == true)
    }

    @Test("Hashrate from outside is what figures prove, unless a number is stated, and 0 is a number")
    func outside() throws {
        func split(_ value: String) throws -> SplitSettings {
            let sections = #""p2pool": {"external-hashrate": \#(value)}, "xvb": {"external-hashrate": \#(value)}"#
            return try #require(load(#"{"wallet": "WALLET", \#(sections)}"#).settings).split
        }
        #expect(try split("null").externalP2Pool == nil && split("null").externalXvB == nil)
        #expect(try split("0").externalP2Pool == 0 && split("0").externalXvB == 0)
        #expect(try split("2.5e3").externalP2Pool == 2500 && split("2500").externalXvB == 2500)
    }

    @Test("What has no effect is pointed out: a tier in another mode, a buffer beside a confidence")
    func withoutEffect() {
        func lines(_ text: String) -> [String] {
            let loaded = load(text)
            #expect(loaded.settings != nil)
            return loaded.problemLines
        }
        let tier = lines(#"{"wallet": "WALLET", "p2pool": {"api": "/a"}, "mode": "hero", "tier": "vip"}"#)
        #expect(tier.count == 1 && tier.allSatisfy { $0.contains("warning: tier: has no effect: mode is \"hero\"") })
        let both = #"{"wallet": "WALLET", "p2pool": {"api": "/a", "confidence": 0.9, "buffer": "#
        #expect(lines(both + "50}}").count == 1)
        #expect(lines(both + "50}}").allSatisfy { $0.contains("warning: p2pool.buffer: has no effect") })
        // The example file has the default of the buffer in it.
        #expect(lines(both + "25}}").isEmpty)
    }

    // MARK: Variables, flags, secrets

    @Test("Environment variables are put in where xmrig does it")
    func environment() throws {
        let loaded = load(
            #"{"wallet": "${W}", "access-password": "a${P}$b${P}", "p2pool": {"api": "${D}/api", "#
                + #""pools": [{"url": "a:1", "user": "u${N}", "pass": "${P}"}]}}"#,
            environment: ["W": wallet, "P": "p", "D": "/d", "N": "1"])
        let settings = try #require(loaded.settings)
        #expect(settings.wallet?.text == wallet)
        #expect(settings.accessPassword == Secret("ap$bp"))
        #expect(settings.upstreams.p2pool.api == .directory("/d/api"))
        #expect(settings.upstreams.p2pool.endpoints.map(\.user) == ["u1"])
        #expect(settings.upstreams.p2pool.endpoints.map(\.pass) == [Secret("p")])
    }

    @Test("A variable that is not set is an error, not an empty password")
    func missingVariable() {
        let lines = errors(#"{"mode": "p2pool", "access-password": "${NOPE}"}"#)
        #expect(lines == ["c.json:1:39: error: access-password: the environment variable NOPE is not set"])
    }

    @Test("Flags go before the file, and their errors name the flag")
    func flags() throws {
        let flags = FlagOverrides(wallet: wallet, mode: .hero, p2pool: ["10.0.0.9", "10.0.0.8:1"], p2poolAPI: "/api")
        let settings = try #require(load(#"{"wallet": "4bad", "mode": "p2pool"}"#, flags: flags).settings)
        #expect(settings.wallet?.text == wallet && settings.mode == .hero)
        #expect(settings.upstreams.p2pool.endpoints.map(\.address.description) == ["10.0.0.9:3333", "10.0.0.8:1"])
        #expect(settings.upstreams.p2pool.api == .directory("/api"))
        #expect(load(nil, flags: flags).settings != nil)
        let tier = FlagOverrides(wallet: wallet, p2poolAPI: "/api", tier: .whale)
        #expect(load(#"{"tier": "donor"}"#, flags: tier).settings?.tier == .whale)
        let bad = load(nil, flags: FlagOverrides(wallet: "4x", mode: nil, p2pool: ["a:b:c"], p2poolAPI: "ftp://x"))
        #expect(bad.problemLines.contains { $0.hasPrefix("error: --wallet: a Monero address has 95") })
        #expect(bad.problemLines.contains { $0.hasPrefix("error: --p2pool: 'a:b:c' is not host:port") })
        #expect(bad.problemLines.contains { $0.hasPrefix("error: --p2pool-api: expected a directory") })
    }

    @Test("Passwords never print")
    func secrets() throws {
        let settings = try #require(
            load(
                #"{"mode": "p2pool", "access-password": "hunter2", "p2pool": {"pools": [{"url": "a:1", "pass": "hunter2"}]}}"#
            ).settings)
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!(dumped + "\(settings)" + String(reflecting: settings)).contains("hunter2"))
    }

    @Test("The state directory comes from the file, then systemd, then the home directory")
    func stateDirectory() {
        func directory(_ text: String, _ environment: Environment) -> String? {
            load(text, environment: environment).settings?.stateDirectory
        }
        let plain = "{\"mode\": \"p2pool\"}"
        let all: Environment = ["STATE_DIRECTORY": "/var/lib/a:/b", "XDG_STATE_HOME": "/x", "HOME": "/h"]
        #expect(directory("{\"mode\": \"p2pool\", \"state-directory\": \"/s\"}", all) == "/s")
        #expect(directory(plain, all) == "/var/lib/a")
        #expect(directory(plain, ["XDG_STATE_HOME": "/x", "HOME": "/h"]) == "/x/stratum-proxy")
        #expect(directory(plain, ["HOME": "/h"]) == "/h/.local/state/stratum-proxy")
    }

    @Test("The configuration is looked for beside us, in the home directory, then in /etc")
    func search() {
        #expect(
            ConfigurationLoader.searchPaths(environment: ["HOME": "/h"]) == [
                "config.json", "/h/.config/stratum-proxy/config.json", "/etc/stratum-proxy/config.json",
            ])
        #expect(
            ConfigurationLoader.searchPaths(environment: ["HOME": "/h", "XDG_CONFIG_HOME": "/x"])[1]
                == "/x/stratum-proxy/config.json")
    }

    @Test("A file that can't be read is an error that says why, and a FIFO does not hang")
    func unreadable() {
        func problem(_ path: String) -> [String] {
            ConfigurationLoader.load(file: path, flags: FlagOverrides(), environment: [:]).problemLines
        }
        #expect(
            problem("/nonexistent/c.json") == [
                "/nonexistent/c.json: error: No such file or directory: `stratum-proxy setup` writes one"
            ])
        #expect(problem("/dev/null") == ["/dev/null: error: not an ordinary file"])
        #expect(problem("/") == ["/: error: not an ordinary file"])
    }
}
