import ProxyTerms

@testable import Upstreams

/// Certificates by number, good ones unless something is changed.
enum Certificates {
    /// The moment of all these tests, seconds since 1970.
    static let now: Int64 = 1_800_000_000

    static func pin(_ number: UInt8) -> CertificatePin {
        CertificatePin(Hex.text([UInt8](repeating: number, count: 32))).unsafelyUnwrapped
    }

    static func good(_ number: UInt8 = 1, _ change: (inout PeerCertificate) -> Void = { _ in }) -> PeerCertificate {
        var certificate = PeerCertificate(
            fingerprint: pin(number), subject: "CN=pool", notBefore: now - 1000, notAfter: now + 1000,
            key: .elliptic(bits: 256), signature: PeerCertificate.Signature(hash: "SHA256", strength: 128))
        change(&certificate)
        return certificate
    }

    static func known(_ number: UInt8, since: Int64 = now - 500) -> KnownCertificate {
        KnownCertificate(fingerprint: pin(number), subject: "CN=pool", since: since)
    }
}
