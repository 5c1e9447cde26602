import EventLoop
import Glibc
import ProxyTerms
import Testing

/// One loop with a handler that writes down what it hears, for tests with real sockets.
///
/// A test runs the loop until a condition holds; a deadline of a minute makes a hang a failure: a name
/// server that never answers takes the resolver ten seconds and more.
final class LoopTest: StreamHandler, ListenerHandler {
    /// What the handler has heard, in words, with the stream's token.
    var log: [String] = []
    /// Bytes received, by token.
    var received: [UInt64: [UInt8]] = [:]
    /// Why streams have ended, by token. A second end of the same stream is an issue.
    var ended: [UInt64: CloseReason] = [:]
    /// What TLS handshakes told, by token.
    var secured: [UInt64: TLSPeer] = [:]
    /// Accepted streams, in order; their tokens count from 1000.
    var accepted: [TCPStream] = []
    /// Connections turned away.
    var turnedAway = 0
    /// Pauses for want of a spare descriptor.
    var pauses = 0

    /// What else to do.
    var onConnected: (TCPStream) -> Void = { _ in }
    var onSecured: (TCPStream) -> Void = { _ in }
    var onAccepted: (TCPStream) -> Void = { _ in }
    var onReceived: (TCPStream, [UInt8]) -> Void = { _, _ in }
    var onClosed: (TCPStream) -> Void = { _ in }

    let loop: EventLoop
    private var isCalled = false

    init() throws {
        loop = try EventLoop()
    }

    /// Runs `body` and frees the loop's descriptors.
    static func run(_ body: (LoopTest) throws -> Void) throws {
        let test = try LoopTest()
        defer { test.loop.shutdown() }
        try body(test)
    }

    /// Runs the loop until `condition` holds.
    func run(until condition: @escaping () -> Bool, _ location: SourceLocation = #_sourceLocation) throws {
        var isTimedOut = false
        let deadline = try LoopTimer(loop) { [loop] in
            isTimedOut = true
            loop.stop()
        }
        loop.updateNow()
        deadline.arm(at: loop.now.adding(seconds: 60))
        loop.afterEvents = { [loop] in
            if condition() { loop.stop() }
        }
        loop.run()
        loop.afterEvents = {}
        deadline.close()
        guard isTimedOut else { return }
        Issue.record("nothing more happened; heard so far: \(log), ended: \(ended)", sourceLocation: location)
    }

    /// Runs the loop for some iterations in which nothing is expected.
    func runBriefly(milliseconds: Int64 = 50) throws {
        var isOver = false
        let timer = try LoopTimer(loop) { isOver = true }
        loop.updateNow()
        timer.arm(at: loop.now.adding(milliseconds: milliseconds))
        try run { isOver }
    }

    /// A listener on a port of the system's choice.
    func listen(_ address: String = "127.0.0.1:0", kind: StreamKind) throws -> TCPListener {
        try TCPListener(try #require(SocketAddress(address)), kind: kind, handler: self)
    }

    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        stream.token = 1000 + UInt64(accepted.count)
        accepted.append(stream)
        hear("accepted \(stream.token)") { onAccepted(stream) }
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {
        turnedAway += count
        if count == 0 { pauses += 1 }
    }

    func connected(_ stream: TCPStream) {
        hear("connected \(stream.token)") { onConnected(stream) }
    }

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {
        #expect(secured[stream.token] == nil)
        secured[stream.token] = peer
        hear("secured \(stream.token)") { onSecured(stream) }
    }

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        #expect(!bytes.isEmpty)
        received[stream.token, default: []] += bytes
        hear("received \(stream.token)") { onReceived(stream, [UInt8](bytes)) }
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        #expect(ended[stream.token] == nil, "closed twice")
        ended[stream.token] = reason
        hear("closed \(stream.token)") { onClosed(stream) }
    }

    /// Does what a test wants to do in a callback. A callback from inside of it would be re-entrant.
    private func hear(_ what: String, _ action: () -> Void) {
        #expect(!isCalled, "called back from inside a call")
        log.append(what)
        isCalled = true
        action()
        isCalled = false
    }

    /// Text received by a stream.
    func text(_ token: UInt64) -> String {
        String(decoding: received[token] ?? [], as: UTF8.self)
    }
}
