import ProxyTerms

/// Which certificates of a pool are taken (`tls-verify`).
public enum CertificatePolicy: Equatable, Sendable {
    /// This one.
    case pin(CertificatePin)
    /// Those that the system's authorities vouch for, for the name in the pool's address.
    case authority
    /// The first one, which is remembered, and then that one; another one if an authority vouches for it.
    case firstUse
    /// Any.
    case none

    /// The words of the configuration, in the order in which they are told.
    public static let words = ["pin", "ca", "first-use", "none"]

    /// The word of the configuration.
    public var word: String {
        switch self {
        case .pin: "pin"
        case .authority: "ca"
        case .firstUse: "first-use"
        case .none: "none"
        }
    }
}

/// A certificate that was taken, or seen.
public struct KnownCertificate: Equatable, Sendable {
    /// SHA-256 of its DER form.
    public var fingerprint: CertificatePin
    /// Whom it names.
    public var subject: String
    /// Since when it is known, seconds since 1970.
    public var since: Int64

    /// A certificate.
    public init(fingerprint: CertificatePin, subject: String, since: Int64) {
        self.fingerprint = fingerprint
        self.subject = subject
        self.since = since
    }

    /// `certificate`, known from `now` on.
    init(_ certificate: PeerCertificate, now: Int64) {
        self.init(fingerprint: certificate.fingerprint, subject: certificate.subject, since: now)
    }
}
