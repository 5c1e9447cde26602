import ProxyTerms
import Testing
import Upstreams

@testable import StratumProxy

@Suite("SOCKS5 in the configuration")
struct SOCKS5ConfigurationTests {
    private func load(_ text: String, environment: Environment = ["HOME": "/home/m"]) throws -> Settings {
        let bytes = Array(text.replacing("WALLET", with: WalletAddressTests.donation).utf8)
        let loaded = ConfigurationLoader.load(
            text: bytes, file: "c.json", flags: FlagOverrides(), environment: environment)
        return try #require(loaded.settings, "\(loaded.problemLines)")
    }

    private func pools(_ text: String) throws -> [String?] {
        try load("{\"mode\": \"p2pool\", \(text)}").upstreams.p2pool.endpoints.map { $0.socks5?.description }
    }

    @Test("Without the key nothing goes through a proxy, whatever the environment says")
    func none() throws {
        let environment: Environment = ["HOME": "/h", "ALL_PROXY": "socks5h://127.0.0.1:9050", "all_proxy": "x"]
        let settings = try load("{\"wallet\": \"WALLET\"}", environment: environment)
        for upstream in [settings.upstreams.p2pool, settings.upstreams.xvb] {
            #expect(upstream.apiSOCKS5 == nil && upstream.endpoints.allSatisfy { $0.socks5 == nil })
        }
    }

    @Test("A pool's own proxy is for this pool, also in the own network")
    func ownProxy() throws {
        let text = #""p2pool": {"pools": [{"url": "node.example:1", "socks5": "127.0.0.1:9050"}, {"url": "b.example"},"#
        #expect(
            try pools(text + #"{"url": "10.0.0.1", "socks5": "[::1]:9051"}]}"#) == [
                "127.0.0.1:9050", nil, "[::1]:9051",
            ])
    }

    @Test("The general proxy is for all that is not in the own network, but what says false")
    func general() throws {
        let urls = [
            "far.example:1", "8.8.8.8", "[2001:db8::1]:1", "abc.onion", "127.0.0.1", "192.168.1.9:1", "[fd00::1]:1",
            "localhost", "p2pool", "node.lan", "node.LOCAL:1",
        ]
        let objects = urls.map { "{\"url\": \"\($0)\"}" } + [#"{"url": "far.example:2", "socks5": false}"#]
        let list = objects.joined(separator: ", ")
        let found = try pools(#""socks5": "tor:9050", "p2pool": {"pools": ["# + list + "]}")
        #expect(found == [String?](repeating: "tor:9050", count: 4) + [String?](repeating: nil, count: 8))
    }

    @Test("The general proxy is for XvB's standard nodes and its API, and api-socks5 goes before it")
    func apis() throws {
        let settings = try load(
            #"{"wallet": "WALLET", "socks5": "tor:9050", "p2pool": {"api": "http://10.0.0.1/api"}}"#)
        #expect(settings.upstreams.xvb.endpoints.map { $0.socks5?.description } == ["tor:9050", "tor:9050"])
        #expect(settings.upstreams.xvb.apiSOCKS5?.description == "tor:9050")
        #expect(settings.upstreams.p2pool.apiSOCKS5 == nil)
        let other = try load(
            #"{"wallet": "WALLET", "socks5": "tor:9050", "xvb": {"api-socks5": false}, "#
                + #""p2pool": {"api": "http://10.0.0.1/api", "api-socks5": "tor:9999"}}"#)
        #expect(other.upstreams.xvb.apiSOCKS5 == nil)
        #expect(other.upstreams.p2pool.apiSOCKS5?.description == "tor:9999")
    }

    @Test("The core is told the proxy, and still the pool's own name")
    func core() throws {
        let settings = try load(
            #"{"mode": "p2pool", "p2pool": {"pools": [{"url": "abc.onion", "socks5": "me:p@ss@127.0.0.1:9050"}]}}"#)
        let endpoint = try #require(settings.core.upstreams.p2pool.endpoints.first)
        #expect(endpoint.address == "abc.onion:3333")
        let credentials = Socks5Proxy.Credentials(user: "me", password: "p@ss")
        #expect(endpoint.socks5 == Socks5Proxy(host: "127.0.0.1", port: 9050, credentials: credentials))
    }

    @Test("Addresses as people write them")
    func addresses() throws {
        #expect(try SOCKS5Address("socks5://127.0.0.1:9050").description == "127.0.0.1:9050")
        #expect(try SOCKS5Address("socks5h://a:b@tor:1").description == "tor:1")
        #expect(try SOCKS5Address("a:b:c@[::1]:1").credentials == .init(user: "a", password: Secret("b:c")))
        #expect(try SOCKS5Address("a b:@/%\u{e9}@tor:1").forFetching == "a%20b:%40%2f%25%c3%a9@tor:1")
        #expect(try SOCKS5Address("tor:1").forFetching == "tor:1")
    }

    @Test("Variables are put in, and the password never prints")
    func secret() throws {
        let settings = try load(
            #"{"mode": "p2pool", "socks5": "me:${P}@tor:1", "p2pool": {"pools": [{"url": "a.example"}]}}"#,
            environment: ["P": "hunter2"])
        #expect(settings.upstreams.p2pool.endpoints.first?.socks5?.credentials?.password.revealed == "hunter2")
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!(dumped + "\(settings)" + String(reflecting: settings)).contains("hunter2"))
    }
}
