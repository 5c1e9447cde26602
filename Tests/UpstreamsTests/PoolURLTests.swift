import Testing

@testable import Upstreams

@Suite("A pool's address")
struct PoolURLTests {
    @Test(
        "Addresses as xmrig's users write them",
        arguments: [
            ("127.0.0.1:3333", "127.0.0.1", 3333, false), ("pool.example:4247", "pool.example", 4247, false),
            ("stratum+tcp://pool.example:3333", "pool.example", 3333, false),
            ("stratum+ssl://na.xmrvsbeast.com:4247", "na.xmrvsbeast.com", 4247, true),
            ("STRATUM+SSL://pool.example:1", "pool.example", 1, true), ("[::1]:3333", "::1", 3333, false),
            ("stratum+ssl://[2001:db8::7]:65535", "2001:db8::7", 65535, true),
            ("[fe80::1%eth0]:3333", "fe80::1%eth0", 3333, false), ("pool.example", "pool.example", 3333, false),
            ("[::1]", "::1", 3333, false), ("pool.example:3333/", "pool.example", 3333, false),
            ("my_pool-1:80", "my_pool-1", 80, false),
        ])
    func good(text: String, host: String, port: UInt16, tls: Bool) throws {
        let url = try PoolURL(text)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.tls == tls)
    }

    @Test(
        "What is no address is refused with the reason",
        arguments: [
            ("", PoolURL.Fault.noHost), (":3333", .noHost), ("stratum+tcp://", .noHost), ("[]:3333", .noHost),
            ("/", .noHost), ("http://pool.example:80", .unknownScheme),
            ("daemon+http://127.0.0.1:18081", .unknownScheme),
            ("://pool:1", .unknownScheme), ("pool:", .badPort), ("pool:0", .badPort), ("pool:65536", .badPort),
            ("pool:-1", .badPort), ("pool:+1", .badPort), ("pool:33a3", .badPort),
            ("pool:99999999999999999999", .badPort),
            ("::1:3333", .badHost), ("2001:db8::1", .badHost), ("[::1", .badHost), ("[::1]3333", .badHost),
            ("user@pool:3333", .badHost), ("pool/path:3333", .badHost), ("po ol:3333", .badHost),
            ("pool\n:3333", .badHost), ("stratum+tcp://user:x@pool:3333", .badHost),
        ])
    func bad(text: String, fault: PoolURL.Fault) {
        #expect(throws: fault) { try PoolURL(text) }
    }

    @Test("An address is shown as it is written", arguments: ["pool.example:3333", "[::1]:3333"])
    func shown(text: String) throws {
        #expect(try PoolURL(text).description == text)
    }

    @Test("The default port is the caller's")
    func defaultPort() throws {
        #expect(try PoolURL("eu.xmrvsbeast.com", defaultPort: 4247).port == 4247)
    }
}
