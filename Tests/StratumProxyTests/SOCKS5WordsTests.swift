import Testing
import Upstreams

@testable import StratumProxy

@Suite("What a SOCKS5 proxy does wrong, in words")
struct SOCKS5WordsTests {
    @Test(
        "Each code has its sentence",
        arguments: [
            (1, "see its own log"), (2, "its rules do not allow"), (3, "no route to the pool's network"),
            (4, "can't reach the pool's host"), (5, "the pool refuses connections at this port"),
            (6, "did not answer it in time"), (7, "makes no connections"), (8, "kind of address"),
            (9, "code 9, which has no known meaning"), (0xF0, "no such hidden service"), (0xF6, "is it complete"),
            (0xF7, "in time"), (0xF8, "code 248"),
        ] as [(UInt8, String)])
    func sentences(code: UInt8, words: String) {
        #expect(Socks5Fault.refused(.init(code: code)).text.contains(words))
    }

    @Test("Well-known strangers are named")
    func strangers() {
        #expect(Socks5Fault.notSocks5(firstByte: UInt8(ascii: "H")).text.contains("HTTP proxy"))
        #expect(Socks5Fault.notSocks5(firstByte: 0).text.contains("SOCKS4"))
        #expect(Socks5Fault.notSocks5(firstByte: 0x15).text.contains("TLS"))
        #expect(Socks5Fault.notSocks5(firstByte: 123).text.contains("first byte is 123"))
    }
}
