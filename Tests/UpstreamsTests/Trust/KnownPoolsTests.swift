import ProxyTerms
import Testing

@testable import Upstreams

/// Known pools by reference, as `#expect` wants them.
private final class Book {
    var pools = KnownPools()

    func remember(_ certificate: KnownCertificate, of endpoint: String) -> Bool {
        pools.remember(certificate, of: endpoint)
    }

    func offer(_ certificate: KnownCertificate, of endpoint: String) -> Bool {
        pools.offer(certificate, of: endpoint)
    }

    func takeOffer(of endpoint: String) -> KnownCertificate? {
        pools.takeOffer(of: endpoint)
    }
}

@Suite("Pools that are known")
struct KnownPoolsTests {
    private func certificate(_ number: UInt8, since: Int64 = 7) -> KnownCertificate {
        Certificates.known(number, since: since)
    }

    @Test("What is written is read as it was")
    func text() throws {
        var pools = KnownPools()
        pools.remember(certificate(1), of: "a:1")
        pools.remember(
            KnownCertificate(fingerprint: Certificates.pin(2), subject: "CN=\"q\\", since: -1), of: "[fd00::1]:2")
        pools.offer(certificate(3), of: "a:1")
        #expect(pools.entries.count == 2)
        #expect(KnownPools(Array(pools.text.utf8)) == pools)
        #expect(try #require(KnownPools(Array(KnownPools().text.utf8))).entries.isEmpty)
    }

    @Test(
        "What is no such text is refused as a whole",
        arguments: [
            "", "{}", "[]", #"{"version":1}"#, #"{"version":2,"pools":[]}"#, #"{"version":1,"pools":{}}"#,
            #"{"version":1,"pools":[{}]}"#, #"{"version":1,"pools":[1]}"#,
            #"{"version":1,"pools":[{"endpoint":"a:1","fingerprint":"ab","subject":"","since":1}]}"#,
            #"{"version":1,"pools":[]}x"#,
        ])
    func faults(text: String) {
        #expect(KnownPools(Array(text.utf8)) == nil)
    }

    @Test("Each member of a pool is needed, an offer is whole, and no pool stands twice")
    func members() {
        func read(_ change: (String) -> String) -> KnownPools? {
            var pools = KnownPools()
            pools.remember(certificate(1), of: "a:1")
            pools.offer(certificate(2), of: "a:1")
            return KnownPools(Array(change(pools.text).utf8))
        }
        #expect(read { $0 } != nil)
        for member in ["endpoint", "fingerprint", "subject", "since"] {
            #expect(read { $0.replacing("\"\(member)\":", with: "\"x\":", maxReplacements: 1) } == nil, "\(member)")
        }
        #expect(read { $0.replacing("{\"fingerprint\":", with: "{\"x\":") } == nil)
        #expect(read { $0.replacing("a:1", with: "") } == nil)
        #expect(read { $0.replacing("a:1", with: String(repeating: "a", count: 301)) } == nil)
        let one = KnownPools.pool(certificate(1), "a:1")
        #expect(KnownPools(Array("{\"version\":1,\"pools\":[\(one),\(one)]}".utf8)) == nil)
    }

    @Test("The same certificate again is no news, another one is, and takes the offer with it")
    func remembering() {
        let book = Book()
        #expect(book.remember(certificate(1), of: "a:1"))
        #expect(!book.remember(certificate(1, since: 9), of: "a:1"))
        #expect(book.pools["a:1"]?.known.since == 7)
        #expect(book.offer(certificate(2), of: "a:1"))
        #expect(!book.offer(certificate(2), of: "a:1"))
        #expect(book.remember(certificate(1), of: "a:1"))
        #expect(book.pools["a:1"]?.offered == nil)
        #expect(book.remember(certificate(3), of: "a:1"))
        #expect(book.pools["a:1"]?.known == certificate(3) && book.pools.entries.count == 1)
    }

    @Test("Only a known pool can offer another certificate, and only another one")
    func offering() {
        let book = Book()
        #expect(!book.offer(certificate(2), of: "a:1"))
        _ = book.remember(certificate(1), of: "a:1")
        #expect(!book.offer(certificate(1), of: "a:1"))
        #expect(book.takeOffer(of: "a:1") == nil && book.takeOffer(of: "b:1") == nil)
    }

    @Test("An offer that is taken is the pool's own certificate")
    func taking() {
        let book = Book()
        _ = book.remember(certificate(1), of: "a:1")
        _ = book.offer(certificate(2, since: 8), of: "a:1")
        #expect(book.takeOffer(of: "a:1") == certificate(2, since: 8))
        #expect(book.pools["a:1"] == KnownPools.Entry(endpoint: "a:1", known: certificate(2, since: 8), offered: nil))
        #expect(book.takeOffer(of: "a:1") == nil)
    }

    @Test("So many pools are remembered, and the one known longest goes")
    func bounded() {
        var pools = KnownPools()
        for number in 0..<(KnownPools.most + 3) {
            pools.remember(certificate(1, since: Int64(number == 5 ? 0 : number + 1)), of: "a:\(number)")
        }
        #expect(pools.entries.count == KnownPools.most)
        #expect(pools["a:5"] == nil && pools["a:0"] == nil && pools["a:1"] == nil && pools["a:2"] != nil)
        #expect(KnownPools(Array(pools.text.utf8)) == pools)
    }
}

extension KnownPools {
    /// The text of one pool.
    fileprivate static func pool(_ certificate: KnownCertificate, _ endpoint: String) -> String {
        var pools = KnownPools()
        pools.remember(certificate, of: endpoint)
        return String(pools.text.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" })
    }
}
