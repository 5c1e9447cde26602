import COpenSSL
import Testing

@testable import EventLoop

/// A peer that OpenSSL's defaults don't hold back: which versions, groups and ciphers it offers or takes.
private struct Peer: CustomTestStringConvertible, Sendable {
    var lowest = TLS1_2_VERSION
    var highest = TLS1_3_VERSION
    var groups: String?
    var ciphers: String?
    var testDescription: String

    init(
        _ name: String, lowest: Int32 = TLS1_2_VERSION, highest: Int32 = TLS1_3_VERSION, groups: String? = nil,
        ciphers: String? = nil
    ) {
        testDescription = name
        self.lowest = lowest
        self.highest = highest
        self.groups = groups
        self.ciphers = ciphers
    }

    /// Makes the session one of this peer's.
    func prepare(_ ssl: OpaquePointer) {
        SSL_set_security_level(ssl, 0)
        #expect(tls_set_version_range(ssl, lowest, highest) == 1)
        if let groups { #expect(tls_set_groups(ssl, groups) == 1) }
        if let ciphers { #expect(SSL_set_cipher_list(ssl, ciphers) == 1) }
    }

    /// What costs too much, or is not safe.
    static let refused = [
        Peer("ffdhe8192", groups: "ffdhe8192"), Peer("ffdhe2048", groups: "ffdhe2048"),
        Peer("P-521", groups: "P-521"), Peer("X448", groups: "X448"),
        Peer(
            "CBC", highest: TLS1_2_VERSION,
            ciphers: "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256"),
        Peer("CCM of eight bytes", highest: TLS1_2_VERSION, ciphers: "ECDHE-ECDSA-AES128-CCM8"),
        Peer("TLS 1.1", lowest: TLS1_VERSION, highest: TLS1_1_VERSION, ciphers: "ALL"),
    ]
    /// What is modern and cheap.
    static let taken = [
        Peer("X25519", groups: "X25519"), Peer("P-256", groups: "P-256"), Peer("P-384", groups: "P-384"),
        Peer("ffdhe8192 first, P-256 last", groups: "ffdhe8192:P-256"),
        Peer("TLS 1.2, AES-GCM", highest: TLS1_2_VERSION, groups: "P-256", ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256"),
        Peer("TLS 1.2, ChaCha20", highest: TLS1_2_VERSION, ciphers: "ECDHE-ECDSA-CHACHA20-POLY1305"),
        Peer("all that OpenSSL knows", ciphers: "ALL"),
    ]
}

@Suite("What TLS agrees to")
struct TLSChoicesTests {
    @Test("A client that offers only what costs too much, or isn't safe, is refused", arguments: Peer.refused)
    fileprivate func refusedClients(peer: Peer) throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            peer.prepare(pair.client.ssl)
            pair.pump()
            #expect(!pair.isReady)
            #expect(pair.endOfServer != nil, "it is the server that ends it")
        }
    }

    @Test("A pool that takes only what costs too much, or isn't safe, is refused", arguments: Peer.refused)
    fileprivate func refusedServers(peer: Peer) throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            peer.prepare(pair.server.ssl)
            pair.pump()
            #expect(!pair.isReady)
        }
    }

    @Test("A client that offers something modern and cheap is served", arguments: Peer.taken)
    fileprivate func servedClients(peer: Peer) throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            peer.prepare(pair.client.ssl)
            pair.pump()
            #expect(pair.isReady)
        }
    }

    @Test("A pool that takes something modern and cheap is mined at", arguments: Peer.taken)
    fileprivate func servedServers(peer: Peer) throws {
        try withTLSContexts { server, client in
            let pair = try TLSPair(server, client)
            peer.prepare(pair.server.ssl)
            pair.pump()
            #expect(pair.isReady)
        }
    }

    @Test("Neither end knows a cipher without authenticated encryption and ephemeral keys")
    func ciphers() throws {
        try withTLSContexts { server, client in
            for context in [server, client] {
                let ciphers: OpaquePointer? = SSL_CTX_get_ciphers(context.context)
                let names = (0..<OPENSSL_sk_num(ciphers)).compactMap { index -> String? in
                    let cipher = OPENSSL_sk_value(ciphers, index).map { OpaquePointer($0) }
                    return SSL_CIPHER_get_name(cipher).map { String(cString: $0) }
                }
                #expect(names.count == 9)
                for name in names {
                    #expect(name.contains("GCM") || name.contains("POLY1305"))
                    #expect(name.hasPrefix("ECDHE-") || name.hasPrefix("TLS_"))
                }
            }
        }
    }
}
