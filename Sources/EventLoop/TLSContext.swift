import COpenSSL
import ProxyTerms

/// What the TLS sessions of one role have in common: a certificate on the server's side, and the rules of both.
///
/// TLS 1.2 or newer with the key exchanges and ciphers of `TLSChoices`, no renegotiation, no compression, no session
/// tickets and no session cache. A client's handshake takes any certificate: who is told `secured` judges it before a
/// byte is sent (`CertificateChain`), since most pools sign theirs themselves.
public final class TLSContext {
    /// Which end of a connection we are.
    enum Role {
        /// We accept; we have a certificate.
        case server
        /// We connect.
        case client
    }

    let context: OpaquePointer
    let role: Role

    /// SHA-256 of our own certificate in 64 hexadecimal digits, as rigs pin it; nil for a client.
    public let fingerprint: String?

    private init(_ context: OpaquePointer, role: Role, fingerprint: String?) {
        self.context = context
        self.role = role
        self.fingerprint = fingerprint
    }

    deinit {
        SSL_CTX_free(context)
    }

    /// A context for connections we make.
    ///
    /// - Throws: `TLSFailure` if OpenSSL can't be set up.
    public static func client() throws(TLSFailure) -> TLSContext {
        TLSContext(try make(TLS_client_method()), role: .client, fingerprint: nil)
    }

    /// A context for connections we accept, with a certificate (or chain, our own first) and its key in PEM files.
    ///
    /// - Throws: `TLSFailure` naming the file that is missing, unreadable or does not fit the other.
    public static func server(certificateFile: String, keyFile: String) throws(TLSFailure) -> TLSContext {
        let context = try make(TLS_server_method())
        do throws(TLSFailure) {
            // A key with a passphrase is refused; OpenSSL would ask for it on the terminal.
            SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
            guard SSL_CTX_use_certificate_chain_file(context, certificateFile) == 1 else {
                throw TLSFailure.fromQueue("certificate \(certificateFile)")
            }
            guard SSL_CTX_use_PrivateKey_file(context, keyFile, SSL_FILETYPE_PEM) == 1 else {
                throw TLSFailure.fromQueue("key \(keyFile)")
            }
            guard SSL_CTX_check_private_key(context) == 1 else {
                throw TLSFailure.fromQueue("key \(keyFile) and certificate \(certificateFile)")
            }
            SSL_CTX_set_num_tickets(context, 0)
        } catch {
            SSL_CTX_free(context)
            throw error
        }
        let certificate: OpaquePointer? = SSL_CTX_get0_certificate(context)
        let fingerprint = certificate.flatMap { CertificateChain.fingerprint(of: $0)?.description }
        return TLSContext(context, role: .server, fingerprint: fingerprint)
    }

    private static func make(_ method: OpaquePointer?) throws(TLSFailure) -> OpaquePointer {
        ERR_clear_error()
        guard let context = SSL_CTX_new(method) else { throw TLSFailure.fromQueue("no TLS context") }
        tls_context_set_frugal_options(context)
        guard tls_context_set_min_version(context, TLS1_2_VERSION) == 1 else {
            SSL_CTX_free(context)
            throw TLSFailure.fromQueue("TLS 1.2")
        }
        guard tls_context_set_groups(context, TLSChoices.groups) == 1,
            SSL_CTX_set_cipher_list(context, TLSChoices.ciphersOfTLS12) == 1,
            SSL_CTX_set_ciphersuites(context, TLSChoices.ciphersOfTLS13) == 1
        else {
            SSL_CTX_free(context)
            throw TLSFailure.fromQueue("TLS ciphers")
        }
        return context
    }
}
