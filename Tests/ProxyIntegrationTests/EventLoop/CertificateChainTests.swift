import COpenSSL
import Glibc
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("Certificates as the client sees them")
struct CertificateChainTests {
    /// What a client learns of a server with that certificate.
    private func chain(_ options: TestCertificate.Options) throws -> CertificateChain {
        let shown = try TestCertificate(options)
        return try withExtendedLifetime(shown) {
            let server = try TLSPipe(server: shown)
            let client = try TLSPipe(clientOf: TLSContext.client())
            for _ in 0..<10 {
                let isDone = try client.handshake()
                server.feed(client.takeOutput()[...])
                if isDone { break }
                _ = try server.handshake()
                client.feed(server.takeOutput()[...])
            }
            let chain = try #require(client.peer)
            #expect(chain.certificate?.fingerprint.description == shown.fingerprint)
            return chain
        }
    }

    @Test("Key, hash, dates and name are read as they are")
    func reading() throws {
        var options = TestCertificate.Options()
        options.name = "p\u{E9}\u{1B}[2J"
        let curve = try #require(try chain(options).certificate)
        #expect(curve.key == .elliptic(bits: 256))
        #expect(curve.signature == PeerCertificate.Signature(hash: "SHA256", strength: 128))
        #expect(curve.subject.hasPrefix("CN=p\\") && curve.subject.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        let now = Int64(time(nil))
        #expect(abs(curve.notBefore - (now - 86_400)) < 60 && abs(curve.notAfter - (now + 30 * 86_400)) < 60)
        options = TestCertificate.Options(key: .rsa(bits: 1024), hash: "SHA1", name: String(repeating: "x", count: 64))
        options.names = "DNS:\(String(repeating: "y", count: 60))"
        let weak = try #require(try chain(options).certificate)
        #expect(weak.key == .rsa(bits: 1024))
        #expect(weak.signature == PeerCertificate.Signature(hash: "SHA1", strength: 63))
    }

    @Test("Without an authority that this system knows nobody vouches, and it is said why")
    func verdicts() throws {
        let own = try chain(TestCertificate.Options(names: "DNS:pool.example"))
        #expect(own.verdict(for: "pool.example") == .selfSigned)
        let stranger = try TestCertificate(TestCertificate.Options(name: "nobody", isAuthority: true))
        let signed = try chain(TestCertificate.Options(names: "DNS:pool.example", issuer: stranger))
        #expect(signed.verdict(for: "pool.example") == .unknownAuthority)
    }
}
