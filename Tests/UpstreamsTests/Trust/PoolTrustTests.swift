import ProxyTerms
import Testing

@testable import Upstreams

/// A pool's trust by reference, as `#expect` wants it.
private final class Keeper {
    var trust = PoolTrust(endpoint: "pool:1", policy: .firstUse)

    func judge(_ certificate: PeerCertificate, authority: AuthorityVerdict?, now: Int64) -> PoolTrust.Step {
        trust.judge(certificate, authority: authority, now: now)
    }
}

@Suite("What a pool is trusted by")
struct PoolTrustTests {
    private let now = Certificates.now
    private let keeper = Keeper()
    private var trust: PoolTrust { keeper.trust }

    private func remembered(_ number: UInt8, at moment: Int64) -> KnownCertificate {
        Certificates.known(number, since: moment)
    }

    @Test("The first certificate is remembered and told once; later connections are no news")
    func first() {
        #expect(keeper.judge(Certificates.good(), authority: nil, now: now) == .ask)
        #expect(trust.grounds == nil && trust.shown == nil)
        let known = remembered(1, at: now)
        #expect(
            keeper.judge(Certificates.good(), authority: .selfSigned, now: now)
                == .take(news: .firstUse(.selfSigned), remembers: known))
        #expect(trust.known == known && trust.shown == Certificates.pin(1))
        #expect(keeper.judge(Certificates.good(), authority: nil, now: now + 5) == .take(news: nil, remembers: nil))
        #expect(trust.grounds == .known(since: now))
    }

    @Test("What is known from the disk is told once after a start")
    func knownBefore() {
        keeper.trust.known = remembered(1, at: now - 90)
        let news = PoolTrust.Step.take(news: .known(since: now - 90), remembers: nil)
        #expect(keeper.judge(Certificates.good(), authority: nil, now: now) == news)
        #expect(keeper.judge(Certificates.good(), authority: nil, now: now) == .take(news: nil, remembers: nil))
    }

    @Test("A renewed certificate that an authority vouches for replaces the known one, and is told once")
    func renewed() {
        let old = remembered(1, at: now - 90)
        keeper.trust.known = old
        let step = PoolTrust.Step.take(news: .renewed(from: old), remembers: remembered(2, at: now))
        #expect(keeper.judge(Certificates.good(2), authority: .vouches, now: now) == step)
        #expect(keeper.judge(Certificates.good(2), authority: nil, now: now) == .take(news: nil, remembers: nil))
        // The old one is another one now.
        #expect(keeper.judge(Certificates.good(1), authority: nil, now: now) == .ask)
    }

    @Test("A changed one is refused each time, offered to the operator, and told again after an hour")
    func changed() {
        let old = remembered(1, at: now - 90)
        keeper.trust.known = old
        let refusal = CertificateRefusal.changed(from: old, to: Certificates.pin(2), .selfSigned)
        for (seconds, isReminder) in [(0, false), (60, false), (3_599, false), (3_600, true), (3_660, false)] {
            let moment = now + Int64(seconds)
            let certificate = Certificates.good(2) { $0.notAfter = now + 10_000 }
            #expect(
                keeper.judge(certificate, authority: .selfSigned, now: moment)
                    == .refuse(refusal, offers: remembered(2, at: moment), isReminder: isReminder))
        }
        #expect(trust.refusal == refusal && trust.grounds == nil && trust.known == old)
    }

    @Test("The known certificate that is back withdraws the offer, and is told")
    func back() {
        let old = remembered(1, at: now - 90)
        keeper.trust.known = old
        _ = keeper.judge(Certificates.good(2), authority: .selfSigned, now: now)
        #expect(
            keeper.judge(Certificates.good(1), authority: nil, now: now)
                == .take(news: .known(since: now - 90), remembers: old))
        #expect(trust.refusal == nil)
        #expect(keeper.judge(Certificates.good(1), authority: nil, now: now) == .take(news: nil, remembers: nil))
    }

    @Test("Another reason is told at once; what can't be taken by an operator is not offered")
    func worthless() {
        keeper.trust.known = remembered(1, at: now - 90)
        _ = keeper.judge(Certificates.good(2), authority: .selfSigned, now: now)
        let weak = Certificates.good(3) { $0.key = .rsa(bits: 1024) }
        #expect(
            keeper.judge(weak, authority: nil, now: now + 1)
                == .refuse(.weakKey(.rsa(bits: 1024), Certificates.pin(3)), offers: nil, isReminder: false))
    }

    @Test("A clock that is set back doesn't silence the reminder for longer than an hour")
    func clock() {
        keeper.trust.known = remembered(1, at: 0)
        let certificate = Certificates.good(2) { $0.notBefore = 0 }
        _ = keeper.judge(certificate, authority: .selfSigned, now: now)
        guard case .refuse(_, _, let isReminder) = keeper.judge(certificate, authority: .selfSigned, now: 90)
        else { return #expect(Bool(false), "it is refused") }
        #expect(isReminder)
    }
}
