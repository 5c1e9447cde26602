import EventLoop
import Foundation
import Glibc

/// A connection that speaks in lines, plain or TLS, with a deadline on everything.
final class LineSocket {
    /// Seconds that anything may take.
    static let patience = 20.0

    let descriptor: Int32
    private(set) var tls: TLSPipe?
    private var received: [UInt8] = []
    /// Where in `received` the lines begin that nobody has had.
    private var start = 0
    private var hasEnded = false

    /// Takes over a connected socket.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFL, 0)
        var patience = timeval(tv_sec: Int(Self.patience), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Connects to a port.
    convenience init(
        port: UInt16, _ family: Loopback.Family = .ipv4, isTLS: Bool = false, receiveBuffer: Int32? = nil
    ) throws {
        self.init(descriptor: try Loopback.connect(to: port, family, receiveBuffer: receiveBuffer))
        if isTLS { try secure(TLSPipe(clientOf: .client())) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Does the TLS handshake.
    func secure(_ pipe: TLSPipe) throws {
        let deadline = monotonicSeconds() + Self.patience
        while true {
            let step = Result { try pipe.handshake() }
            // What tells the peer why it failed is sent as well.
            sendRaw(pipe.takeOutput())
            if try step.get() { break }
            guard let bytes = try receive(until: deadline) else {
                throw BuiltProgram.Fault(description: "closed in the TLS handshake")
            }
            pipe.feed(bytes[...])
        }
        tls = pipe
        received += pipe.read()
    }

    // MARK: Sending

    /// Sends a line.
    func send(_ line: String) {
        sendBytes(Array((line + "\n").utf8))
    }

    /// Sends bytes; what the peer does not take any more is lost.
    func sendBytes(_ bytes: [UInt8]) {
        guard let tls else { return sendRaw(bytes) }
        tls.write(bytes)
        sendRaw(tls.takeOutput())
    }

    private func sendRaw(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends as much as the kernel takes at once: the number of bytes, or nil where the peer is gone.
    func sendWhatFits(_ bytes: ArraySlice<UInt8>) -> Int? {
        let count = bytes.withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        if count >= 0 { return count }
        return errno == EAGAIN ? 0 : nil
    }

    /// Says that nothing follows.
    func shutDown() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Ends the connection with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    // MARK: Receiving

    /// The next line; nil where the peer has closed.
    ///
    /// - Throws: where nothing comes in time.
    func line(within seconds: Double = LineSocket.patience) throws -> String? {
        let deadline = monotonicSeconds() + seconds
        var searched = start
        while true {
            if let end = lineFeed(from: searched) {
                let line = String(decoding: received[start..<end], as: UTF8.self)
                start = end + 1
                return line
            }
            received.removeFirst(start)
            start = 0
            searched = received.count
            guard let bytes = try receive(until: deadline) else { return nil }
            if let tls {
                tls.feed(bytes[...])
                received += tls.read()
            } else {
                received += bytes
            }
        }
    }

    /// The next line that holds `part`; others are passed over.
    func line(with part: String, within seconds: Double = LineSocket.patience) throws -> String {
        let deadline = monotonicSeconds() + seconds
        while let line = try line(within: deadline - monotonicSeconds()) {
            if line.contains(part) { return line }
        }
        throw BuiltProgram.Fault(description: "closed while waiting for \(part)")
    }

    /// Reads until the peer closes.
    func waitForClose(within seconds: Double = LineSocket.patience) throws {
        let deadline = monotonicSeconds() + seconds
        while try line(within: deadline - monotonicSeconds()) != nil {}
    }

    /// Whether there is something to read, or the end, within so many seconds.
    func isReadable(within seconds: Double) -> Bool {
        if lineFeed(from: start) != nil { return true }
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, Int32(max(0, seconds * 1000))) > 0
    }

    private func lineFeed(from place: Int) -> Int? {
        received.withUnsafeBytes { bytes in
            guard place < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + place, 10, bytes.count - place)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// The next bytes; nil at the end.
    private func receive(until deadline: Double) throws -> [UInt8]? {
        guard !hasEnded else { return nil }
        while true {
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = Glibc.poll(&poll, 1, Int32(max(0, (deadline - monotonicSeconds()) * 1000)))
            if ready < 0 && errno == EINTR { continue }
            guard ready > 0 else { throw BuiltProgram.Fault(description: "silent for too long") }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 { return Array(chunk[..<count]) }
            if count < 0 && errno == EINTR { continue }
            hasEnded = true
            return nil
        }
    }
}
