import ProxyTerms

/// Why a pool's certificate is refused.
public enum CertificateRefusal: Equatable, Sendable {
    /// It shows none.
    case absent
    /// It isn't the pinned one, but this.
    case notPinned(CertificatePin)
    /// Its key can be broken.
    case weakKey(PeerCertificate.Key, CertificatePin)
    /// Its signature can be forged.
    case weakSignature(String, CertificatePin)
    /// It was valid until then, seconds since 1970.
    case expired(Int64, CertificatePin)
    /// It is valid from then on.
    case notYetValid(Int64)
    /// No authority vouches for it.
    case noAuthority(AuthorityVerdict, CertificatePin)
    /// It isn't the one that is known of this pool, and no authority vouches for it.
    case changed(from: KnownCertificate, to: CertificatePin, AuthorityVerdict)
}

/// Why a pool's certificate is taken.
public enum CertificateGrounds: Equatable, Sendable {
    /// It is the pinned one.
    case pinned
    /// An authority vouches for it.
    case vouched
    /// It is the first one of this pool.
    case firstUse(AuthorityVerdict)
    /// It is the one that is known since then, seconds since 1970.
    case known(since: Int64)
    /// It is another one than was known, and an authority vouches for it.
    case renewed(from: KnownCertificate)
    /// Any is taken.
    case unchecked
}

/// What becomes of a connection that showed a certificate.
public enum CertificateVerdict: Equatable, Sendable {
    /// It goes on.
    case taken(CertificateGrounds)
    /// Ask the authorities, and judge again with their verdict.
    case needsAuthority
    /// It ends before anything is sent.
    case refused(CertificateRefusal)
}

/// Judges certificates: values in, a verdict out.
public enum CertificateJudge {
    /// Least bits of an RSA key: fewer have been broken, or will be (NIST SP 800-131A).
    static let leastRSABits = 2_048
    /// Least bits of a curve.
    static let leastCurveBits = 256
    /// Least strength of another key: that of RSA with 2,048 bits.
    static let leastKeyStrength = 112
    /// Least strength of a signature's hash. SHA-1 has 63, MD5 39; certificates were forged with both.
    static let leastSignatureStrength = 80

    /// The verdict on `certificate`; `authority` is nil where the authorities were not asked yet, `now` in seconds since 1970.
    public static func judge(
        _ certificate: PeerCertificate?, by policy: CertificatePolicy, known: KnownCertificate?,
        authority: AuthorityVerdict?, now: Int64
    ) -> CertificateVerdict {
        guard let certificate else { return policy == .none ? .taken(.unchecked) : .refused(.absent) }
        switch policy {
        case .none: return .taken(.unchecked)
        case .pin(let pin):
            // Who names one certificate means it, whatever it is like.
            let shown = certificate.fingerprint
            return shown == pin ? .taken(.pinned) : .refused(.notPinned(shown))
        case .authority:
            if let fault = fault(of: certificate, now: now) { return .refused(fault) }
            guard let authority else { return .needsAuthority }
            return authority == .vouches
                ? .taken(.vouched) : .refused(.noAuthority(authority, certificate.fingerprint))
        case .firstUse:
            if let fault = fault(of: certificate, now: now) { return .refused(fault) }
            if let known, known.fingerprint == certificate.fingerprint { return .taken(.known(since: known.since)) }
            guard let authority else { return .needsAuthority }
            guard let known else { return .taken(.firstUse(authority)) }
            return authority == .vouches
                ? .taken(.renewed(from: known))
                : .refused(.changed(from: known, to: certificate.fingerprint, authority))
        }
    }

    /// What makes a certificate worth nothing, whoever vouches for it; nil where nothing does.
    static func fault(of certificate: PeerCertificate, now: Int64) -> CertificateRefusal? {
        if isWeak(certificate.key) { return .weakKey(certificate.key, certificate.fingerprint) }
        if certificate.signature.strength < leastSignatureStrength {
            return .weakSignature(certificate.signature.hash, certificate.fingerprint)
        }
        if now < certificate.notBefore { return .notYetValid(certificate.notBefore) }
        if now > certificate.notAfter { return .expired(certificate.notAfter, certificate.fingerprint) }
        return nil
    }

    private static func isWeak(_ key: PeerCertificate.Key) -> Bool {
        switch key {
        case .rsa(let bits): bits < leastRSABits
        case .elliptic(let bits): bits < leastCurveBits
        case .other(let strength): strength < leastKeyStrength
        }
    }
}
