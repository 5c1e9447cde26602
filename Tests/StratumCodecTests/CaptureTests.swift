import Testing

@testable import StratumCodec

@Suite("Recorded lines")
struct CaptureTests {
    @Test("Every file of recorded lines is there", arguments: Captures.names)
    func present(name: String) {
        let lines = Captures.lines(name)
        #expect(lines.contains { $0.sender == .rig } && lines.contains { $0.sender == .pool })
    }

    @Test("Every line of a rig is understood", arguments: Captures.rigLines)
    func rigLines(line: String) {
        switch rigLine(line) {
        case .success(.login), .success(.submit), .success(.keepalived): break
        case .success(.getjob), .success(.unknownMethod), .failure: Issue.record("\(rigLine(line))")
        }
    }

    @Test("Every line of a pool is understood", arguments: Captures.poolLines)
    func poolLines(line: String) {
        switch poolLine(line) {
        case .success(.loggedIn), .success(.job), .success(.success), .success(.failure): break
        case .success(.ignored), .failure: Issue.record("\(poolLine(line))")
        }
    }

    @Test(
        "A submit spliced with its own ids is the same line",
        arguments: Captures.rigLines.filter { decodedSubmit($0) != nil })
    func identity(line: String) throws {
        let submit = try #require(decodedSubmit(line))
        let own = spliced(
            submit, line, id: try #require(UInt32(text(submit.id))),
            session: try #require(part(submit.sessionText, line)), job: try #require(part(submit.jobText, line)))
        #expect(own == line + "\n")
    }

    @Test(
        "A job made a template and written is the same job but for id, target and slot",
        arguments: Captures.poolLines.filter { decodedJob($0) != nil })
    func template(line: String) throws {
        let before = try #require(decodedJob(line))
        let template = withBytes(line) { JobTemplate(line: $0, job: before) }
        let output = written {
            template.writeNotification(job: 0xABC, target: before.target, slot: nil, to: &$0)
        }
        let after = try #require(decodedJob(String(output.dropLast())))
        #expect(part(after.id, output) == "000000000abc")
        #expect(part(after.blob, output) == part(before.blob, line))
        #expect(part(after.seedHash, output) == part(before.seedHash, line))
        #expect(after.target == before.target && after.height == before.height)
        #expect(after.blobHash == before.blobHash && after.nonce == before.nonce)
    }
}
