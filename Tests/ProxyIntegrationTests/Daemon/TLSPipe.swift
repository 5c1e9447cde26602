import COpenSSL

@testable import EventLoop

/// One end of a TLS connection as bytes in and bytes out. OpenSSL is used here by itself, so that the tests do not take
/// the proxy's own word for what TLS is.
final class TLSPipe {
    private let context: TLSContext
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    /// The end that accepts with a certificate.
    init(server certificate: TestCertificate) throws {
        context = certificate.context
        (ssl, input, output) = try Self.open(certificate.context)
        SSL_set_accept_state(ssl)
    }

    /// The end that connects.
    init(clientOf context: TLSContext) throws {
        self.context = context
        (ssl, input, output) = try Self.open(context)
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

    private static func open(_ context: TLSContext) throws -> (OpaquePointer, OpaquePointer, OpaquePointer) {
        guard let ssl = SSL_new(context.context), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw BuiltProgram.Fault(description: "no TLS session") }
        SSL_set_bio(ssl, input, output)
        return (ssl, input, output)
    }

    /// The name that the client asked for.
    var serverName: String? {
        SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name).map { String(cString: $0) }
    }

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

/// A self-signed certificate of a pool.
final class TestCertificate {
    let context: TLSContext
    /// SHA-256, as a pool's `tls-fingerprint`.
    let fingerprint: String

    init() throws {
        let place = try TemporaryDirectory()
        let (certificate, key) = (place.url.path + "/cert.pem", place.url.path + "/key.pem")
        try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "pool")
        context = try TLSContext.server(certificateFile: certificate, keyFile: key)
        fingerprint = context.fingerprint ?? ""
    }
}
