import ProxyTerms
import Testing

@testable import StratumProxy

@Suite("The admin port's configuration")
struct HTTPConfigurationTests {
    private static let token = "0123456789abcdef"

    private func load(_ http: String, environment: [String: String] = [:]) -> LoadedConfiguration {
        let text = "{\"mode\": \"p2pool\", \"http\": \(http)}"
        return ConfigurationLoader.load(
            text: Array(text.utf8), file: "c.json", flags: FlagOverrides(), environment: Environment(environment),
            machine: ThisMachine())
    }

    private func errors(_ http: String) -> [String] {
        load(http).problems.filter { $0.severity == .error }.map { "\($0.path): \($0.message)" }
    }

    @Test("Without the key it is on loopback, and goes without its port where somebody has it")
    func standard() throws {
        let loaded = ConfigurationLoader.load(
            text: Array("{\"mode\": \"p2pool\"}".utf8), file: "c.json", flags: FlagOverrides(), environment: [:],
            machine: ThisMachine())
        let http = try #require(loaded.settings?.http)
        #expect(http.address == Endpoint(host: "127.0.0.1", port: 3356))
        #expect(http.isStandard && http.token == nil && http.names.isEmpty)
    }

    @Test("Null and enabled: false switch it off", arguments: ["null", "{\"enabled\": false, \"port\": 0}"])
    func off(http: String) throws {
        let loaded = load(http)
        #expect(loaded.problemLines.isEmpty)
        #expect(loaded.settings != nil && loaded.settings?.http == nil)
    }

    @Test("An address of one's own, as a text or an object, is one that must be had")
    func chosen() throws {
        for http in ["\"127.0.0.1:8080\"", "{\"port\": 8080}", "{\"host\": \"127.0.0.1\", \"port\": 8080}"] {
            let settings = try #require(load(http).settings?.http, "\(http)")
            #expect(settings.address == Endpoint(host: "127.0.0.1", port: 8080))
            #expect(!settings.isStandard)
        }
        #expect(load("\"[::1]:8080\"").settings?.http?.address == Endpoint(host: "::1", port: 8080))
    }

    @Test("xmrig's object is taken as it is written there")
    func xmrig() throws {
        let loaded = load(
            "{\"enabled\": true, \"host\": \"127.0.0.1\", \"port\": 18089, \"access-token\": null, \"restricted\": true}"
        )
        #expect(loaded.problemLines.isEmpty)
        #expect(loaded.settings?.http?.address.port == 18_089)
        #expect(errors("{\"restricted\": false}").count == 1)
    }

    @Test("Where other machines reach it a token is needed, which they can't guess")
    func token() throws {
        for open in ["\"0.0.0.0:3356\"", "\"[::]:3356\"", "{\"host\": \"192.168.1.5\"}"] {
            #expect(errors(open).count == 1, "\(open)")
            #expect(errors(open).first?.contains("can be reached from other machines") == true, "\(open)")
        }
        let good = load("{\"host\": \"0.0.0.0\", \"access-token\": \"\(Self.token)\"}")
        #expect(good.problemLines.isEmpty)
        #expect(good.settings?.http?.token == Secret(Self.token))
        #expect(errors("{\"host\": \"0.0.0.0\", \"access-token\": \"short\"}").count == 1)
        // On this machine it is as one likes.
        #expect(errors("{\"access-token\": \"short\"}").isEmpty)
    }

    @Test("A token can come from the environment, and what can't be sent is none")
    func tokenText() throws {
        let loaded = load("{\"access-token\": \"${TOKEN}\"}", environment: ["TOKEN": Self.token])
        #expect(loaded.settings?.http?.token == Secret(Self.token))
        for wrong in ["\"\"", "\"a b\"", "\"ä\"", "\"${TOKEN}\""] {
            #expect(errors("{\"access-token\": \(wrong)}").count == 1, "\(wrong)")
        }
    }

    @Test("The token is not shown")
    func secret() throws {
        let loaded = load("{\"access-token\": \"\(Self.token)\"}")
        #expect(loaded.values["http.access-token"]?.shown == "\"***\"")
    }

    @Test("Names are those of machines, without scheme and port")
    func names() throws {
        #expect(load("{\"names\": [\"farm.lan\", \"Farm\"]}").settings?.http?.names == ["farm.lan", "Farm"])
        for wrong in ["http://farm.lan", "farm.lan:3356", "farm lan", ""] {
            #expect(errors("{\"names\": [\"\(wrong)\"]}").count == 1, "\(wrong)")
        }
    }

    @Test("An address that is none, a name, and the rigs' own port are errors")
    func wrong() throws {
        for http in ["\"localhost:3356\"", "\"127.0.0.1\"", "\"\"", "3356", "true", "[]", "{\"host\": \"farm\"}"] {
            #expect(errors(http).count == 1, "\(http): \(errors(http))")
        }
        #expect(errors("\"127.0.0.1:3355\"").first?.contains("rigs connect to 0.0.0.0:3355") == true)
        #expect(errors("{\"port\": 3355}").count == 1)
    }
}
