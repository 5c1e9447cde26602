import CLibuv
import Glibc

/// A pool that does what the test says.
final class ScriptedPool {
    /// What is configured for it, besides the address.
    struct Options {
        /// Speaks TLS with this certificate.
        var certificate: TestCertificate?
        /// Owns byte 42 and says so, as an XvB node.
        var ownsByte = false
        var family = Loopback.Family.ipv4
        /// More members of the pool object in the proxy's configuration.
        var configuration = ""
        var backlog: Int32 = 64
        /// Speaks TLS 1.1 and older only.
        var isOld = false
    }

    private(set) var options: Options
    let port: UInt16
    private var descriptor: Int32
    /// Keeps the port ours while nobody listens: another test that runs now would be given it otherwise.
    private let reservation: Int32
    private var jobs = 0

    init(_ options: Options = Options()) throws {
        self.options = options
        (reservation, port) = try Loopback.reserve(options.family)
        do {
            (descriptor, _) = try Loopback.listen(options.family, port: port, backlog: options.backlog)
        } catch {
            close(reservation)
            throw error
        }
    }

    /// A pool as XvB runs it: TLS, and byte 42 belongs to it.
    static func nicehash(_ certificate: TestCertificate) throws -> ScriptedPool {
        try ScriptedPool(Options(certificate: certificate, ownsByte: true))
    }

    deinit {
        stopListening()
        close(reservation)
    }

    /// The address, as the log writes it.
    var address: String { options.family.address(port) }

    /// The pool object for the proxy's configuration.
    var configuration: String {
        "{ \"url\": \"\(address)\", \"tls\": \(options.certificate != nil)\(options.configuration) }"
    }

    /// Refuses connections from now on.
    func stopListening() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }

    /// Listens again on the same port.
    func listenAgain() throws {
        (descriptor, _) = try Loopback.listen(options.family, port: port, backlog: options.backlog)
    }

    /// Shows another certificate from now on.
    func renew(_ certificate: TestCertificate) {
        options.certificate = certificate
    }

    /// Accepts the next connection, without TLS.
    func acceptPlain(within seconds: Double = LineSocket.patience) throws -> LineSocket {
        guard waitForConnection(within: seconds) else {
            throw BuiltProgram.Fault(description: "nobody connected to the pool")
        }
        let connection = loop_accept(descriptor, nil, nil)
        guard connection >= 0 else { throw BuiltProgram.Fault(description: "can't accept: errno \(errno)") }
        return LineSocket(descriptor: connection)
    }

    /// Whether a connection comes within so many seconds.
    func waitForConnection(within seconds: Double) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = monotonicSeconds() + seconds
        while true {
            let ready = Glibc.poll(&poll, 1, Int32(max(0, (deadline - monotonicSeconds()) * 1000)))
            if ready < 0 && errno == EINTR { continue }
            return ready > 0
        }
    }

    /// Accepts the next connection, with TLS where the pool has it.
    func accept(within seconds: Double = LineSocket.patience) throws -> LineSocket {
        let connection = try acceptPlain(within: seconds)
        guard let certificate = options.certificate else { return connection }
        let pipe = try TLSPipe(server: certificate)
        if options.isOld { pipe.becomeOld() }
        try connection.secure(pipe)
        return connection
    }

    /// Accepts a connection and answers its login with a job.
    func acceptLogin(_ first: PoolJobText? = nil, within seconds: Double = LineSocket.patience) throws -> ScriptedLane {
        let lane = ScriptedLane(try accept(within: seconds), pool: self)
        try lane.receiveLogin()
        lane.answerLogin(first ?? job())
        return lane
    }

    /// A job with a blob of its own.
    func job(_ change: (inout PoolJobText) -> Void = { _ in }) -> PoolJobText {
        jobs += 1
        var job = PoolJobText(number: jobs, salt: Int(port), ownsByte: options.ownsByte)
        change(&job)
        return job
    }
}

/// A job as a pool writes it; every member's JSON can be replaced by whatever a test wants.
struct PoolJobText {
    /// Members in order: name and JSON.
    var members: [(name: String, json: String)]

    /// A good job of p2pool's shape, with members that nobody knows.
    init(number: Int, salt: Int, ownsByte: Bool) {
        let head = "1010" + String(1_000_000 + number * 7919 + salt)
        let nonce = ownsByte ? "000000a7" : "00000000"
        let blob = head + String(repeating: "5", count: 78 - head.count) + nonce + String(repeating: "7", count: 66)
        members = [
            ("blob", "\"\(blob)\""), ("job_id", "\"j\(number)\""), ("target", "\"ffffff00\""), ("algo", "\"rx/0\""),
            ("height", "\(3_000_000 + number)"), ("seed_hash", "\"\(String(repeating: "a", count: 64))\""),
            ("unknown", Self.unknown),
        ]
    }

    /// What must travel unchanged, escapes, order and blanks included.
    static let unknown = "[1, 2.50,{\"b\" : null,\"a\":\"\\u00e9\\\\\"}]"

    /// The JSON of one member; nil removes it.
    subscript(_ name: String) -> String? {
        get { members.first { $0.name == name }?.json }
        set {
            let place = members.firstIndex { $0.name == name }
            if let place { members.remove(at: place) }
            if let newValue { members.insert((name, newValue), at: place ?? members.endIndex) }
        }
    }

    /// Contents of a string member.
    func text(_ name: String) -> String {
        String((self[name] ?? "").dropFirst().dropLast())
    }

    /// The job object.
    var json: String {
        "{" + members.map { "\"\($0.name)\":\($0.json)" }.joined(separator: ",") + "}"
    }

    /// The line that announces it.
    var notification: String {
        "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":\(json)}"
    }
}

/// A pool's end of one connection of the proxy.
final class ScriptedLane {
    let socket: LineSocket
    /// The login line.
    private(set) var login = ""
    private let pool: ScriptedPool

    init(_ socket: LineSocket, pool: ScriptedPool) {
        self.socket = socket
        self.pool = pool
    }

    /// A share as it came to the pool.
    struct Share {
        var line: String
        /// Id of the request.
        var id: Int
        /// The pool's own job id.
        var job: String
        var nonce: String
    }

    /// Waits for the login.
    func receiveLogin() throws {
        login = try socket.line(with: "\"login\"")
    }

    /// Answers the login.
    func answerLogin(_ job: PoolJobText) {
        let extensions = pool.options.ownsByte ? "\"algo\",\"nicehash\",\"keepalive\"" : "\"algo\""
        socket.send(
            "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"s1\",\"job\":\(job.json),"
                + "\"extensions\":[\(extensions)],\"status\":\"OK\"}}")
    }

    /// Sends a job, a new one where none is given.
    @discardableResult
    func sendJob(_ job: PoolJobText? = nil) -> PoolJobText {
        let job = job ?? pool.job()
        socket.send(job.notification)
        return job
    }

    /// The next share.
    func share() throws -> Share {
        let line = try socket.line(with: "\"submit\"")
        let object = try JSONText.object(line)
        guard let id = object["id"] as? Int, let params = object["params"] as? [String: Any],
            let job = params["job_id"] as? String, let nonce = params["nonce"] as? String
        else { throw BuiltProgram.Fault(description: "no share: \(line)") }
        return Share(line: line, id: id, job: job, nonce: nonce)
    }

    /// Accepts a share.
    func accept(_ share: Share) {
        socket.send("{\"id\":\(share.id),\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"status\":\"OK\"}}")
    }

    /// Refuses a share with these words, which are escaped here.
    func refuse(_ share: Share, _ text: String) {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        refuse(share, error: "{\"message\":\"\(escaped)\"}")
    }

    /// Refuses a share with this JSON as error.
    func refuse(_ share: Share, error: String) {
        socket.send("{\"id\":\(share.id),\"jsonrpc\":\"2.0\",\"error\":\(error)}")
    }
}
