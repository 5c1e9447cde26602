import EventLoop
import Glibc
import ProxyTerms
import Testing

@Suite("TLS streams")
struct TLSStreamTests {
    @Test("Bytes travel encrypted both ways, and the client knows the fingerprint before it writes")
    func echo() throws {
        try withTLSContexts { server, client in
            try LoopTest.run { test in
                let kind = StreamKind(test.loop, handler: test, tls: server)
                let listener = try test.listen(kind: kind)
                defer { listener.close() }
                test.onConnected = { $0.startTLS(client, serverName: "localhost") }
                test.onSecured = { stream in
                    if stream.token == 1 { stream.write(Array("hello".utf8)) }
                }
                test.onReceived = { stream, bytes in
                    if stream.token >= 1000 { stream.write(bytes) }
                }
                let stream = test.loop.connect(to: [listener.address], kind: kind, token: 1)
                try test.run { test.text(1) == "hello" }
                #expect(stream.isTLS)
                #expect(test.accepted.first?.isTLS == true)
                #expect(test.secured[1] == TLSPeer(version: "TLSv1.3", fingerprint: server.fingerprint))
                #expect(test.secured[1000] == TLSPeer(version: "TLSv1.3", fingerprint: nil))
                #expect(server.fingerprint?.count == 64)
                stream.close()
                try test.run { test.ended.count == 2 }
                #expect(test.ended == [1: .requested, 1000: .peerClosed])
            }
        }
    }
}
