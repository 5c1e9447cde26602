import Glibc
import ProxyTerms
import Testing

@testable import EventLoop

@Suite("Plain streams")
struct PlainStreamTests {
    @Test("Bytes travel both ways", arguments: ["127.0.0.1:0"] + (Loopback.hasIPv6 ? ["[::1]:0"] : []))
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

    @Test("What the kernel does not take at once arrives later, in order")
    func manyBytes() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test, outputLimit: 64_000_000)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let sent = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            test.onConnected = { stream in
                for start in Swift.stride(from: 0, to: sent.count, by: 100_000) {
                    stream.write(Array(sent[start..<start + 100_000]))
                }
                #expect(stream.pendingOutput > 0)
            }
            let client = test.loop.connect(to: [listener.address], kind: kind, token: 1)
            try test.run { (test.received[1000]?.count ?? 0) >= sent.count }
            #expect(test.received[1000] == sent)
            try test.run { client.pendingOutput == 0 }
        }
    }

    @Test("A peer that does not read is dropped when its output outgrows the limit")
    func overflow() throws {
        try LoopTest.run { test in
            let limit = 100_000
            let kind = StreamKind(test.loop, handler: test, outputLimit: limit)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let peer = try RawSocket(port: listener.address.port, receiveBuffer: 4096)
            try test.run { test.accepted.count == 1 }
            let stream = test.accepted[0]
            let line = [UInt8](repeating: 0x20, count: 400)
            var count = 0
            while !stream.isClosing, count < 10_000_000 {
                stream.write(line)
                #expect(stream.pendingOutput <= limit)
                count += line.count
            }
            #expect(test.ended.isEmpty, "told from inside of write")
            try test.run { test.ended.count == 1 }
            #expect(test.ended == [1000: .outputOverflow])
            _ = peer
        }
    }

    @Test("A write to a connection that was reset is reported later, from the loop")
    func writeToReset() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            var peer: RawSocket? = try RawSocket(port: listener.address.port)
            try test.run { test.accepted.count == 1 }
            peer?.resetOnClose()
            peer = nil
            test.accepted[0].write([1])
            test.accepted[0].write([2])
            #expect(test.ended.isEmpty)
            try test.run { test.ended.count == 1 }
            #expect([.failed("ECONNRESET"), .failed("EPIPE")].contains(test.ended[1000]))
        }
    }

    @Test("finish() delivers what waits, then ends the stream")
    func finish() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test, outputLimit: 20_000_000)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let farewell = [UInt8](repeating: 7, count: 10_000_000)
            test.onAccepted = { stream in
                stream.write(farewell)
                stream.finish()
                stream.write([1, 2, 3])
            }
            // What comes meanwhile must not turn the end into a reset, which would cost the peer the farewell.
            test.onConnected = { $0.write([UInt8](repeating: 1, count: 100_000)) }
            _ = test.loop.connect(to: [listener.address], kind: kind, token: 1)
            try test.run { test.ended.count == 2 }
            #expect(test.received[1] == farewell)
            #expect(test.received[1000] == nil, "delivered after finish()")
            #expect(test.ended == [1: .peerClosed, 1000: .finished])
        }
    }

    @Test("A finished stream does not wait for its peer for ever", arguments: [false, true])
    func lingering(isBlocked: Bool) throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test, outputLimit: 20_000_000)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            let peer = try RawSocket(port: listener.address.port)
            try test.run { test.accepted.count == 1 }
            test.accepted[0].write([UInt8](repeating: 7, count: isBlocked ? 20_000_000 : 1))
            test.accepted[0].finish()
            try test.runBriefly()
            test.loop.sweepLingering()
            try test.runBriefly()
            #expect(test.ended.isEmpty)
            test.loop.sweepLingering()
            try test.run { test.ended.count == 1 }
            #expect(test.ended[1000] == (isBlocked ? .outputOverflow : .finished))
            _ = peer
        }
    }

    @Test("Nothing is heard of a stream after closed, and closed is heard once")
    func silenceAfterClosed() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            test.onReceived = { stream, _ in
                stream.close()
                stream.close(.outputOverflow)
                stream.finish()
                stream.write([1])
                stream.pauseReading()
                stream.resumeReading()
            }
            let peer = try RawSocket(port: listener.address.port)
            peer.send([UInt8](repeating: 1, count: 10))
            try test.run { test.ended.count == 1 }
            try test.runBriefly()
            #expect(test.log == ["accepted 1000", "received 1000", "closed 1000"])
            #expect(test.ended == [1000: .requested])
        }
    }

    @Test("A connection can be turned away when it is accepted")
    func turnAway() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            test.onAccepted = { $0.close() }
            let peer = try RawSocket(port: listener.address.port)
            peer.send([1])
            try test.run { test.ended.count == 1 }
            #expect(test.log == ["accepted 1000", "closed 1000"])
            #expect(peer.receive() == nil)
        }
    }

    @Test("A paused stream leaves bytes in the kernel until it is resumed")
    func pause() throws {
        try LoopTest.run { test in
            let kind = StreamKind(test.loop, handler: test)
            let listener = try test.listen(kind: kind)
            defer { listener.close() }
            test.onAccepted = { $0.pauseReading() }
            let peer = try RawSocket(port: listener.address.port)
            peer.send([1, 2])
            try test.run { test.accepted.count == 1 }
            try test.runBriefly()
            #expect(test.received.isEmpty)
            test.accepted[0].resumeReading()
            try test.run { test.received[1000] == [1, 2] }
        }
    }

    @Test("An idle stream costs one small block of memory")
    func size() {
        #expect(MemoryLayout<StreamRecord>.offset(of: \.tcp) == 0)
        // malloc rounds to 16 bytes and keeps 8 for itself: 320 in all.
        #expect(MemoryLayout<StreamRecord>.size <= 304)
        #expect(_isPOD(StreamRecord.self), "made by malloc, so nothing in it may be counted by Swift")
    }
}
