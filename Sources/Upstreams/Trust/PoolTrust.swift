import ProxyTerms

/// What one pool is trusted by: its policy, the certificate that is known of it, and what came of the last one.
public struct PoolTrust: Equatable, Sendable {
    /// What to do with a connection.
    public enum Step: Equatable, Sendable {
        /// Ask the authorities, look at what is known, and judge again.
        case ask
        /// Go on. `news`: worth a line in the log. `remembers`: keep that certificate.
        case take(news: CertificateGrounds?, remembers: KnownCertificate?)
        /// End it. `offers`: keep that certificate for an operator who takes it. `isReminder`: it has been so for an hour.
        case refuse(CertificateRefusal, offers: KnownCertificate?, isReminder: Bool)
    }

    /// Seconds after which a refusal that goes on is told again.
    static let reminderSeconds: Int64 = 3_600

    /// `host:port` of the pool.
    public let endpoint: String
    /// Which certificates are taken.
    public let policy: CertificatePolicy
    /// The certificate that is known of it; nil where none is.
    public var known: KnownCertificate?
    /// The certificate that was shown last.
    public private(set) var shown: CertificatePin?
    /// Why that one was taken; nil where it was refused, or none was shown yet.
    public private(set) var grounds: CertificateGrounds?
    /// Why it was refused; nil where it was taken.
    public private(set) var refusal: CertificateRefusal?
    /// The certificate that the log knows of.
    private var told: CertificatePin?
    private var remindedAt = Int64.min

    /// A pool of which nothing is known.
    public init(endpoint: String, policy: CertificatePolicy) {
        self.endpoint = endpoint
        self.policy = policy
    }

    /// Judges a certificate; `authority` is nil where the authorities were not asked yet, `now` in seconds since 1970.
    public mutating func judge(_ certificate: PeerCertificate?, authority: AuthorityVerdict?, now: Int64) -> Step {
        let verdict = CertificateJudge.judge(certificate, by: policy, known: known, authority: authority, now: now)
        switch verdict {
        case .needsAuthority: return .ask
        case .taken(let grounds):
            shown = certificate?.fingerprint
            self.grounds = grounds
            // Known again after another one was refused: that one is no longer on offer.
            let isBack = refusal != nil
            refusal = nil
            remindedAt = .min
            let isNews = told != shown
            told = shown
            guard let certificate, grounds.isNew else {
                return .take(news: isNews ? grounds : nil, remembers: isBack ? known : nil)
            }
            known = KnownCertificate(certificate, now: now)
            return .take(news: grounds, remembers: known)
        case .refused(let refusal):
            shown = certificate?.fingerprint
            let isSame = self.refusal == refusal
            let isDue = !isSame || now < remindedAt || now - remindedAt >= Self.reminderSeconds
            if isDue { remindedAt = now }
            self.refusal = refusal
            grounds = nil
            told = nil
            let offers: KnownCertificate? =
                if case .changed = refusal { certificate.map { KnownCertificate($0, now: now) } } else { nil }
            return .refuse(refusal, offers: offers, isReminder: isSame && isDue)
        }
    }
}

extension CertificateGrounds {
    /// Whether the certificate was not known before and is from now on.
    var isNew: Bool {
        switch self {
        case .firstUse, .renewed: true
        case .pinned, .vouched, .known, .unchecked: false
        }
    }
}
