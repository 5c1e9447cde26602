import EventLoop
import Glibc
import ProxyTerms
import Testing

@Suite("Plain streams")
struct PlainStreamTests {
    @Test("Bytes travel both ways", arguments: ["127.0.0.1:0", "[::1]:0"])
    func echo(address: String) throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(address, kind: kind)
            defer { listener.close() }
            #expect(listener.address.port != 0)
            test.onConnected = { $0.write(Array("hello".utf8)) }
            test.onReceived = { stream, bytes in
                if stream.token >= 1000 { stream.write(bytes) }
            }
            let client = test.loop.connect(to: [listener.address], kind: kind, token: 1)
            try test.run { test.text(1) == "hello" }
            #expect(client.peer == listener.address)
            #expect(test.accepted.first?.peer == client.local)
            client.close()
            try test.run { test.ended.count == 2 }
            #expect(test.ended == [1: .requested, 1000: .peerClosed])
        }
    }
}
