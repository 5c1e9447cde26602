import ProxyTerms
import Testing

@testable import StratumProxy

@Suite("Addresses of statistics")
struct WebAddressTests {
    @Test(
        "Hosts are found, whatever stands round them",
        arguments: [
            ("https://xmrvsbeast.com", "xmrvsbeast.com"), ("http://127.0.0.1:8080/api", "127.0.0.1"),
            ("http://[::1]:8080", "::1"), ("https://user:word@host/path", "host"), ("https://a@b@c:1/@", "c"),
        ])
    func host(text: String, host: String) {
        #expect(WebAddress(text)?.host == host)
    }

    @Test("A name and a password are not shown")
    func shown() {
        #expect(WebAddress("https://user:word@host:81/path@x")?.description == "https://host:81/path@x")
    }

    @Test(
        "What is no address of http or https",
        arguments: [
            "", "xmrvsbeast.com", "ftp://a", "https://", "https:///a", "https://:80", "https://a:0", "https://a:65536",
            "https://a:b", "https://[::1", "https://[a]", "https://a b", "https://a/?b", "https://a#b",
            "https://a\u{7}",
        ])
    func none(text: String) {
        #expect(WebAddress(text) == nil)
    }

    private func load(_ text: String) -> LoadedConfiguration {
        let text = text.replacing("WALLET", with: WalletAddressTests.donation)
        return ConfigurationLoader.load(
            text: Array(text.utf8), file: "c.json", flags: FlagOverrides(), environment: [:])
    }

    @Test("A SOCKS5 proxy and certificate authorities for each API")
    func keys() throws {
        let settings = try #require(
            load(
                #"{"wallet": "WALLET", "p2pool": {"api": "http://10.0.0.2", "api-socks5": "[::1]:9050"}, "#
                    + #""xvb": {"api-socks5": "localhost:9050", "api-ca": "/etc/own.pem"}}"#
            ).settings)
        #expect(settings.upstreams.p2pool.apiSOCKS5?.description == "[::1]:9050")
        #expect(settings.upstreams.p2pool.apiAuthorityFile == nil)
        #expect(settings.upstreams.xvb.apiSOCKS5?.description == "localhost:9050")
        #expect(settings.upstreams.xvb.apiAuthorityFile == "/etc/own.pem")
    }

    // Fault N12.
    @Test(
        "Bad values are named",
        arguments: [
            (#""api-socks5": "localhost""#, "xvb.api-socks5"), (#""api-socks5": "a:0""#, "xvb.api-socks5"),
            (#""api-socks5": 9050"#, "xvb.api-socks5"), (#""api": "https://a?b""#, "xvb.api"),
            (#""api-ca": true"#, "xvb.api-ca"),
        ])
    func bad(member: String, path: String) {
        let loaded = load(#"{"wallet": "WALLET", "p2pool": {"api": "/a"}, "xvb": {"# + member + "}}")
        #expect(loaded.settings == nil)
        #expect(loaded.problems.map(\.path) == [path])
    }

    @Test("The wallet is not to travel through the internet in the clear")
    func plainXvB() {
        func warnings(_ api: String) -> [String] {
            let loaded = load(#"{"wallet": "WALLET", "p2pool": {"api": "/a"}, "xvb": {"api": ""# + api + #""}}"#)
            #expect(loaded.settings != nil)
            return loaded.problems.map(\.path)
        }
        #expect(warnings("http://xmrvsbeast.com") == ["xvb.api"])
        #expect(warnings("http://127.0.0.1:1") == [])
        #expect(warnings("https://xmrvsbeast.com") == [])
    }
}
