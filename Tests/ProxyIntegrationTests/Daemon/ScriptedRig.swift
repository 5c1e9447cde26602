import Foundation
import Testing

/// Reads lines as JSON.
enum JSONText {
    /// The object that a line is.
    static func object(_ line: String) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
            throw BuiltProgram.Fault(description: "no object: \(line)")
        }
        return object
    }
}

/// A job as a rig got it.
struct RigJob {
    var line: String
    var id: String
    var blob: String
    var target: String

    /// Byte 42, two digits: the last of the nonce.
    var slot: String { String(blob.dropFirst(84).prefix(2)) }
    /// The blob without its nonce.
    var work: String { String(blob.prefix(78) + blob.dropFirst(86)) }
}

/// A rig that does what the test says, and checks that what it is sent suits xmrig (docs/protocol.md#xmrig,
/// docs/protocol.md#job-fields): strict JSON, whole jobs under ids of their own, one answer to a request.
final class ScriptedRig {
    /// What came in answer to a request.
    struct Reply {
        var line: String
        /// The text of an error; nil where there was none.
        var error: String?
        /// `result.status`.
        var status: String?
    }

    let socket: LineSocket
    /// What the answer to the login said.
    private(set) var session = ""
    private(set) var extensions: [String] = []
    /// Jobs received that nobody has asked for yet.
    private var jobs: [RigJob] = []
    private var jobIDs: Set<String> = []
    private var replies: [Int: Reply] = [:]
    private var nextID = 2

    init(_ socket: LineSocket) {
        self.socket = socket
    }

    // MARK: Requests

    /// Logs in as xmrig does.
    func logIn(user: String = "rig+100", pass: String = "x", agent: String = "XMRig/6.26.0", more: String = "") {
        socket.send(
            "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"\(user)\",\"pass\":\"\(pass)\","
                + "\"agent\":\"\(agent)\",\"algo\":[\"cn/0\",\"rx/0\",\"rx/2\"]\(more)}}")
    }

    /// The result of a hash that meets every target here.
    static let good = String(repeating: "0", count: 48) + "0100000000000000"

    /// Submits a share. `nonce` is its first six digits.
    /// - Returns: the id of the request.
    @discardableResult
    func submit(
        _ job: RigJob, nonce: String = "010000", result: String = ScriptedRig.good, more: String = ""
    ) -> Int {
        request(
            "submit",
            "{\"id\":\"\(session)\",\"job_id\":\"\(job.id)\",\"nonce\":\"\(nonce)\(job.slot)\",\"result\":\"\(result)\""
                + "\(more)}")
    }

    /// Sends a request.
    /// - Returns: its id.
    @discardableResult
    func request(_ method: String, _ params: String) -> Int {
        nextID += 1
        socket.send("{\"id\":\(nextID),\"jsonrpc\":\"2.0\",\"method\":\"\(method)\",\"params\":\(params)}")
        return nextID
    }

    // MARK: What comes

    /// The next job, from the answer to the login or a notification.
    func job(within seconds: Double = LineSocket.patience) throws -> RigJob {
        let deadline = monotonicSeconds() + seconds
        while jobs.isEmpty { try receive(within: deadline - monotonicSeconds()) }
        return jobs.removeFirst()
    }

    /// The next job, where one has come already.
    var waitingJob: RigJob? { jobs.isEmpty ? nil : jobs.removeFirst() }

    /// The next job whose blob is that of `pool`'s.
    func job(of wanted: PoolJobText) throws -> RigJob {
        let blob = wanted.text("blob")
        while true {
            let job = try job()
            if job.work == blob.prefix(78) + blob.dropFirst(86) { return job }
        }
    }

    /// The answer to a request.
    func reply(to id: Int, within seconds: Double = LineSocket.patience) throws -> Reply {
        let deadline = monotonicSeconds() + seconds
        while true {
            if let reply = replies[id] { return reply }
            try receive(within: deadline - monotonicSeconds())
        }
    }

    /// Asks for a sign of life and takes all that comes before it: nothing else was under way.
    /// - Returns: the jobs that came.
    @discardableResult
    func settle() throws -> [RigJob] {
        let reply = try reply(to: request("keepalived", "{\"id\":\"\(session)\"}"))
        #expect(reply.status == "KEEPALIVED")
        defer { jobs = [] }
        return jobs
    }

    private func receive(within seconds: Double) throws {
        guard let line = try socket.line(within: max(0, seconds)) else {
            throw BuiltProgram.Fault(description: "the proxy has closed the rig's connection")
        }
        let object = try JSONText.object(line)
        #expect(object["jsonrpc"] as? String == "2.0")
        if let method = object["method"] {
            #expect(method as? String == "job" && object["id"] == nil, "\(line)")
            try take(object["params"], line)
        } else {
            try takeReply(object, line)
        }
    }

    private func takeReply(_ object: [String: Any], _ line: String) throws {
        let id = try #require(object["id"] as? Int, "\(line)")
        let error = object["error"] as? [String: Any]
        let result = object["result"] as? [String: Any]
        #expect((error == nil) != (result == nil), "\(line)")
        let text = try error.map { try #require($0["message"] as? String, "\(line)") }
        // A second answer would be taken for that of a later request.
        #expect(
            replies.updateValue(Reply(line: line, error: text, status: result?["status"] as? String), forKey: id) == nil
        )
        for reason in ["invalid job id", "unauthenticated", "your ip is banned", "ip address currently banned"] {
            #expect(text?.lowercased().hasPrefix(reason) != true, "xmrig hangs up on this (rule 2)")
        }
        guard let job = result?["job"] else { return }
        session = try #require(result?["id"] as? String)
        extensions = result?["extensions"] as? [String] ?? []
        try take(job, line)
    }

    private func take(_ job: Any?, _ line: String) throws {
        let job = try #require(job as? [String: Any], "\(line)")
        let id = try #require(job["job_id"] as? String)
        let blob = try #require(job["blob"] as? String)
        let target = try #require(job["target"] as? String)
        #expect(jobIDs.insert(id).inserted, "a job id twice")
        #expect(job["algo"] as? String == "rx/0" && job["height"] is Int, "\(line)")
        #expect((job["seed_hash"] as? String)?.count == 64, "\(line)")
        #expect((target.count == 16 || target.count == 8) && target.contains { $0 != "0" }, "\(line)")
        #expect((86...814).contains(blob.count), "\(line)")
        jobs.append(RigJob(line: line, id: id, blob: blob, target: target))
    }
}
