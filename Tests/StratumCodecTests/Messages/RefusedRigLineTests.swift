import Testing

@testable import StratumCodec

private let hash = String(repeating: "0123456789abcdef", count: 4)

/// A submit with `params` as they stand here.
private func line(params: String, id: String = "7") -> String {
    "{\"id\":\(id),\"jsonrpc\":\"2.0\",\"method\":\"submit\",\"params\":\(params)}"
}

/// A submit's params with some of the members replaced.
private func params(
    id: String = "\"s\"", job: String = "\"000000000001\"", nonce: String = "\"01020304\"",
    result: String = "\"\(hash)\""
) -> String {
    "{\"id\":\(id),\"job_id\":\(job),\"nonce\":\(nonce),\"result\":\(result)}"
}

/// A line, why it is refused, and the id that the fault carries.
struct RefusedLine: Sendable, CustomTestStringConvertible {
    var line: String
    var code: CodecError.Code
    var id = "7"
    var testDescription: String { "\(code): \(line.prefix(90))" }
}

private let submits: [RefusedLine] = [
    RefusedLine(line: line(params: params(nonce: "\"0102030\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "\"010203040\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "\"0102030g\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "\"0102030\\u0034\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "\"\\u003012\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "\"é123456\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "\"\"")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "16909060")), code: .badNonce),
    RefusedLine(line: line(params: params(nonce: "null")), code: .badNonce),
    RefusedLine(line: line(params: params(result: "\"\(hash.dropLast())\"")), code: .badResult),
    RefusedLine(line: line(params: params(result: "\"\(hash)0\"")), code: .badResult),
    RefusedLine(line: line(params: params(result: "\"x\(hash.dropLast())\"")), code: .badResult),
    RefusedLine(line: line(params: params(result: "\"\(hash.dropLast())/\"")), code: .badResult),
    RefusedLine(line: line(params: params(result: "null")), code: .badResult),
    RefusedLine(line: line(params: params(id: "1")), code: .missingSession),
    RefusedLine(line: line(params: params(id: "null")), code: .missingSession),
    RefusedLine(line: line(params: params(job: "1")), code: .missingJobID),
    RefusedLine(line: line(params: params(job: "[\"000000000001\"]")), code: .missingJobID),
    RefusedLine(line: line(params: "{}"), code: .missingSession),
    RefusedLine(line: line(params: "{\"id\":\"s\"}"), code: .missingJobID),
    RefusedLine(line: line(params: "{\"id\":\"s\",\"job_id\":\"1\"}"), code: .badNonce),
    RefusedLine(line: line(params: "{\"id\":\"s\",\"job_id\":\"1\",\"nonce\":\"00000000\"}"), code: .badResult),
    RefusedLine(line: line(params: "null"), code: .missingParams),
    RefusedLine(line: line(params: "[]"), code: .missingParams),
    RefusedLine(line: line(params: "\"{}\""), code: .missingParams),
    RefusedLine(line: #"{"id":7,"method":"submit"}"#, code: .missingParams),
    RefusedLine(line: #"{"id":7,"method":"login"}"#, code: .missingParams),
    RefusedLine(line: #"{"id":7,"method":"login","params":["wallet","x"]}"#, code: .missingParams),
]

private let requests: [RefusedLine] = [
    RefusedLine(line: #"{"id":7}"#, code: .missingMethod),
    RefusedLine(line: #"{"id":7,"method":5}"#, code: .missingMethod),
    RefusedLine(line: #"{"id":7,"method":null,"params":{}}"#, code: .missingMethod),
    RefusedLine(line: #"{"id":7,"result":{"status":"OK"}}"#, code: .missingMethod),
    RefusedLine(line: #"{"id":1.0,"method":"getjob"}"#, code: .badRequestID, id: "null"),
    RefusedLine(line: #"{"id":1e3,"method":"getjob"}"#, code: .badRequestID, id: "null"),
    RefusedLine(line: #"{"id":true,"method":"getjob"}"#, code: .badRequestID, id: "null"),
    RefusedLine(line: #"{"id":[1],"method":"getjob"}"#, code: .badRequestID, id: "null"),
    RefusedLine(line: #"{"id":{},"method":"getjob"}"#, code: .badRequestID, id: "null"),
    RefusedLine(
        line: #"{"id":12345678901234567890123456789012345678901,"method":"getjob"}"#, code: .badRequestID, id: "null"),
    RefusedLine(
        line: #"{"id":"123456789012345678901234567890123456789","method":"getjob"}"#, code: .badRequestID, id: "null"),
]

private let smuggled: [RefusedLine] = [
    RefusedLine(line: #"{"id":7,"id":8,"method":"getjob"}"#, code: .json(.duplicateKey)),
    RefusedLine(line: #"{"id":7,"method":"getjob","id":7}"#, code: .json(.duplicateKey)),
    RefusedLine(line: #"{"id":7,"method":"getjob","method":"submit"}"#, code: .json(.duplicateKey)),
    RefusedLine(line: #"{"id":7,"jsonrpc":"2.0","jsonrpc":"2.0","method":"getjob"}"#, code: .json(.duplicateKey)),
    RefusedLine(line: #"{"id":7,"method":"login","params":{},"params":{"login":"x"}}"#, code: .json(.duplicateKey)),
    RefusedLine(line: #"{"id":7,"method":"login","params":null,"params":{"login":"x"}}"#, code: .json(.duplicateKey)),
    RefusedLine(line: #"{"id":7,"method":"login","params":{"login":"a","login":"b"}}"#, code: .json(.duplicateKey)),
    RefusedLine(
        line: #"{"id":7,"method":"login","params":{"algo":["rx/0"],"algo":["rx/0"]}}"#, code: .json(.duplicateKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"nonce\":\"01020304\"}"), code: .json(.duplicateKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"job_id\":\"2\"}"), code: .json(.duplicateKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"id\":\"2\"}"), code: .json(.duplicateKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"result\":null}"), code: .json(.duplicateKey)),
    RefusedLine(
        line: line(params: params().dropLast() + ",\"algo\":\"rx/0\",\"algo\":\"rx/0\"}"), code: .json(.duplicateKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"sig\":\"\",\"sig\":\"\"}"), code: .json(.duplicateKey)),
    RefusedLine(
        line: line(params: params().dropLast() + ",\"commitment\":1,\"commitment\":1}"), code: .json(.duplicateKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"\\u006eonce\":\"ffffffff\"}"), code: .json(.escapedKey)),
    RefusedLine(line: line(params: params().dropLast() + ",\"a\\\\b\":1}"), code: .json(.escapedKey)),
    RefusedLine(line: #"{"id":7,"\u006dethod":"submit","method":"getjob"}"#, code: .json(.escapedKey)),
    RefusedLine(line: #"{"\u0069d":8,"id":7,"method":"getjob"}"#, code: .json(.escapedKey)),
]

@Suite("Rig lines: what is refused")
struct RefusedRigLineTests {
    @Test("A fault of a submit is named, and can be answered", arguments: submits)
    func refusedSubmit(item: RefusedLine) {
        check(item)
    }

    @Test("A fault of a request is named, and can be answered where its id is good", arguments: requests)
    func refusedRequest(item: RefusedLine) {
        check(item)
    }

    // Fault R11.
    @Test("A line that two readers could understand in two ways is refused", arguments: smuggled)
    func refusedSmuggling(item: RefusedLine) {
        check(item)
    }

    private func check(_ item: RefusedLine) {
        guard case .failure(let error) = rigLine(item.line) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == item.code)
        #expect(text(error.id) == item.id)
        #expect(error.offset >= 0 && error.offset <= item.line.utf8.count)
    }

    @Test("The id is found behind the fault too")
    func idBehind() {
        let line = #"{"method":"submit","params":{"id":"s","job_id":"1","nonce":"x"},"id":"late"}"#
        guard case .failure(let error) = rigLine(line) else {
            Issue.record("accepted")
            return
        }
        #expect(text(error.id) == "\"late\"")
    }

    @Test("Where a line breaks off behind its id, the id is known; before it, not")
    func idOfBroken() {
        func id(_ line: String) -> String? {
            if case .failure(let error) = rigLine(line) { text(error.id) } else { nil }
        }
        #expect(id(#"{"id":7,"method":"submit","params":{"#) == "7")
        #expect(id(#"{"method":"submit","params":{nope},"id":7}"#) == "null")
        #expect(id(#"{"params":{"id":5},"method":"#) == "null")
    }

    @Test("The offset points at the fault")
    func offset() {
        let bad = line(params: params(nonce: "\"0102030x\""))
        guard case .failure(let error) = rigLine(bad), let range = bad.range(of: "\"0102030x\"") else {
            Issue.record("accepted")
            return
        }
        #expect(Int(error.offset) == bad.utf8.distance(from: bad.startIndex, to: range.lowerBound))
    }

    @Test(
        "A fault names its code and offset",
        arguments: [("{\"id\":7,x", 8), ("{\"a\":tru}", 8), ("x", 0), ("{\"a\":1}}", 7)])
    func syntaxOffset(line: String, offset: Int32) {
        guard case .failure(let error) = rigLine(line) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == .json(.notJSON) && error.offset == offset)
    }
}
