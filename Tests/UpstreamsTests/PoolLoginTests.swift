import ProxyTerms
import Testing

@testable import Upstreams

@Suite("Logins and pins")
struct PoolLoginTests {
    @Test(
        "A worker's name loses what p2pool would read as a difficulty or cut",
        arguments: [
            ("rig", "rig"), ("rig.2", "rig_2"), ("rig+1", "rig_1"), ("a,b", "a_b"), (#"a"b\c"#, "a_b_c"),
            ("a b\tc", "a_b_c"),
            ("", "rig"), ("größe", "gr__e"), ("...", "___"), ("\u{1B}[2J", "_[2J"),
            ("0123456789012345678901234567890123456789", "0123456789012345678901234567890"),
        ])
    func names(worker: String, name: String) {
        #expect(PoolLogin.p2poolName(worker) == name)
    }

    // Fault R32.
    @Test("Whatever the name, p2pool finds exactly one difficulty in the login", arguments: 0..<200)
    func anyName(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var worker = ""
        for _ in 0..<Int(random.next() % 60) {
            if let scalar = Unicode.Scalar(UInt32(random.next() % 0x250)) { worker.unicodeScalars.append(scalar) }
        }
        let login = PoolLogin.p2pool(worker: worker, difficulty: 12_345)
        let parts = login.split(separator: "+", omittingEmptySubsequences: false)
        #expect(parts.count == 2)
        #expect(parts.last == "12345")
        #expect(!login.contains("."))
        #expect(!login.contains(","))
        #expect((1...31).contains(parts.first?.utf8.count ?? 0))
    }

    @Test("Without a difficulty the login is the name")
    func automatic() {
        #expect(PoolLogin.p2pool(worker: "rig.2", difficulty: nil) == "rig_2")
    }

    @Test("XvB gets the wallet's first eight characters")
    func xvb() {
        #expect(
            PoolLogin.xvb(wallet: "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ")
                == "48edfHu7")
        #expect(PoolLogin.xvb(wallet: "48e") == "48e")
    }

    @Test("A pin is 64 hexadecimal digits of either case")
    func pins() {
        let digest = (0..<32).map { UInt8($0 * 7 & 0xFF) }
        let lower = CertificatePin(digest.map { hex($0) }.joined())
        let upper = CertificatePin(digest.map { hex($0) }.joined().uppercased())
        #expect(lower != nil)
        #expect(lower == upper)
        #expect(lower?.description == digest.map { hex($0) }.joined())
    }

    @Test(
        "Malformed pins are refused",
        arguments: [
            "", "ab", String(repeating: "a", count: 63), String(repeating: "a", count: 65),
            String(repeating: "g", count: 64), Array(repeating: "ab", count: 32).joined(separator: ":"),
            String(repeating: "ａ", count: 64), " " + String(repeating: "a", count: 63),
        ])
    func malformed(text: String) {
        #expect(CertificatePin(text) == nil)
    }

    private func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
