import ProxyTerms
import Testing

@testable import Upstreams

@Suite("Which certificates are taken")
struct CertificateJudgeTests {
    private static let now = Certificates.now

    private func judge(
        _ certificate: PeerCertificate?, _ policy: CertificatePolicy, known: KnownCertificate? = nil,
        _ authority: AuthorityVerdict? = nil
    ) -> CertificateVerdict {
        CertificateJudge.judge(certificate, by: policy, known: known, authority: authority, now: Self.now)
    }

    private static let worthless: [(PeerCertificate, CertificateRefusal)] = [
        (Certificates.good { $0.key = .rsa(bits: 2047) }, .weakKey(.rsa(bits: 2047), Certificates.pin(1))),
        (Certificates.good { $0.key = .elliptic(bits: 224) }, .weakKey(.elliptic(bits: 224), Certificates.pin(1))),
        (Certificates.good { $0.key = .other(strength: 111) }, .weakKey(.other(strength: 111), Certificates.pin(1))),
        (
            Certificates.good { $0.signature = PeerCertificate.Signature(hash: "SHA1", strength: 63) },
            .weakSignature("SHA1", Certificates.pin(1))
        ),
        (
            Certificates.good { $0.signature = PeerCertificate.Signature(hash: "MD5", strength: 39) },
            .weakSignature("MD5", Certificates.pin(1))
        ),
        (Certificates.good { $0.notAfter = now - 1 }, .expired(now - 1, Certificates.pin(1))),
        (Certificates.good { $0.notBefore = now + 1 }, .notYetValid(now + 1)),
    ]
    private static let sound = [
        Certificates.good(), Certificates.good { $0.key = .rsa(bits: 2048) },
        Certificates.good { $0.key = .other(strength: 112) }, Certificates.good { $0.key = .elliptic(bits: 384) },
        Certificates.good { $0.signature = PeerCertificate.Signature(hash: "SHA224", strength: 112) },
        Certificates.good {
            $0.notBefore = now
            $0.notAfter = now
        },
    ]

    @Test("Weak keys, broken hashes and dates are refused in first use and by authority, also of what is known")
    func worthless() {
        for (certificate, refusal) in Self.worthless {
            #expect(judge(certificate, .firstUse, .vouches) == .refused(refusal))
            #expect(judge(certificate, .firstUse, known: Certificates.known(1)) == .refused(refusal))
            #expect(judge(certificate, .authority, .vouches) == .refused(refusal))
        }
    }

    @Test("What is just good enough is taken")
    func sound() {
        for certificate in Self.sound {
            #expect(judge(certificate, .firstUse, .selfSigned) == .taken(.firstUse(.selfSigned)))
            #expect(judge(certificate, .authority, .vouches) == .taken(.vouched))
        }
    }

    @Test("A pin takes that certificate, whatever it is like, and no other")
    func pin() {
        for certificate in Self.sound + Self.worthless.map(\.0) {
            #expect(judge(certificate, .pin(Certificates.pin(1))) == .taken(.pinned))
            #expect(
                judge(certificate, .pin(Certificates.pin(2)), .vouches) == .refused(.notPinned(Certificates.pin(1))))
        }
    }

    @Test("Without a check any certificate is taken, and none at all")
    func unchecked() {
        for certificate in Self.worthless.map(\.0) + [Certificates.good()] {
            #expect(judge(certificate, .none) == .taken(.unchecked))
        }
        #expect(judge(nil, .none) == .taken(.unchecked))
    }

    @Test("Where there is a check no certificate is no pool")
    func absent() {
        for policy in [CertificatePolicy.authority, .firstUse, .pin(Certificates.pin(1))] {
            #expect(judge(nil, policy, known: Certificates.known(1), .vouches) == .refused(.absent))
        }
    }

    @Test("The authorities are asked where their verdict counts: for what is new, not for what is known")
    func asking() {
        #expect(judge(Certificates.good(), .authority) == .needsAuthority)
        #expect(judge(Certificates.good(), .firstUse) == .needsAuthority)
        #expect(judge(Certificates.good(2), .firstUse, known: Certificates.known(1)) == .needsAuthority)
        let since = Self.now - 500
        #expect(judge(Certificates.good(), .firstUse, known: Certificates.known(1)) == .taken(.known(since: since)))
    }

    private static let against: [AuthorityVerdict] = [
        .selfSigned, .unknownAuthority, .otherName, .refused("path length exceeded"),
    ]

    @Test("By authority only what they vouch for is taken, for that name", arguments: against)
    func authority(verdict: AuthorityVerdict) {
        let refused = CertificateVerdict.refused(.noAuthority(verdict, Certificates.pin(1)))
        #expect(judge(Certificates.good(), .authority, verdict) == refused)
        #expect(judge(Certificates.good(), .authority, known: Certificates.known(1), verdict) == refused)
    }

    @Test(
        "The first certificate is taken whoever signed it; another one only if an authority vouches",
        arguments: against)
    func firstUse(verdict: AuthorityVerdict) {
        #expect(judge(Certificates.good(), .firstUse, verdict) == .taken(.firstUse(verdict)))
        let known = Certificates.known(1)
        #expect(
            judge(Certificates.good(2), .firstUse, known: known, verdict)
                == .refused(.changed(from: known, to: Certificates.pin(2), verdict)))
        #expect(judge(Certificates.good(2), .firstUse, known: known, .vouches) == .taken(.renewed(from: known)))
    }
}
