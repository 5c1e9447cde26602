import Foundation
import Glibc

/// A blocking loopback socket that speaks in lines, with a deadline on everything.
final class LineSocket {
    private let descriptor: Int32
    private var text: [UInt8] = []

    /// Takes over a connected socket.
    init(descriptor: Int32, seconds: Int = 20) {
        self.descriptor = descriptor
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects to a loopback port.
    convenience init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let status = Self.loopback(port) { connect(descriptor, $0, $1) }
        guard status == 0 else { throw BuiltProgram.Fault(description: "can't connect to port \(port): \(errno)") }
        self.init(descriptor: descriptor)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends a line.
    func send(_ line: String) {
        sendBytes(Array((line + "\n").utf8))
    }

    /// Sends bytes as they are; what the peer does not take any more is lost.
    func sendBytes(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// The next line; nil where the peer has closed.
    ///
    /// - Throws: where nothing comes in time.
    func line() throws -> String? {
        while true {
            if let end = text.firstIndex(of: 10) {
                let line = String(decoding: text[..<end], as: UTF8.self)
                text.removeFirst(end + 1)
                return line
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 {
                text += chunk[..<count]
            } else if count == 0 || errno == ECONNRESET {
                return nil
            } else {
                throw BuiltProgram.Fault(description: "silent for too long")
            }
        }
    }

    /// The next line that holds `part`; others are passed over.
    func line(with part: String) throws -> String {
        while let line = try line() {
            if line.contains(part) { return line }
        }
        throw BuiltProgram.Fault(description: "closed while waiting for \(part)")
    }

    /// Reads until the peer closes.
    func waitForClose() throws {
        while try line() != nil {}
    }

    static func loopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}

/// A pool that does what the test says.
final class ScriptedPool {
    private let descriptor: Int32
    let port: UInt16
    private var jobs = 0

    init() throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        descriptor = socket
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let bound = LineSocket.loopback(0) { bind(socket, $0, $1) }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let named = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard bound == 0, listen(socket, 16) == 0, named == 0 else {
            throw BuiltProgram.Fault(description: "no port for a pool")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Accepts the next connection.
    func accept() throws -> LineSocket {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { throw BuiltProgram.Fault(description: "nobody connected to the pool") }
        return LineSocket(descriptor: connection)
    }

    /// Accepts a connection and answers its login with a job.
    func acceptLogin() throws -> LineSocket {
        let lane = try accept()
        _ = try lane.line(with: "\"login\"")
        lane.send(
            "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"s1\",\"job\":\(job()),"
                + "\"extensions\":[\"algo\"],\"status\":\"OK\"}}")
        return lane
    }

    /// A job object with a blob of its own, and a member that nobody knows.
    func job(target: String = "ffffff00") -> String {
        jobs += 1
        let number = String(1_000_000 + jobs * 7919 + Int(port))
        let blob =
            "1010" + number + String(repeating: "5", count: 74 - number.count) + "00000000"
            + String(repeating: "7", count: 66)
        return
            "{\"blob\":\"\(blob)\",\"job_id\":\"j\(jobs)\",\"target\":\"\(target)\",\"algo\":\"rx/0\",\"height\":100,"
            + "\"seed_hash\":\"\(String(repeating: "a", count: 64))\",\"unknown\":[1,2]}"
    }
}
