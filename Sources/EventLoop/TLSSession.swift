import COpenSSL

/// One TLS connection as bytes in and bytes out: ciphertext is taken from the workspace's input and put into its
/// output, and there is no socket anywhere.
///
/// OpenSSL keeps what there is of an incomplete record, so all input is always used up, except after `.plaintext`
/// (call again for the rest).
struct TLSSession {
    /// OpenSSL's object; freed by the owner with `SSL_free`.
    let ssl: OpaquePointer
    private let workspace: TLSWorkspace

    /// What a step of the handshake led to.
    enum HandshakeStep: Equatable {
        /// More must come from the peer.
        case incomplete
        /// The output must be sent before it goes on.
        case outputFull
        /// Data can flow.
        case done
        /// The session is dead. There may be output that tells the peer why.
        case failed(String)
    }

    /// What an attempt to decrypt led to.
    enum ReadStep: Equatable {
        /// So many bytes lie in the workspace's `plaintext`; there may be more.
        case plaintext(Int)
        /// More must come from the peer.
        case incomplete
        /// The output must be sent before it goes on.
        case outputFull
        /// The peer has said goodbye.
        case ended
        /// The session is dead. There may be output that tells the peer why.
        case failed(String)
    }

    /// The session of an existing object.
    init(ssl: OpaquePointer, workspace: TLSWorkspace) {
        self.ssl = ssl
        self.workspace = workspace
    }

    /// A new session that begins with `handshake()`. A client names the server it wants, unless that is an address.
    ///
    /// - Throws: `TLSFailure` if memory runs out or the name is none.
    init(_ context: TLSContext, serverName: String?, workspace: TLSWorkspace) throws(TLSFailure) {
        ERR_clear_error()
        guard let ssl = SSL_new(context.context) else { throw TLSFailure.fromQueue("no TLS session") }
        // The BIO is shared: each session holds a reference, which SSL_free gives back.
        BIO_up_ref(workspace.bio)
        SSL_set_bio(ssl, workspace.bio, workspace.bio)
        self.init(ssl: ssl, workspace: workspace)
        switch context.role {
        case .server:
            SSL_set_accept_state(ssl)
        case .client:
            SSL_set_connect_state(ssl)
            guard let serverName, !serverName.isEmpty, SocketAddress(host: serverName, port: 0) == nil else { return }
            guard tls_set_server_name(ssl, serverName) == 1 else {
                SSL_free(ssl)
                throw TLSFailure.fromQueue("server name")
            }
        }
    }

    func handshake() -> HandshakeStep {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        guard result != 1 else { return .done }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .incomplete
        case SSL_ERROR_WANT_WRITE: return .outputFull
        default: return .failed(TLSFailure.fromQueue("handshake").description)
        }
    }

    func read() -> ReadStep {
        ERR_clear_error()
        let result = SSL_read(ssl, workspace.plaintext.baseAddress, Int32(workspace.plaintext.count))
        guard result <= 0 else { return .plaintext(Int(result)) }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .incomplete
        case SSL_ERROR_WANT_WRITE: return .outputFull
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed(TLSFailure.fromQueue().description)
        }
    }

    /// Whether decrypted bytes wait for the next `read()`.
    var hasPlaintext: Bool { SSL_pending(ssl) > 0 }

    /// Encrypts at most `TLSWorkspace.recordSize` bytes into an empty output; nil when done, else what failed.
    func write(_ bytes: UnsafeRawBufferPointer) -> String? {
        precondition(bytes.count <= TLSWorkspace.recordSize)
        ERR_clear_error()
        let result = SSL_write(ssl, bytes.baseAddress, Int32(bytes.count))
        return result == bytes.count ? nil : TLSFailure.fromQueue().description
    }

    /// Puts the farewell (close_notify) into the output.
    func sayGoodbye() {
        ERR_clear_error()
        SSL_shutdown(ssl)
        ERR_clear_error()
    }

    /// What the finished handshake tells about the peer.
    var peer: TLSPeer {
        let version = SSL_get_version(ssl).map { String(cString: $0) } ?? "?"
        return TLSPeer(version: version, chain: CertificateChain(of: ssl))
    }
}
