import EventLoop
import Foundation
import ProxyTerms

/// A small web server on the loop of a test, plain and TLS on one port of the system's choice, that answers as badly as
/// it is told to.
final class WebServer: StreamHandler, ListenerHandler {
    /// A request that came in.
    struct Request: Equatable {
        var path: String
        /// With names in lower case.
        var headers: [String: String]
        /// Which connection it came on, counted from 0.
        var connection: UInt64
        var method = "GET"
        /// What was sent with it.
        var body = ""
    }

    /// What the server does about a request.
    enum Answer {
        /// A complete answer; the connection stays open.
        case reply(Int, headers: [String] = [], body: [UInt8] = [])
        /// These bytes, then the end of the connection.
        case raw(String)
        /// A beginning, then this piece again and again, as fast as it is read.
        case endless(String, piece: [UInt8])
        /// A beginning, then a byte of the rest in every so many milliseconds.
        case drip(String, rest: String, milliseconds: Int64)
        /// Nothing at all.
        case silence

        /// A complete answer with status 200 and a text.
        static func text(_ text: String, headers: [String] = []) -> Answer {
            .reply(200, headers: headers, body: Array(text.utf8))
        }
    }

    /// Says what to do about each request.
    var answer: (Request) -> Answer
    /// The requests, in order.
    private(set) var requests: [Request] = []
    /// Connections accepted, also those that never asked for anything.
    private(set) var connections: UInt64 = 0
    /// Connections that have ended.
    private(set) var ended = 0
    /// Bytes that were handed to the kernel or wait for it.
    private(set) var sent = 0

    private let loop: EventLoop
    private var kind: StreamKind?
    private var listener: TCPListener?
    private var streams: [UInt64: TCPStream] = [:]
    private var received: [UInt64: [UInt8]] = [:]
    private var timers: [UInt64: LoopTimer] = [:]

    init(_ loop: EventLoop, tls: TLSContext? = nil, answer: @escaping (Request) -> Answer = { _ in .text("{}") }) throws
    {
        self.loop = loop
        self.answer = answer
        let kind = StreamKind(loop, handler: self, tls: tls, outputLimit: 32 << 20)
        self.kind = kind
        guard let address = SocketAddress("127.0.0.1:0") else { throw SetUpError(text: "no address") }
        listener = try TCPListener(address, kind: kind, handler: self)
    }

    var port: UInt16 { listener?.address.port ?? 0 }
    /// The beginning of its plain address.
    var plain: String { "http://127.0.0.1:\(port)" }
    /// The beginning of its address with TLS; the certificate is one of this name.
    var secure: String { "https://localhost:\(port)" }

    /// Ends all connections and accepts no more.
    func stop() {
        listener?.close()
        for stream in streams.values { stream.close() }
    }

    /// Ends the connections and stays.
    func dropConnections() {
        for stream in streams.values { stream.close() }
    }

    // MARK: Streams

    func accepted(_ stream: TCPStream, from peer: SocketAddress, on listener: TCPListener) {
        stream.token = connections
        streams[connections] = stream
        connections += 1
    }

    func overloaded(_ listener: TCPListener, turnedAway count: Int) {}

    func connected(_ stream: TCPStream) {}

    func secured(_ stream: TCPStream, _ peer: TLSPeer) {}

    func received(_ stream: TCPStream, _ bytes: UnsafeRawBufferPointer) {
        received[stream.token, default: []] += bytes
        let text = String(decoding: received[stream.token] ?? [], as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let words = lines[0].split(separator: " ")
        let rest = Array(text[end.upperBound...].utf8)
        let length = Int(headers["content-length"] ?? "") ?? 0
        guard rest.count >= length else { return }
        received[stream.token] = Array(rest[length...])
        let request = Request(
            path: words.count > 1 ? String(words[1]) : "", headers: headers, connection: stream.token,
            method: words.first.map(String.init) ?? "", body: String(decoding: rest[..<length], as: UTF8.self))
        requests.append(request)
        perform(answer(request), on: stream)
    }

    func closed(_ stream: TCPStream, _ reason: CloseReason) {
        ended += 1
        streams[stream.token] = nil
        timers.removeValue(forKey: stream.token)?.close()
    }

    // MARK: Answers

    private func perform(_ answer: Answer, on stream: TCPStream) {
        switch answer {
        case .reply(let status, let headers, let body):
            let head = ["HTTP/1.1 \(status) Test", "Content-Length: \(body.count)"] + headers
            write(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body, to: stream)
        case .raw(let text):
            write(Array(text.utf8), to: stream)
            stream.finish()
        case .endless(let beginning, let piece):
            write(Array(beginning.utf8), to: stream)
            every(1, stream) { [weak self] in
                // Only what the peer has room for: it counts what was sent.
                while stream.pendingOutput == 0, !stream.isClosing { self?.write(piece, to: stream) }
            }
        case .drip(let beginning, let rest, let milliseconds):
            write(Array(beginning.utf8), to: stream)
            var left = Array(rest.utf8)[...]
            every(milliseconds, stream) { [weak self] in
                if let byte = left.popFirst() { self?.write([byte], to: stream) }
            }
        case .silence:
            break
        }
    }

    private func write(_ bytes: [UInt8], to stream: TCPStream) {
        sent += bytes.count
        stream.write(bytes)
    }

    private func every(_ milliseconds: Int64, _ stream: TCPStream, _ action: @escaping () -> Void) {
        let token = stream.token
        timers[token] = try? LoopTimer(loop) { [weak self] in
            guard let self else { return }
            timers[token]?.arm(at: loop.now.adding(milliseconds: milliseconds))
            action()
        }
        timers[token]?.arm(at: loop.now.adding(milliseconds: milliseconds))
    }
}
