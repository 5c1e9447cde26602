import COpenSSL
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("TLS as bytes in and bytes out")
struct TLSSessionTests {
    @Test("However the bytes are cut, the same arrives", arguments: [1, 2, 5, 6, 100, 16_384, Int.max])
    func pieces(piece: Int) throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            pair.pump(piece: piece)
            #expect(pair.isReady)
            let line = Array("{\"id\":1,\"method\":\"login\"}\n".utf8)
            let block = (0..<16_384).map { UInt8(truncatingIfNeeded: $0) }
            pair.write(line, by: pair.client, to: &pair.toServer)
            pair.write(block, by: pair.client, to: &pair.toServer)
            pair.write(line, by: pair.client, to: &pair.toServer)
            pair.write(block, by: pair.server, to: &pair.toClient)
            pair.pump(piece: piece)
            #expect(pair.atServer == line + block + line)
            #expect(pair.atClient == block)
            pair.client.sayGoodbye()
            pair.toServer += pair.workspace.takeOutput()
            pair.pump(piece: piece)
            #expect(pair.endOfServer == .ended)
        }
    }

    @Test("The client names the server it wants, unless that is an address")
    func serverName() throws {
        try withTLSContexts { server, client in
            for (host, expected) in [("na.example.com", "na.example.com"), ("127.0.0.1", nil), ("::1", nil)] {
                let pair = try TLSPair(server, client, serverName: host)
                pair.pump()
                #expect(pair.isReady)
                let name = SSL_get_servername(pair.server.ssl, TLSEXT_NAMETYPE_host_name)
                #expect(name.map { String(cString: $0) } == expected)
            }
        }
    }

    @Test("No application protocol is announced, and nothing is kept for a second session")
    func frugal() throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            pair.pump()
            var name: UnsafePointer<UInt8>?
            var length: UInt32 = 0
            SSL_get0_alpn_selected(pair.server.ssl, &name, &length)
            #expect(length == 0)
            #expect(SSL_SESSION_has_ticket(SSL_get_session(pair.client.ssl)) == 0)
        }
    }

    @Test("TLS 1.2 is spoken, and older versions are not", arguments: [TLS1_2_VERSION, TLS1_1_VERSION])
    func versions(version: Int32) throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            tls_set_version_range(pair.client.ssl, TLS1_VERSION, version)
            pair.pump()
            #expect(pair.isReady == (version == TLS1_2_VERSION))
            if version == TLS1_2_VERSION {
                let peer = pair.client.peer
                #expect(peer.version == "TLSv1.2")
                #expect(peer.chain?.certificate?.fingerprint.description == server.fingerprint)
            } else {
                #expect(pair.endOfClient != nil)
            }
        }
    }

    @Test("A peer can't renegotiate")
    func renegotiation() throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            tls_set_version_range(pair.client.ssl, TLS1_2_VERSION, TLS1_2_VERSION)
            pair.pump()
            #expect(pair.isReady)
            SSL_clear_options(pair.client.ssl, tls_option_no_renegotiation())
            #expect(SSL_renegotiate(pair.client.ssl) == 1)
            #expect(SSL_do_handshake(pair.client.ssl) == -1)
            pair.toServer += pair.workspace.takeOutput()
            pair.pump()
            // The server only warns; it is the client that gives up.
            #expect(pair.endOfClient == .failed("no renegotiation"))
        }
    }

    @Test("Ciphertext that was tampered with is an error with a text")
    func tampered() throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            pair.pump()
            pair.write([1, 2, 3], by: pair.client, to: &pair.toServer)
            pair.toServer[pair.toServer.count - 1] ^= 1
            pair.pump()
            #expect(pair.endOfServer == .failed("decryption failed or bad record mac"))
            #expect(pair.atServer.isEmpty)
        }
    }

    @Test("Sessions taking turns do not disturb each other")
    func turns() throws {
        try withTLSContexts { server, client in
            let pairs = try (0..<3).map { _ in try TLSPair(server, client) }
            for pair in pairs { pair.pump(piece: 7) }
            for (index, pair) in pairs.enumerated() {
                pair.write([UInt8(index)], by: pair.client, to: &pair.toServer)
            }
            for pair in pairs { pair.pump(piece: 3) }
            #expect(pairs.map(\.atServer) == [[0], [1], [2]])
        }
    }
}
