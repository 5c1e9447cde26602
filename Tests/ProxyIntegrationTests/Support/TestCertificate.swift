import COpenSSL
import Glibc

@testable import EventLoop

/// A certificate of a pool, good or bad, made by OpenSSL's own means.
final class TestCertificate {
    /// What it is like.
    struct Options {
        enum Key: Equatable {
            case p256
            case rsa(bits: Int)
        }

        var key = Key.p256
        /// The hash that it is signed with.
        var hash = "SHA256"
        /// Days from now.
        var from = -1
        var until = 30
        var name = "pool"
        /// What it is good for, as OpenSSL's configuration writes it: `DNS:localhost,IP:127.0.0.1`.
        var names: String?
        /// Who signs it; itself where nil.
        var issuer: TestCertificate?
        /// May sign others.
        var isAuthority = false
    }

    /// For servers with it.
    let context: OpaquePointer
    /// SHA-256, as a pool's `tls-fingerprint`.
    private(set) var fingerprint = ""
    private let certificate: OpaquePointer
    private let key: OpaquePointer

    init(_ options: Options = Options()) throws {
        guard let context = SSL_CTX_new(TLS_server_method()), let certificate = X509_new() else {
            throw SetUpError(text: "no certificate")
        }
        self.context = context
        self.certificate = certificate
        key = try Self.makeKey(options.key)
        X509_set_version(certificate, Int(X509_VERSION_3))
        var serial: UInt64 = 0
        withUnsafeMutableBytes(of: &serial) { _ = RAND_bytes($0.baseAddress, 7) }
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial | 1)
        X509_time_adj_ex(X509_getm_notBefore(certificate), Int32(options.from), 0, nil)
        X509_time_adj_ex(X509_getm_notAfter(certificate), Int32(options.until), 0, nil)
        X509_set_pubkey(certificate, key)
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, options.name, -1, -1, 0)
        X509_set_issuer_name(certificate, options.issuer.map { X509_get_subject_name($0.certificate) } ?? subject)
        try add(NID_subject_alt_name, options.names)
        if options.isAuthority { try add(NID_basic_constraints, "critical,CA:TRUE") }
        let signer = options.issuer?.key ?? key
        guard X509_sign(certificate, signer, EVP_get_digestbyname(options.hash)) > 0 else {
            throw SetUpError(text: "can't sign")
        }
        // Bad ones are to be shown, too.
        SSL_CTX_set_security_level(context, 0)
        guard SSL_CTX_use_certificate(context, certificate) == 1, SSL_CTX_use_PrivateKey(context, key) == 1 else {
            throw SetUpError(text: "can't use the certificate")
        }
        fingerprint = CertificateChain.fingerprint(of: certificate)?.description ?? ""
    }

    deinit {
        SSL_CTX_free(context)
        X509_free(certificate)
        EVP_PKEY_free(key)
    }

    private func add(_ kind: Int32, _ value: String?) throws {
        guard let value else { return }
        guard let part = X509V3_EXT_conf_nid(nil, nil, kind, value) else {
            throw SetUpError(text: "no extension \(value)")
        }
        X509_add_ext(certificate, part, -1)
        X509_EXTENSION_free(part)
    }

    private static func makeKey(_ kind: Options.Key) throws -> OpaquePointer {
        guard case .rsa(let bits) = kind else {
            guard let key = tls_generate_p256_key() else { throw SetUpError(text: "no key") }
            return key
        }
        let maker = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil)
        defer { EVP_PKEY_CTX_free(maker) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(maker) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(maker, Int32(bits)) == 1,
            EVP_PKEY_generate(maker, &key) == 1, let key
        else { throw SetUpError(text: "no RSA key") }
        return key
    }

    /// In PEM, for a file of authorities.
    var pem: String {
        guard let bio = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(bio) }
        PEM_write_bio_X509(bio, certificate)
        var start: UnsafeMutablePointer<CChar>?
        let count = tls_memory_bio_data(bio, &start)
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
