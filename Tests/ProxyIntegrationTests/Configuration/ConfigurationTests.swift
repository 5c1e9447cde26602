import ProxyTerms
import SplitScheduler
import Testing
import Upstreams

@testable import StratumProxy

@Suite("Configuration")
struct ConfigurationTests {
    private let wallet = WalletAddressTests.donation

    private func load(
        _ text: String?, flags: FlagOverrides = FlagOverrides(), environment: Environment = ["HOME": "/home/m"]
    ) -> LoadedConfiguration {
        let bytes = text.map { Array($0.replacing("WALLET", with: wallet).utf8) }
        return ConfigurationLoader.load(text: bytes, file: "c.json", flags: flags, environment: environment)
    }

    /// The lines about `text`, which must not be usable.
    private func errors(_ text: String, environment: Environment = [:]) -> [String] {
        let loaded = load(text, environment: environment)
        #expect(loaded.settings == nil)
        return loaded.problemLines
    }

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
        #expect(settings.bind == [HostPort(host: "0.0.0.0", port: 3355)])
        #expect(settings.wallet?.text == wallet)
        #expect(settings.mode == .default)
        #expect(settings.windowSeconds == 600)
        #expect(settings.accessPassword == nil)
        #expect(settings.tls == .selfSigned)
        #expect(settings.stateDirectory == "/home/m/.local/state/stratum-proxy")
        #expect(settings.exclusiveWorkers.isEmpty)
        #expect(settings.userAgent == "stratum-proxy/\(Version.current)")
        #expect(settings.printTimeSeconds == 60)
        #expect(settings.logLevel == .info)
        #expect(settings.colors)
        let p2pool = settings.upstreams.p2pool
        #expect(
            p2pool.endpoints == [
                EndpointSettings(
                    address: try PoolURL("127.0.0.1:3333"), user: "stratum-proxy", pass: Secret("x"),
                    usesTLS: false, sendsServerName: true, fingerprint: nil, keepaliveSeconds: nil)
            ])
        #expect(p2pool.api == .none)
        #expect(p2pool.bufferPercent == 25)
        #expect(p2pool.rigsPerLane == 256)
        #expect(p2pool.maxLanes == 64)
        let xvb = settings.upstreams.xvb
        #expect(xvb.endpoints.map(\.address.host) == ["na.xmrvsbeast.com", "eu.xmrvsbeast.com"])
        #expect(xvb.endpoints.allSatisfy { $0.usesTLS && $0.keepaliveSeconds == 60 && $0.address.port == 4247 })
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
              "exclusive": ["big", "farm"], "user-agent": "x/1", "print-time": 0, "log-level": "debug",
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
                    sendsServerName: false, fingerprint: CertificatePin(String(repeating: "ab", count: 32)),
                    keepaliveSeconds: 30),
                EndpointSettings(
                    address: try PoolURL("10.0.0.2:3335"), user: "stratum-proxy", pass: Secret("x"),
                    usesTLS: false, sendsServerName: true, fingerprint: nil, keepaliveSeconds: nil),
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
        #expect(settings.logLevel == .debug && !settings.colors)
    }

    // MARK: Errors

    @Test(
        "A wrong value is refused with its place, its key and what would be right",
        arguments: [
            ("{\n  \"windov\": 600}", "c.json:2:3: error: windov: unknown key; did you mean \"window\"?"),
            (
                "{\"p2pool\": {\"bufer\": 1}}",
                "c.json:1:13: error: p2pool.bufer: unknown key; did you mean \"buffer\"?"
            ),
            (
                "{\"maxLanes\": 1}",
                "c.json:1:2: error: maxLanes: unknown key here; there is p2pool.max-lanes"
            ),
            ("{\"pools\": []}", "c.json:1:2: error: pools: unknown key: pools stand in \"p2pool\""),
            ("{\"donate-level\": 1}", "donate-level: unknown key: there is no donation here"),
            ("{\"zzz\": 1}", "c.json:1:2: error: zzz: unknown key"),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"usr\": \"x\"}]}}",
                "c.json:1:38: error: p2pool.pools[0].usr: unknown key; did you mean \"user\"?"
            ),
            ("{\"window\": 5}", "c.json:1:12: error: window: 5 is not a whole number from 10 to 3600 seconds"),
            ("{\"window\": 60.5}", "window: 60.5 is not a whole number from 10 to 3600 seconds"),
            ("{\"window\": \"10m\"}", "window: expected a whole number (seconds), found a text"),
            ("{\"p2pool\": {\"buffer\": 1e9}}", "p2pool.buffer: 1000000000 is not a number from -100 to 1000 percent"),
            ("{\"colors\": \"yes\"}", "colors: expected true or false, found a text"),
            (
                "{\"mode\": \"hreo\"}",
                "mode: \"hreo\" is none of \"default\", \"hero\", \"manual\", \"p2pool\"; did you mean \"hero\"?"
            ),
            ("{\"wallet\": 4}", "wallet: expected a text in double quotes or null, found a number"),
            (
                "{\"wallet\": \"4...\"}",
                "wallet: '4...' only shows the place: put the address that your p2pool mines to here"
            ),
            ("{\"wallet\": \"4abc\"}", "wallet: a Monero address has 95 characters, this one 4"),
            ("{\"bind\": \"0.0.0.0:3355\"}", "bind: expected a list of texts such as [\"0.0.0.0:3355\"], found a text"),
            ("{\"bind\": [3355]}", "bind: expected a list of texts, found a number in it"),
            ("{\"bind\": []}", "bind: the list is empty"),
            ("{\"bind\": [\"0.0.0.0\"]}", "bind: '0.0.0.0' has no port: write 0.0.0.0:port"),
            ("{\"bind\": [\"::1:3355\"]}", "bind: an IPv6 address needs brackets"),
            ("{\"bind\": [\"0.0.0.0:70000\"]}", "bind: '70000' is not a port (0 to 65535)"),
            ("{\"bind\": [\"localhost:3355\"]}", "bind: 'localhost' is no IP address"),
            ("{\"bind\": [\"0.0.0.0:1\", \"0.0.0.0:1\"]}", "bind: 0.0.0.0:1 stands here twice"),
            ("{\"access-password\": \"\"}", "access-password: an empty password would lock every rig out"),
            ("{\"tls\": true}", "tls: expected an object { ... } or false, found true"),
            ("{\"tls\": {\"cert\": \"/c\"}}", "tls.cert: there is a certificate but no \"key\""),
            ("{\"mode\": \"manual\", \"manual-xvb-seconds\": 700}", "manual-xvb-seconds: more than the window"),
            (
                "{\n\"tier\": \"none\"}",
                "c.json:2:9: error: tier: \"none\" is none of \"donor\", \"vip\", \"whale\", \"mega\""
            ),
            ("{\"tier\": \"wale\"}", "did you mean \"whale\"?"),
            ("{\"log-level\": \"warn\"}", "did you mean \"warning\"?"),
            (
                "{\"tier\": 1000}",
                "tier: expected one of \"donor\", \"vip\", \"whale\", \"mega\" or null, found a number"
            ),
            ("{\n\n\"cycle\": 601}", "c.json:3:10: error: cycle: more than the window, which has 600 seconds"),
            ("{\"cycle\": 4}", "c.json:1:11: error: cycle: 4 is not a whole number from 5 to 3600 seconds"),
            ("{\"cycle\": \"60\"}", "cycle: expected a whole number (seconds) or null, found a text"),
            ("{\"min-slice\": 0}", "min-slice: 0 is not a whole number from 1 to 600 seconds"),
            (
                "{\"cycle\": 30,\n \"min-slice\": 31}",
                "c.json:2:15: error: min-slice: more than the cycle, which has 30 seconds"
            ),
            (
                "{\"window\": 20, \"min-slice\": 21}",
                "min-slice: more than the window, which has 20 seconds"
            ),
            (
                "{\"p2pool\": {\n\"confidence\": 95}}",
                "c.json:2:15: error: p2pool.confidence: 95 is not a number above 0 and below 1 (95 % is 0.95)"
            ),
            ("{\"p2pool\": {\"confidence\": 0}}", "p2pool.confidence: 0 is not a number above 0 and below 1"),
            ("{\"p2pool\": {\"confidence\": 1}}", "p2pool.confidence: 1 is not a number above 0 and below 1"),
            ("{\"p2pool\": {\"confidence\": \"high\"}}", "p2pool.confidence: expected a number or null, found a text"),
            ("{\"xvb\": {\"confidence\": 0.9}}", "xvb.confidence: unknown key here; there is p2pool.confidence"),
            (
                "{\"xvb\": {\"external-hashrate\": -1}}",
                "c.json:1:31: error: xvb.external-hashrate: -1 is not a number from 0 to 1000000000000 H/s"
            ),
            ("{\"p2pool\": []}", "p2pool: expected an object { ... }, found a list"),
            ("{\"p2pool\": {\"pools\": []}}", "p2pool.pools: the list is empty"),
            ("{\"p2pool\": {\"pools\": [\"a:1\"]}}", "p2pool.pools[0]: expected a pool such as"),
            ("{\"p2pool\": {\"pools\": [{}]}}", "p2pool.pools[0]: a pool needs a \"url\""),
            ("{\"p2pool\": {\"pools\": [{\"url\": \"http://a\"}]}}", "pools[0].url: 'http://a' is no pool address"),
            ("{\"p2pool\": {\"pools\": [{\"url\": \"a b:1\"}]}}", "p2pool.pools[0].url: 'a b:1' is not host:port"),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"enabled\": false}]}}",
                "p2pool.pools: every pool is disabled"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"user\": \"rig.1\"}]}}",
                "p2pool.pools[0].user: p2pool would read what follows '.' as a difficulty"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"tls-fingerprint\": \"ab\"}]}}",
                "p2pool.pools[0].tls-fingerprint: expected the 64 hex digits"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\",\n \"socks5\": \"127.0.0.1\"}]}}",
                "c.json:2:12: error: p2pool.pools[0].socks5: '127.0.0.1' has no port: write 127.0.0.1:port"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"socks5\": true}]}}",
                "pools[0].socks5: expected a text in double quotes, false or null, found true"
            ),
            ("{\"socks5\": \"127.0.0.1:0\"}", "c.json:1:12: error: socks5: port 0 leads nowhere"),
            ("{\"socks5\": \"hunter2@127.0.0.1:9\"}", "socks5: expected user:password before the '@'"),
            ("{\"socks5\": \"me:@127.0.0.1:9\"}", "socks5: the user and the password before the '@' have 1 to 255"),
            ("{\"socks5\": false}", "socks5: expected a text in double quotes or null, found false"),
            ("{\"xvb\": {\"api-socks5\": \"::1:9\"}}", "xvb.api-socks5: an IPv6 address needs brackets"),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"abc.onion:3333\"}]}}",
                "p2pool.pools[0].url: a .onion address is reached through Tor only: set \"socks5\": \"127.0.0.1:9050\""
            ),
            (
                "{\"socks5\": \"tor:9050\", \"p2pool\": {\"pools\": [{\"url\": \"abc.ONION\", \"socks5\": false}]}}",
                "p2pool.pools[0].url: a .onion address is reached through Tor only"
            ),
            (
                "{\"p2pool\": {\"api\": \"http://abc.onion/api\"}}",
                "p2pool.api: a .onion address is reached through Tor only: set \"api-socks5\""
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"[fe80::1%eth0]:1\", \"socks5\": \"tor:9050\"}]}}",
                "p2pool.pools[0].url: an address with a scope (%) means nothing to a SOCKS5 proxy"
            ),
            (
                "{\"xvb\": {\"pools\": [{\"url\": \"a:1\", \"rig-id\": \"rig1\"}]}}",
                "xvb.pools[0].rig-id: XvB credits the work to the rig-id instead of the user"
            ),
            ("{\"xvb\": {\"api\": \"/dir\"}}", "xvb.api: expected an http(s) address"),
            ("[]", "c.json:1:1: error: a configuration is an object"),
            ("{\"a\": 1", "c.json:1:1: error: the file ends before this '{' is closed"),
        ])
    func refused(text: String, line: String) {
        let lines = errors(text)
        #expect(lines.contains { $0.contains(line) }, "\(lines)")
    }

    @Test("All errors are reported at once, in the order of the file")
    func severalErrors() {
        let lines = errors("{\n\"window\": 1,\n\"mode\": \"x\",\n\"tls\": {\"kee\": 1},\n\"wallet\": \"0\"}")
        #expect(lines.count == 4)
        #expect(zip(lines, ["2:11", "3:9", "4:9", "5:11"]).allSatisfy { $0.hasPrefix("c.json:\($1): error: ") })
    }

    @Test("Text from the file is made printable before it is shown")
    func hostileNames() {
        let lines = errors("{\"\\u001b[2J\\u202e\": 1}")
        #expect(lines.contains { $0.contains("\\u{1b}[2J\\u{202e}: unknown key") }, "\(lines)")
    }

    @Test("A wallet of more than its first 8 letters as XvB's user is pointed out")
    func wrongUser() {
        let loaded = load(
            #"{"wallet": "WALLET", "mode": "manual", "manual-xvb-seconds": 9, "#
                + #""xvb": {"pools": [{"url": "x.org", "tls": true, "user": "WALLET"}]}}"#)
        #expect(loaded.settings != nil)
        #expect(loaded.problemLines.count == 1)
        #expect(loaded.problemLines.allSatisfy { $0.contains("would be 44AFFq5k") })
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
        #expect(core.upstreams.p2pool.isP2Pool && !core.upstreams.xvb.isP2Pool)
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
                "/nonexistent/c.json: error: No such file or directory: copy deploy/config.example.json there and put "
                    + "your wallet in it"
            ])
        #expect(problem("/dev/null") == ["/dev/null: error: not an ordinary file"])
        #expect(problem("/") == ["/: error: not an ordinary file"])
    }
}
