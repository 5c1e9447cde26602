import CLoadGenerator
import Glibc

/// Who uses a connection.
protocol LineReceiver: AnyObject {
    /// The connection stands (and TLS, where there is any): lines can be sent.
    func opened(_ connection: Connection)
    /// A line has come, without its line feed. It is valid during the call only.
    func received(_ line: UnsafeRawBufferPointer, on connection: Connection)
    /// All lines of one read were handed over.
    func drained(_ connection: Connection)
    /// The peer has ended the connection.
    func ended(_ connection: Connection)
}

/// A line-wise TCP connection, plain or as a TLS client.
final class Connection: Watcher {
    private let reactor: Reactor
    private unowned let receiver: any LineReceiver
    private let descriptor: Int32
    private var ssl: OpaquePointer?
    private var isOpening: Bool
    private var isClosed = false
    private var partial: [UInt8] = []
    private var unsent: [UInt8] = []

    /// A connection on a socket that is connected or connecting. `tls` is OpenSSL's context where it is to be encrypted.
    init(
        _ reactor: Reactor, _ descriptor: Int32, isConnected: Bool, tls: OpaquePointer? = nil,
        _ receiver: any LineReceiver
    ) {
        self.reactor = reactor
        self.receiver = receiver
        self.descriptor = descriptor
        isOpening = !isConnected
        if let tls {
            ssl = SSL_new(tls)
            SSL_set_fd(ssl, descriptor)
            SSL_set_connect_state(ssl)
        }
        reactor.watch(descriptor, isOpening ? Reactor.output : Reactor.input, self)
    }

    deinit {
        close()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        reactor.forget(descriptor)
        if let ssl { SSL_free(ssl) }
        ssl = nil
        Sockets.reset(descriptor)
    }

    func send(_ bytes: [UInt8]) {
        guard !isClosed, !bytes.isEmpty else { return }
        if !unsent.isEmpty {
            unsent.append(contentsOf: bytes)
            return
        }
        let written = bytes.withUnsafeBytes { write($0) }
        guard written < bytes.count else { return }
        unsent.append(contentsOf: bytes[max(0, written)...])
        reactor.change(descriptor, Reactor.input | Reactor.output)
    }

    func ready(_ events: UInt32) {
        if isOpening { return open() }
        if events & Reactor.output != 0 { flush() }
        if events & ~Reactor.output != 0 { receive() }
    }

    private func open() {
        if let ssl {
            let status = SSL_do_handshake(ssl)
            if status != 1 {
                switch SSL_get_error(ssl, status) {
                case SSL_ERROR_WANT_READ: return reactor.change(descriptor, Reactor.input)
                case SSL_ERROR_WANT_WRITE: return reactor.change(descriptor, Reactor.output)
                default: return end()
                }
            }
        } else {
            var error: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
            guard error == 0 else { return end() }
        }
        isOpening = false
        reactor.change(descriptor, Reactor.input)
        receiver.opened(self)
    }

    private func flush() {
        let written = unsent.withUnsafeBytes { write($0) }
        if written > 0 { unsent.removeFirst(written) }
        if unsent.isEmpty { reactor.change(descriptor, Reactor.input) }
    }

    private func receive() {
        while !isClosed {
            let count = read(into: reactor.buffer)
            guard count > 0 else {
                if count == 0 { end() }
                break
            }
            split(UnsafeRawBufferPointer(rebasing: reactor.buffer[..<count]))
            if count < reactor.buffer.count, ssl == nil { break }
        }
        if !isClosed { receiver.drained(self) }
    }

    private func split(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while let start = rest.baseAddress, let feed = memchr(start, 10, rest.count) {
            let count = UnsafeRawPointer(feed) - start
            let piece = UnsafeRawBufferPointer(start: start, count: count)
            if partial.isEmpty {
                receiver.received(piece, on: self)
            } else {
                partial.append(contentsOf: piece)
                partial.withUnsafeBytes { receiver.received($0, on: self) }
                partial.removeAll(keepingCapacity: true)
            }
            if isClosed { return }
            rest = UnsafeRawBufferPointer(rebasing: rest[(count + 1)...])
        }
        partial.append(contentsOf: rest)
    }

    private func end() {
        guard !isClosed else { return }
        close()
        receiver.ended(self)
    }

    /// Bytes written; 0 or less where none were taken.
    private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let ssl { return Int(SSL_write(ssl, bytes.baseAddress, Int32(bytes.count))) }
        return Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Bytes read; 0 at the end of the stream, less where nothing is there yet.
    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let ssl else {
            let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            return count < 0 && errno != EAGAIN ? 0 : count
        }
        let count = SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
        guard count <= 0 else { return Int(count) }
        return SSL_get_error(ssl, count) == SSL_ERROR_WANT_READ ? -1 : 0
    }
}
