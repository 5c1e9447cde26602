import COpenSSL
import Glibc
import ProxyTerms

/// A server's certificate and those that it sent along, for a look at it after the handshake, on any thread.
public final class CertificateChain: @unchecked Sendable {
    /// Freed when this goes; nobody changes them.
    private let own: OpaquePointer
    private let others: OpaquePointer?

    /// Longest chain to an authority.
    private static let longest: Int32 = 8
    /// OpenSSL's level of 112 bits, for each key and hash of a chain: RSA with 2,048 bits, no SHA-1.
    private static let securityLevel: Int32 = 2

    /// What the peer of a finished handshake showed; nil where it showed nothing.
    init?(of ssl: OpaquePointer) {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return nil }
        own = certificate
        others = tls_copy_chain(ssl)
    }

    deinit {
        X509_free(own)
        tls_free_chain(others)
    }

    // MARK: What it is like

    /// What is looked at of it; nil where OpenSSL can't read it.
    public var certificate: PeerCertificate? {
        guard let fingerprint = Self.fingerprint(of: own) else { return nil }
        return PeerCertificate(
            fingerprint: fingerprint, subject: subject, notBefore: Self.seconds(X509_get0_notBefore(own)),
            notAfter: Self.seconds(X509_get0_notAfter(own)), key: key, signature: signature)
    }

    /// SHA-256 over a certificate's DER form, as xmrig's `tls-fingerprint`.
    static func fingerprint(of certificate: OpaquePointer) -> CertificatePin? {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(EVP_MAX_MD_SIZE)) { digest in
            var count: UInt32 = 0
            guard X509_digest(certificate, EVP_sha256(), digest.baseAddress, &count) == 1 else { return nil }
            return CertificatePin(Hex.text(digest.prefix(Int(count))))
        }
    }

    private var subject: String {
        guard let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        tls_print_name(bio, X509_get_subject_name(own))
        var start: UnsafeMutablePointer<CChar>?
        let count = tls_memory_bio_data(bio, &start)
        let text = UnsafeRawBufferPointer(start: start, count: max(0, count)).prefix(PeerCertificate.longestSubject)
        return String(decoding: text.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// Seconds since 1970; a time that is none has been over for ever.
    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return .min }
        return Int64(timegm(&parts))
    }

    private var key: PeerCertificate.Key {
        guard let key = X509_get0_pubkey(own) else { return .other(strength: 0) }
        let bits = Int(EVP_PKEY_get_bits(key))
        return switch EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: .rsa(bits: bits)
        case EVP_PKEY_EC: .elliptic(bits: bits)
        case _: .other(strength: Int(EVP_PKEY_get_security_bits(key)))
        }
    }

    private var signature: PeerCertificate.Signature {
        var (hash, key, strength, flags) = (NID_undef, NID_undef, Int32(0), UInt32(0))
        guard X509_get_signature_info(own, &hash, &key, &strength, &flags) == 1 else {
            return PeerCertificate.Signature(hash: "an unknown algorithm", strength: 0)
        }
        let name = OBJ_nid2sn(hash).map { String(cString: $0) } ?? "?"
        return PeerCertificate.Signature(hash: name, strength: Int(strength))
    }

    // MARK: Who vouches for it

    /// Whether the system's authorities vouch for it as `host`, a name or an address. Reads their files (`SSL_CERT_FILE` and
    /// `SSL_CERT_DIR` where they are set): not for the loop's thread.
    public func verdict(for host: String) -> AuthorityVerdict {
        guard let store = X509_STORE_new(), let context = X509_STORE_CTX_new() else { return .refused("out of memory") }
        defer {
            X509_STORE_CTX_free(context)
            X509_STORE_free(store)
            ERR_clear_error()
        }
        X509_STORE_set_default_paths(store)
        guard X509_STORE_CTX_init(context, store, own, others) == 1,
            X509_STORE_CTX_set_default(context, "ssl_server") == 1,
            let parameters = X509_STORE_CTX_get0_param(context), Self.ask(for: host, parameters)
        else { return .refused("it can't be checked") }
        X509_VERIFY_PARAM_set_auth_level(parameters, Self.securityLevel)
        X509_VERIFY_PARAM_set_depth(parameters, Self.longest)
        if X509_verify_cert(context) == 1 { return .vouches }
        switch X509_STORE_CTX_get_error(context) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return .selfSigned
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return .unknownAuthority
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: return .otherName
        case let code: return .refused(String(cString: X509_verify_cert_error_string(Int(code))))
        }
    }

    private static func ask(for host: String, _ parameters: OpaquePointer) -> Bool {
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
        if SocketAddress(host: host, port: 0) != nil {
            return X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
        }
        // The dot that ends a full name stands in no certificate.
        return X509_VERIFY_PARAM_set1_host(parameters, host.hasSuffix(".") ? String(host.dropLast()) : host, 0) == 1
    }
}
