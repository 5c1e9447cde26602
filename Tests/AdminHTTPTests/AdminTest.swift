import EventLoop
import Glibc
import Testing

@testable import AdminHTTP

/// A server on a port of its own, the readers that a test makes, and the loop under both.
final class AdminTest: AdminHandler {
    let loop: EventLoop
    private var listening: AdminServer?
    /// The server, from the beginning of the test on.
    var server: AdminServer {
        guard let listening else { preconditionFailure("a test without its server") }
        return listening
    }
    /// What it answers; the path by default.
    var reply: (AdminRequest) -> AdminAnswer = { .document(HTTPDocument(type: "text/plain", Array($0.path.utf8))) }
    /// What was asked so far.
    private(set) var requests: [AdminRequest] = []
    private var readers: [RawReader] = []

    static func run(_ limits: AdminLimits = AdminLimits(), _ body: (AdminTest) throws -> Void) throws {
        let test = try AdminTest(limits)
        try body(test)
        test.readers.forEach { $0.close() }
        test.server.close()
        test.loop.shutdown()
    }

    private init(_ limits: AdminLimits) throws {
        loop = try EventLoop()
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        listening = try AdminServer(loop, address: address, limits: limits, handler: self)
    }

    func answer(_ request: AdminRequest) -> AdminAnswer {
        requests.append(request)
        return reply(request)
    }

    /// A connected reader that has sent `text`.
    func reader(_ text: String = "", _ location: SourceLocation = #_sourceLocation) throws -> RawReader {
        let reader = try #require(RawReader(port: server.address.port), sourceLocation: location)
        readers.append(reader)
        reader.send(text)
        return reader
    }

    /// What is answered to `text` until the connection's end.
    func answer(to text: String, _ location: SourceLocation = #_sourceLocation) throws -> String {
        let reader = try reader(text, location)
        try run(until: { reader.isAtEnd }, location)
        return reader.text
    }

    /// Runs the loop until `condition` holds, for at most `seconds`.
    func run(
        seconds: Double = 20, until condition: @escaping () -> Bool, _ location: SourceLocation = #_sourceLocation
    ) throws {
        loop.updateNow()
        let deadline = loop.now.adding(seconds: seconds)
        var isTimedOut = false
        var timer: LoopTimer?
        timer = try LoopTimer(loop) { [unowned self] in
            readers.forEach { $0.read() }
            isTimedOut = loop.now >= deadline
            if isTimedOut || condition() { loop.stop() } else { timer?.arm(at: loop.now.adding(milliseconds: 2)) }
        }
        timer?.arm(at: loop.now)
        loop.run()
        timer?.close()
        #expect(!isTimedOut, "the condition never held", sourceLocation: location)
    }
}

/// A reader by its bytes.
final class RawReader {
    private var descriptor: Int32
    /// What has come.
    private(set) var bytes: [UInt8] = []
    /// The server has ended the connection.
    private(set) var isAtEnd = false
    /// Nothing is taken from the socket.
    var isDeaf = false

    init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { return nil }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Sends as much of it as the socket takes at once.
    /// - Returns: whether that was all.
    @discardableResult
    func send(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) == $0.count }
    }

    func read() {
        guard !isDeaf, !isAtEnd, descriptor >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes += buffer[..<count]
                continue
            }
            if count == 0 || errno != EAGAIN { isAtEnd = true }
            return
        }
    }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }
}
