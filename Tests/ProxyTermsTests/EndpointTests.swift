import ProxyTerms
import Testing

@Suite("host:port")
struct EndpointTests {
    @Test(
        "Names and addresses are read, with a port or the one that is given for none",
        arguments: [
            ("127.0.0.1:3333", "127.0.0.1", 3333), ("pool.example", "pool.example", 4247), ("[::1]:80", "::1", 80),
            ("[::1]", "::1", 4247), ("[fe80::1%eth0]:1", "fe80::1%eth0", 1), ("my_pool-1:65535", "my_pool-1", 65_535),
        ] as [(String, String, UInt16)])
    func good(text: String, host: String, port: UInt16) throws {
        #expect(try Endpoint(text, defaultPort: 4247) == Endpoint(host: host, port: port))
    }

    @Test(
        "What is none is refused with the reason",
        arguments: [
            ("", .empty), (":3333", .noHost), ("[]:3333", .noHost), ("pool", .noPort), ("3355", .noPort),
            ("pool:", .badPort("")), ("pool:0", .badPort("0")), ("pool:65536", .badPort("65536")),
            ("pool:+1", .badPort("+1")), ("pool:99999999999999999999", .badPort("99999999999999999999")),
            ("::1:3333", .noBrackets), ("2001:db8::1", .noBrackets), ("[::1", .openBracket),
            ("[::1]3333", .afterBracket), ("[pool]:1", .needlessBrackets), ("user@pool:3333", .badHost),
            ("pool/path:3333", .badHost), ("po ol:3333", .badHost), ("*:3355", .badHost), ("pool\n:1", .badHost),
            ("tcp://pool:1", .scheme("tcp")), ("://pool:1", .scheme("")),
        ] as [(String, Endpoint.Fault)])
    func bad(text: String, fault: Endpoint.Fault) {
        #expect(throws: fault) { try Endpoint(text) }
    }

    @Test("What is shown is read back as the same", arguments: ["pool.example:3333", "[::1]:3333", "0.0.0.0:1"])
    func shown(text: String) throws {
        #expect(try Endpoint(text).description == text)
    }

    @Test("Port 0 is one where the caller says so")
    func portZero() throws {
        #expect(try Endpoint("0.0.0.0:0", ports: 0...65_535).port == 0)
    }

    @Test("A scheme is what stands before ://, in lower case")
    func scheme() {
        #expect(Endpoint.split("STRATUM+SSL://pool:1") == ("stratum+ssl", "pool:1"))
        #expect(Endpoint.split("pool:1") == (nil, "pool:1"))
    }
}
