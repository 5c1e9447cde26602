import CLibuv
import COpenSSL
import Glibc

/// TLS on a stream: ciphertext from and to the socket, plaintext to and from the user.
extension UnsafeMutablePointer<StreamRecord> {
    private var workspace: TLSWorkspace {
        pointee.kind._withUnsafeGuaranteedRef { $0.loop.tlsWorkspace }
    }

    /// Gives the stream a session; false if that failed and the stream is closing.
    func startTLS(_ context: TLSContext, serverName: String?) -> Bool {
        do throws(TLSFailure) {
            let session = try TLSSession(context, serverName: serverName, workspace: workspace)
            pointee.ssl = session.ssl
            pointee.flags.insert(.handshaking)
            return true
        } catch {
            close(.tls(error.description))
            return false
        }
    }

    /// Sends a client's greeting.
    func greet() {
        receivedEncrypted(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Carries ciphertext through the handshake and to the user. `bytes` may be empty.
    func receivedEncrypted(_ bytes: UnsafeRawBufferPointer) {
        guard let ssl = pointee.ssl else { return }
        let workspace = workspace
        let session = TLSSession(ssl: ssl, workspace: workspace)
        // The workspace is shared: input is put in for each step and what is left taken out, since handlers use it too.
        var input = bytes
        while !pointee.flags.contains(.closing) {
            workspace.input = input
            let goesOn =
                pointee.flags.contains(.handshaking)
                ? handshakeStep(session, workspace, &input) : readStep(session, workspace, &input)
            guard goesOn else { return }
        }
    }

    private func handshakeStep(
        _ session: TLSSession, _ workspace: TLSWorkspace, _ input: inout UnsafeRawBufferPointer
    ) -> Bool {
        let begun = uv_hrtime()
        let step = session.handshake()
        pointee.kind._withUnsafeGuaranteedRef { kind in
            if kind.isBounded { kind.loop.handshakes.spend(nanoseconds: uv_hrtime() &- begun) }
        }
        input = takeInput(workspace)
        send(workspace.takeOutput())
        switch step {
        case .incomplete:
            return false
        case .outputFull:
            return true
        case .done:
            guard !pointee.flags.contains(.closing) else { return false }
            pointee.flags.remove(.handshaking)
            pointee.kind._withUnsafeGuaranteedRef { $0.loop.handshakes.ended(self) }
            pointee.kind._withUnsafeGuaranteedRef { $0.loop.handshakeRemains.add(now: $0.loop.now) }
            pointee.kind._withUnsafeGuaranteedRef { $0.handler.secured(TCPStream(self), session.peer) }
            return true
        case .failed(let text):
            close(.tls(text))
            return false
        }
    }

    private func readStep(
        _ session: TLSSession, _ workspace: TLSWorkspace, _ input: inout UnsafeRawBufferPointer
    ) -> Bool {
        let step = session.read()
        input = takeInput(workspace)
        // Answers of the protocol itself: alerts, new keys.
        send(workspace.takeOutput())
        switch step {
        case .plaintext(let count):
            guard pointee.flags.isDisjoint(with: [.closing, .finishing]) else { return false }
            let plaintext = UnsafeRawBufferPointer(rebasing: workspace.plaintext[..<count])
            pointee.kind._withUnsafeGuaranteedRef { $0.handler.received(TCPStream(self), plaintext) }
            // To ask OpenSSL in vain costs as much as a record: it makes and releases a buffer for it.
            return !input.isEmpty || (!pointee.flags.contains(.closing) && session.hasPlaintext)
        case .incomplete:
            return false
        case .outputFull:
            return true
        case .ended:
            close(.peerClosed)
            return false
        case .failed(let text):
            close(.tls(text))
            return false
        }
    }

    private func takeInput(_ workspace: TLSWorkspace) -> UnsafeRawBufferPointer {
        defer { workspace.input = UnsafeRawBufferPointer(start: nil, count: 0) }
        return workspace.input
    }

    /// Encrypts and sends `bytes`.
    func sendEncrypted(_ bytes: UnsafeRawBufferPointer) {
        guard let ssl = pointee.ssl else { return }
        let workspace = workspace
        let session = TLSSession(ssl: ssl, workspace: workspace)
        var rest = bytes[...]
        while !rest.isEmpty, !pointee.flags.contains(.closing) {
            let record = rest.prefix(TLSWorkspace.recordSize)
            rest = rest.dropFirst(record.count)
            if let failure = session.write(UnsafeRawBufferPointer(rebasing: record)) {
                return close(.tls(failure))
            }
            send(workspace.takeOutput())
        }
    }

    /// What tells the peer that nothing follows; empty on a plain stream.
    func farewell() -> UnsafeRawBufferPointer {
        guard let ssl = pointee.ssl else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let workspace = workspace
        TLSSession(ssl: ssl, workspace: workspace).sayGoodbye()
        return workspace.takeOutput()
    }
}

extension TCPStream {
    /// Begins TLS as a client on a stream that is `connected` and plain so far. `serverName` is the host as configured
    /// (SNI; left out if it is an address). The next call of the handler is `secured` or `closed`.
    public func startTLS(_ context: TLSContext, serverName: String) {
        guard record.pointee.flags.isDisjoint(with: [.closing, .finishing]) else { return }
        let isReady = record.pointee.ssl == nil && !record.pointee.flags.contains(.connecting)
        precondition(isReady, "TLS on a stream that is not ready for it")
        if record.startTLS(context, serverName: serverName) { record.greet() }
    }
}
