import ProxyTerms
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
        #expect(url.endpoint.host == host)
        #expect(url.endpoint.port == port)
        #expect(url.tls == tls)
    }

    @Test(
        "A scheme other than xmrig's, and what is no endpoint, is refused",
        arguments: [
            ("http://pool.example:80", .scheme("http")), ("daemon+http://127.0.0.1:18081", .scheme("daemon+http")),
            ("://pool:1", .scheme("")), ("", .empty), ("/", .empty), ("stratum+tcp://", .empty), (":3333", .noHost),
            ("pool:0", .badPort("0")), ("::1:3333", .noBrackets), ("stratum+tcp://user:x@pool:3333", .noBrackets),
            ("pool/path:3333", .badHost),
        ] as [(String, Endpoint.Fault)])
    func bad(text: String, fault: Endpoint.Fault) {
        #expect(throws: fault) { try PoolURL(text) }
    }

    @Test("An address is shown as it is written, and the default port is the caller's")
    func shown() throws {
        #expect(try PoolURL("[::1]:3333").description == "[::1]:3333")
        #expect(try PoolURL("eu.xmrvsbeast.com", defaultPort: 4247).endpoint.port == 4247)
    }
}
