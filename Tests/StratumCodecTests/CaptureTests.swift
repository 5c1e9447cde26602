import Testing

@testable import StratumCodec

@Suite("Recorded lines")
struct CaptureTests {
    @Test("Every file of recorded lines is there", arguments: Captures.names)
    func present(name: String) {
        let lines = Captures.lines(name)
        #expect(lines.contains { $0.sender == .rig } && lines.contains { $0.sender == .pool })
    }

    @Test("Every line of a rig is a login, a submit or a keepalived", arguments: Captures.names)
    func rigLines(name: String) {
        for line in Captures.lines(name) where line.sender == .rig {
            switch rigLine(line.line) {
            case .success(.login), .success(.submit), .success(.keepalived): break
            case .success(.getjob), .success(.unknownMethod), .failure: Issue.record("\(line)")
            }
        }
    }

    @Test("Every line of a pool is a job, the answer to a login or a verdict", arguments: Captures.names)
    func poolLines(name: String) {
        for line in Captures.lines(name) where line.sender == .pool {
            switch poolLine(line.line) {
            case .success(.loggedIn), .success(.job), .success(.success), .success(.failure): break
            case .success(.ignored), .failure: Issue.record("\(line)")
            }
        }
    }

    @Test("A submit spliced with its own ids is the same line", arguments: Captures.names)
    func identity(name: String) throws {
        var submits = 0
        for line in Captures.lines(name).map(\.line) {
            guard let submit = decodedSubmit(line) else { continue }
            submits += 1
            let own = spliced(
                submit, line, id: try #require(UInt32(text(submit.id))),
                session: try #require(part(submit.sessionText, line)), job: try #require(part(submit.jobText, line)))
            #expect(own == line + "\n")
        }
        #expect(submits > 0 || name == "xmrig-6.26-keepalive")
    }

    @Test("A job made a template and written is the same job but for its id", arguments: Captures.names)
    func template(name: String) throws {
        var jobs = 0
        for line in Captures.lines(name).map(\.line) {
            guard let before = decodedJob(line) else { continue }
            jobs += 1
            let template = withBytes(line) { JobTemplate(line: $0, job: before, origin: 7) }
            let output = written { template.writeNotification(job: 0xABC, target: before.target, slot: nil, to: &$0) }
            let after = try #require(decodedJob(String(output.dropLast())))
            #expect(part(after.id, output) == "000000000abc-00000007")
            #expect(part(after.blob, output) == part(before.blob, line))
            #expect(part(after.seedHash, output) == part(before.seedHash, line))
            #expect(after.target == before.target && after.height == before.height)
            #expect(after.blobHash == before.blobHash && after.nonce == before.nonce)
        }
        #expect(jobs > 0)
    }

    @Test("Every accepted share meets the target of its job, as the pools said", arguments: Captures.names)
    func sharesMeetTargets(name: String) {
        var targets: [String: UInt64] = [:]
        var submits: [UInt32: Submit] = [:]
        var target: [UInt32: UInt64] = [:]
        for line in Captures.lines(name).map(\.line) {
            if let job = decodedJob(line), let id = part(job.id, line) { targets[id] = job.target }
            if let submit = decodedSubmit(line), let id = UInt32(text(submit.id)), let job = part(submit.jobText, line)
            {
                submits[id] = submit
                target[id] = targets[job]
            }
            if case .success(.success(let id)) = poolLine(line), let submit = submits[id], let target = target[id] {
                #expect(submit.hash < target)
            }
        }
    }
}
