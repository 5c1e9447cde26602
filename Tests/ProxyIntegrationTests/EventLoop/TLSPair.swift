import COpenSSL
import Testing

@testable import EventLoop

/// Both ends of a TLS connection without a socket, sharing one workspace as all sessions of a loop do.
final class TLSPair {
    let workspace = TLSWorkspace()
    let server: TLSSession
    let client: TLSSession
    /// Ciphertext on its way.
    var toServer: [UInt8] = []
    var toClient: [UInt8] = []
    /// What the two have decrypted.
    var atServer: [UInt8] = []
    var atClient: [UInt8] = []
    /// How the two have ended.
    var endOfServer: TLSSession.ReadStep?
    var endOfClient: TLSSession.ReadStep?
    private var serverIsReady = false
    private var clientIsReady = false

    init(_ server: TLSContext, _ client: TLSContext, serverName: String = "pool.example") throws {
        self.server = try TLSSession(server, serverName: nil, workspace: workspace)
        self.client = try TLSSession(client, serverName: serverName, workspace: workspace)
    }

    deinit {
        SSL_free(server.ssl)
        SSL_free(client.ssl)
    }

    var isReady: Bool { serverIsReady && clientIsReady }

    /// Delivers everything there is in pieces of at most `piece` bytes, until nothing moves.
    func pump(piece: Int = .max) {
        feed(client, [], to: &toServer, &clientIsReady, &atClient, &endOfClient)
        while !toServer.isEmpty || !toClient.isEmpty {
            let forServer = Array(toServer.prefix(piece))
            toServer.removeFirst(forServer.count)
            feed(server, forServer, to: &toClient, &serverIsReady, &atServer, &endOfServer)
            let forClient = Array(toClient.prefix(piece))
            toClient.removeFirst(forClient.count)
            feed(client, forClient, to: &toServer, &clientIsReady, &atClient, &endOfClient)
        }
    }

    private func feed(
        _ session: TLSSession, _ bytes: [UInt8], to output: inout [UInt8], _ isReady: inout Bool,
        _ plaintext: inout [UInt8], _ end: inout TLSSession.ReadStep?
    ) {
        bytes.withUnsafeBytes { bytes in
            workspace.input = bytes
            defer { workspace.input = UnsafeRawBufferPointer(start: nil, count: 0) }
            if !isReady {
                var step = session.handshake()
                output += workspace.takeOutput()
                while step == .outputFull {
                    step = session.handshake()
                    output += workspace.takeOutput()
                }
                if case .failed(let text) = step { end = .failed(text) }
                isReady = step == .done
                guard isReady else {
                    #expect(end != nil || workspace.input.isEmpty, "an incomplete step leaves nothing behind")
                    return
                }
            }
            while end == nil {
                let step = session.read()
                output += workspace.takeOutput()
                guard case .plaintext(let count) = step else {
                    if step != .incomplete { end = step }
                    break
                }
                plaintext += workspace.plaintext[..<count]
            }
        }
    }

    func write(_ bytes: [UInt8], by session: TLSSession, to output: inout [UInt8]) {
        let failure = bytes.withUnsafeBytes { session.write($0) }
        #expect(failure == nil)
        output += workspace.takeOutput()
    }
}
