import EventLoop
import Glibc
import ProxyTerms
import Testing

@Suite("Addresses and names")
struct ResolverTests {
    private func resolve(_ host: String) throws -> Result<[SocketAddress], LoopError> {
        var answer: Result<[SocketAddress], LoopError>?
        try LoopTest.run { test in
            test.loop.resolve(host: host, port: 3333) { answer = $0 }
            #expect(answer == nil, "answered from inside the call")
            try test.run { answer != nil }
        }
        return try #require(answer)
    }

    @Test(
        "An address is read and written",
        arguments: [
            ("0.0.0.0:3355", "0.0.0.0:3355"), ("[::]:3355", "[::]:3355"), ("127.0.0.1:65535", "127.0.0.1:65535"),
            ("[2001:DB8:0::1]:1", "[2001:db8::1]:1"),
        ])
    func text(text: String, canonical: String) throws {
        #expect(try #require(SocketAddress(text)).description == canonical)
    }

    @Test(
        "What is no numeric address is refused",
        arguments: [
            "", ":", ":3355", "localhost:3355", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "1.2.3.4:+1",
            "::1:3355", "[::1]", "[::1:3355", "1.2.3:1", "256.1.1.1:1", "[]:1", "1.2.3.4:1 ",
        ])
    func nonsense(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test("An address with port 0 is a key of the host alone")
    func key() throws {
        let one = try #require(SocketAddress("1.2.3.4:5"))
        let other = try #require(SocketAddress("1.2.3.4:6"))
        #expect(one != other)
        #expect(one.with(port: 0) == other.with(port: 0))
        #expect(Set([one, other, one.with(port: 6)]).count == 2)
    }

    @Test("A numeric host is its own address", arguments: ["127.0.0.1", "::1", "[::1]"])
    func numeric(host: String) throws {
        #expect(try resolve(host).get() == [try #require(SocketAddress(host: host, port: 3333))])
    }

    @Test("A name has addresses with the port asked for")
    func name() throws {
        let addresses = try resolve("localhost").get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { ["127.0.0.1", "::1"].contains($0.host) && $0.port == 3333 })
        #expect(Set(addresses).count == addresses.count)
    }

    @Test("A name without address is an error with a name", arguments: ["no-such-host.invalid", "a b", ""])
    func noName(host: String) throws {
        let answer = try resolve(host)
        guard case .failure(let error) = answer else {
            Issue.record("\(host) has addresses: \(answer)")
            return
        }
        #expect(error.name.hasPrefix("E"))
    }

    @Test("A name that is none is refused like any other")
    func tooLong() throws {
        let answer = try resolve(String(repeating: "a", count: 1000))
        #expect(throws: LoopError.self) { try answer.get() }
    }

    @Test("A cancelled question is never answered", arguments: ["127.0.0.1", "localhost"])
    func cancelled(host: String) throws {
        try LoopTest.run { test in
            test.loop.resolve(host: host, port: 1) { _ in Issue.record("answered") }.cancel()
            try test.runBriefly()
        }
    }
}
