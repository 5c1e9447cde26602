/// What is looked at of a pool's certificate.
public struct PeerCertificate: Equatable, Sendable {
    /// Its key.
    public enum Key: Equatable, Sendable {
        /// RSA with a modulus of so many bits.
        case rsa(bits: Int)
        /// On an elliptic curve over so many bits.
        case elliptic(bits: Int)
        /// Of another kind; what breaking it takes, as a power of two (OpenSSL's estimate).
        case other(strength: Int)
    }

    /// How it is signed.
    public struct Signature: Equatable, Sendable {
        /// The hash's name, as OpenSSL writes it.
        public var hash: String
        /// What forging it takes, as a power of two (OpenSSL's estimate): 128 for SHA-256, 63 for SHA-1.
        public var strength: Int

        /// A signature.
        public init(hash: String, strength: Int) {
            self.hash = hash
            self.strength = strength
        }
    }

    /// Longest subject that is kept, in characters.
    public static let longestSubject = 128

    /// SHA-256 of its DER form.
    public var fingerprint: CertificatePin
    /// Whom it names, printable ASCII: `CN=pool.example`.
    public var subject: String
    /// Valid from then on, seconds since 1970.
    public var notBefore: Int64
    /// Valid until then.
    public var notAfter: Int64
    /// Its key.
    public var key: Key
    /// How it is signed.
    public var signature: Signature

    /// A certificate.
    public init(
        fingerprint: CertificatePin, subject: String, notBefore: Int64, notAfter: Int64, key: Key, signature: Signature
    ) {
        self.fingerprint = fingerprint
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.key = key
        self.signature = signature
    }
}

/// Whether the system's certificate authorities vouch for a certificate and the name that was asked for.
public enum AuthorityVerdict: Equatable, Sendable {
    /// They do.
    case vouches
    /// Its owner signed it.
    case selfSigned
    /// None that this system knows has signed it.
    case unknownAuthority
    /// They vouch for another name.
    case otherName
    /// Something else is wrong with the chain, in OpenSSL's words.
    case refused(String)
}
