import COpenSSL

@testable import EventLoop

/// One end of a TLS connection as bytes in and bytes out. OpenSSL is used here by itself, so that the tests do not take
/// the proxy's own word for what TLS is.
final class TLSPipe {
    /// What the session is of.
    private let owner: AnyObject
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    /// The end that accepts with a certificate.
    init(server certificate: TestCertificate) throws {
        owner = certificate
        (ssl, input, output) = try Self.open(certificate.context)
        SSL_set_accept_state(ssl)
    }

    /// Speaks TLS 1.1 at most.
    func becomeOld() {
        SSL_set_security_level(ssl, 0)
        _ = SSL_set_cipher_list(ssl, "ALL")
        _ = tls_set_version_range(ssl, TLS1_VERSION, TLS1_1_VERSION)
    }

    /// The end that connects.
    init(clientOf context: TLSContext) throws {
        owner = context
        (ssl, input, output) = try Self.open(context.context)
        SSL_set_connect_state(ssl)
    }

    deinit {
        SSL_free(ssl)
    }

    /// What a client sends first.
    static func clientHello() throws -> [UInt8] {
        let client = try TLSPipe(clientOf: try TLSContext.client())
        _ = try client.handshake()
        return client.takeOutput()
    }

    private static func open(_ context: OpaquePointer) throws -> (OpaquePointer, OpaquePointer, OpaquePointer) {
        guard let ssl = SSL_new(context), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw BuiltProgram.Fault(description: "no TLS session") }
        SSL_set_bio(ssl, input, output)
        return (ssl, input, output)
    }

    /// The name that the client asked for.
    var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

    /// What the other end showed.
    var peer: CertificateChain? { CertificateChain(of: ssl) }

    /// Takes ciphertext of the peer.
    func feed(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { _ = BIO_write(input, $0.baseAddress, Int32($0.count)) }
    }

    /// Goes on with the handshake: true when it is done.
    func handshake() throws -> Bool {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 { return true }
        guard SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ else {
            throw BuiltProgram.Fault(description: "the TLS handshake failed")
        }
        return false
    }

    /// What has been decrypted.
    func read() -> [UInt8] {
        var plaintext: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            ERR_clear_error()
            let count = SSL_read(ssl, &chunk, Int32(chunk.count))
            guard count > 0 else { return plaintext }
            plaintext += chunk[..<Int(count)]
        }
    }

    /// Encrypts.
    func write(_ bytes: [UInt8]) {
        _ = SSL_write(ssl, bytes, Int32(bytes.count))
    }

    /// Ciphertext for the peer.
    func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(output)))
        guard !bytes.isEmpty else { return [] }
        _ = BIO_read(output, &bytes, Int32(bytes.count))
        return bytes
    }
}
