import Glibc
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("TLS streams")
struct TLSStreamTests {
    /// A server and clients that begin TLS when they are connected, on one loop.
    private func withServer(
        isServerTLS: Bool = true,
        _ body: (_ test: LoopTest, _ kind: StreamKind, _ port: SocketAddress, _ server: TLSContext) throws -> Void
    ) throws {
        try withTLSContexts { server, client in
            try LoopTest.run { test in
                let kind = StreamKind(
                    test.loop, handler: test, tls: isServerTLS ? server : nil, outputLimit: 20_000_000)
                let listener = try test.listen(kind: kind)
                defer { listener.close() }
                test.onConnected = { stream in
                    stream.startTLS(client, serverName: "localhost")
                    #expect(stream.isTLS)
                }
                try body(test, kind, listener.address, server)
            }
        }
    }

    @Test("Bytes travel encrypted both ways, and the client knows the fingerprint before it writes")
    func echo() throws {
        try withServer { test, kind, address, server in
            test.onSecured = { stream in
                if stream.token == 1 { stream.write(Array("hello".utf8)) }
            }
            test.onReceived = { stream, bytes in
                if stream.token >= 1000 { stream.write(bytes) }
            }
            let stream = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.text(1) == "hello" }
            #expect(stream.isTLS)
            #expect(test.accepted.first?.isTLS == true)
            #expect(test.secured.mapValues(\.version) == [1: "TLSv1.3", 1000: "TLSv1.3"])
            #expect(test.secured[1]?.chain?.certificate?.fingerprint.description == server.fingerprint)
            #expect(test.secured[1000]?.chain == nil)
            #expect(server.fingerprint?.count == 64)
            stream.close()
            try test.run { test.ended.count == 2 }
            #expect(test.ended == [1: .requested, 1000: .peerClosed])
        }
    }

    @Test("A client that does not like the fingerprint sends not one byte")
    func pin() throws {
        try withServer { test, kind, address, _ in
            test.onSecured = { stream in
                if stream.token == 1 {
                    stream.close(.tls("wrong fingerprint"))
                    stream.write([1])
                }
            }
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.ended.count == 2 }
            #expect(test.ended[1] == .tls("wrong fingerprint"))
            #expect(test.received.isEmpty)
        }
    }

    @Test("A handshake that is given up leaves memory in pieces as one that is finished does; both are counted")
    func unfinished() throws {
        try withServer { test, kind, address, _ in
            let stream = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.secured.count == 2 }
            #expect(test.loop.handshakeRemains.count == 2)
            stream.close()
            let half = try RawSocket(port: address.port)
            // The header of a record with a greeting, and the greeting's first bytes.
            half.send([0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3])
            try test.run { test.accepted.last?.isTLS == true && test.accepted.count == 2 }
            test.accepted.last?.close()
            try test.run { test.ended.count == 3 }
            #expect(test.loop.handshakeRemains.count == 3)
        }
    }

    @Test("TLS and plain share a port: the first byte decides")
    func sniff() throws {
        try withServer { test, kind, address, _ in
            test.onSecured = { stream in
                if stream.token == 1 { stream.write([1]) }
            }
            let plain = try RawSocket(port: address.port)
            plain.send(Array("{}".utf8))
            try test.run { test.received.count == 1 }
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.received.count == 2 }
            #expect(test.received == [1000: Array("{}".utf8), 1001: [1]])
            #expect(test.accepted.map(\.isTLS) == [false, true])
        }
    }

    // Fault R05.
    @Test("A TLS greeting where TLS is not set up ends with a reason of its own")
    func notEnabled() throws {
        try withServer(isServerTLS: false) { test, kind, address, _ in
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.ended.count == 2 }
            #expect(test.ended[1000] == .tlsNotEnabled)
            #expect([.peerClosedInHandshake, .failed("ECONNRESET")].contains(test.ended[1]))
        }
    }

    @Test("0x16 within a plain connection is a byte like any other")
    func laterByte() throws {
        try withServer { test, _, address, _ in
            let plain = try RawSocket(port: address.port)
            plain.send([0x7b])
            try test.run { test.received[1000] == [0x7b] }
            plain.send([0x16])
            try test.run { test.received[1000] == [0x7b, 0x16] }
        }
    }

    @Test("A client whose peer speaks plain text is told so")
    func plainPeer() throws {
        try withServer { test, kind, _, _ in
            // A listener that talks first, as an HTTP or mail server might.
            let greeter = Greeter()
            let plainKind = StreamKind(test.loop, handler: test)
            let address = try #require(SocketAddress("127.0.0.1:0"))
            let listener = try TCPListener(address, kind: plainKind, handler: greeter)
            defer { listener.close() }
            _ = test.loop.connect(to: [listener.address], kind: kind, token: 1)
            try test.run { test.ended[1] != nil }
            #expect(test.ended[1] == .tls("handshake: the peer does not speak TLS (wrong version number)"))
        }
    }

    @Test("Garbage after a first byte of TLS ends that connection only")
    func garbage() throws {
        try withServer { test, kind, address, _ in
            test.onSecured = { stream in
                if stream.token == 1 { stream.write([1]) }
            }
            let bad = try RawSocket(port: address.port)
            bad.send([0x16] + [UInt8](repeating: 0x41, count: 100))
            try test.run { test.ended.count == 1 }
            guard case .tls = test.ended[1000] else {
                Issue.record("ended: \(test.ended)")
                return
            }
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.received[1001] == [1] }
        }
    }

    @Test("A peer that leaves in the middle of the handshake is told apart")
    func leaves() throws {
        try withServer { test, _, address, _ in
            var peer: RawSocket? = try RawSocket(port: address.port)
            peer?.send([0x16, 3, 1])
            try test.run { test.accepted.count == 1 }
            try test.runBriefly()
            peer = nil
            try test.run { test.ended.count == 1 }
            #expect(test.ended[1000] == .peerClosedInHandshake)
        }
    }

    @Test("What the kernel does not take at once arrives later, in order, both ways at the same time")
    func manyBytes() throws {
        try withServer { test, kind, address, _ in
            let sent = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            test.onSecured = { $0.write(sent) }
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.received[1]?.count == sent.count && test.received[1000]?.count == sent.count }
            #expect(test.received == [1: sent, 1000: sent])
        }
    }

    @Test("finish() says goodbye after what waits")
    func finish() throws {
        try withServer { test, kind, address, _ in
            let farewell = [UInt8](repeating: 7, count: 5_000_000)
            test.onSecured = { stream in
                if stream.token >= 1000 {
                    stream.write(farewell)
                    stream.finish()
                }
            }
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.ended.count == 2 }
            #expect(test.received[1] == farewell)
            #expect(test.ended == [1: .peerClosed, 1000: .finished])
        }
    }

    @Test("A TLS peer that does not read is dropped like any other")
    func overflow() throws {
        try withServer { test, kind, address, _ in
            test.onSecured = { stream in
                if stream.token == 1 { stream.pauseReading() }
            }
            _ = test.loop.connect(to: [address], kind: kind, token: 1)
            try test.run { test.secured.count == 2 }
            let line = [UInt8](repeating: 0x20, count: 50_000)
            for _ in 0..<1000 where !test.accepted[0].isClosing { test.accepted[0].write(line) }
            try test.run { test.ended[1000] == .outputOverflow }
        }
    }

    @Test("Through a relay that passes on single bytes the handshake and the data come through")
    func byteWise() throws {
        try withServer { test, kind, address, _ in
            let relay = ByteRelay(test.loop, to: address)
            let entry = try TCPListener(
                try #require(SocketAddress("127.0.0.1:0")), kind: relay.kind, handler: relay)
            defer { entry.close() }
            test.onSecured = { stream in
                if stream.token == 1 { stream.write(Array("hello".utf8)) }
            }
            test.onReceived = { stream, bytes in
                if stream.token >= 1000 { stream.write(bytes) }
            }
            _ = test.loop.connect(to: [entry.address], kind: kind, token: 1)
            try test.run { test.text(1) == "hello" }
        }
    }
}

/// A server that speaks first, in plain text.
private final class Greeter: ListenerHandler {
    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        stream.token = 5
        stream.write(Array("{\"error\":\"plain text only\"}\n".utf8))
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {}
}

/// Passes on what it gets, one byte per write and iteration of the loop.
private final class ByteRelay: StreamHandler, ListenerHandler {
    private let loop: EventLoop
    private let target: SocketAddress
    private var ends: [UInt64: TCPStream] = [:]
    private(set) lazy var kind = StreamKind(loop, handler: self, detectsTLS: false)

    init(_ loop: EventLoop, to target: SocketAddress) {
        self.loop = loop
        self.target = target
    }

    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        stream.token = 0
        stream.pauseReading()
        ends[0] = stream
        ends[1] = loop.connect(to: [target], kind: kind, token: 1)
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {}

    func connected(_ stream: TCPStream) {
        ends[0]?.resumeReading()
    }

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {}

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        stream.pauseReading()
        pass(Array(bytes)[...], from: stream)
    }

    private func pass(_ bytes: ArraySlice<UInt8>, from stream: TCPStream) {
        guard let first = bytes.first else { return stream.resumeReading() }
        ends[1 - stream.token]?.write([first])
        loop.later { [self] in
            if ends[stream.token] != nil { pass(bytes.dropFirst(), from: stream) }
        }
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        ends[stream.token] = nil
        ends[1 - stream.token]?.close()
    }
}
