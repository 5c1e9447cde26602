import Testing

@testable import StratumCodec

let sampleBlob =
    "101082b383d80603d0c531a19e930db846cbc7e8e65233cd8f36b0ff20834862fca135a9fad161"
    + "01020304562ce30eedcac9a20f1310dd0656f2a6c2cf47a97f1209332fc1c3b65eb89d0701"
let sampleSeed = "a110fc1e133d05b0622595f798c8fd92a857f49729ec8bc5804703b5838786a3"
let sampleJob =
    "{\"blob\":\"\(sampleBlob)\",\"job_id\":\"3\",\"target\":\"3d321300\",\"algo\":\"rx/0\",\"height\":2500001,"
    + "\"seed_hash\":\"\(sampleSeed)\"}"

/// What a pool's line says, in a word.
private func word(_ line: String) -> String {
    switch poolLine(line) {
    case .success(.job): "job"
    case .success(.loggedIn(let id, _, _, _)): "loggedIn \(id)"
    case .success(.success(let id)): "success \(id)"
    case .success(.failure(let id, let message)): "failure \(id.map { "\($0)" } ?? "-") \(part(message, line) ?? "")"
    case .success(.ignored): "ignored"
    case .failure(let error):
        if case .json(let code) = error.code { "\(code)" } else { "\(error.code)" }
    }
}

@Suite("Pool lines")
struct PoolLineTests {
    @Test("The answer to a login gives session, job and extensions")
    func login() throws {
        let line =
            "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"abc\\/1\",\"job\":\(sampleJob),"
            + "\"extensions\":[\"algo\",\"nicehash\",\"connect\",5,\"keepalive\"],\"status\":\"OK\"}}"
        guard case .success(.loggedIn(1, let session, let job, let extensions)) = poolLine(line) else {
            Issue.record("\(word(line))")
            return
        }
        #expect(part(session, line) == "abc\\/1")
        #expect(part(job.object, line) == sampleJob)
        #expect(extensions == [.algo, .nicehash, .keepalive])
    }

    @Test(
        "Extensions are what an array of texts lists",
        arguments: [
            (#"["algo"]"#, UInt8(1)), (#"["nicehash"]"#, 2), (#"["keepalive"]"#, 4), ("[]", 0), ("null", 0), ("{}", 0),
            (#""nicehash""#, 0), (#"["NiceHash","tls",["nicehash"]]"#, 0),
        ])
    func extensions(list: String, bits: UInt8) {
        let line = "{\"id\":1,\"result\":{\"id\":\"a\",\"job\":\(sampleJob),\"extensions\":\(list)}}"
        guard case .success(.loggedIn(_, _, _, let extensions)) = poolLine(line) else {
            Issue.record("\(word(line))")
            return
        }
        #expect(extensions.rawValue == bits)
    }

    // Fault D05.
    @Test("A login reply with an error that says nothing is one", arguments: ["\"\"", "false", "null"])
    func emptyError(error: String) {
        #expect(word("{\"id\":1,\"error\":\(error),\"result\":{\"id\":\"a\",\"job\":\(sampleJob)}}") == "loggedIn 1")
    }

    @Test("A login reply without extensions has none")
    func noExtensions() {
        let line = "{\"id\":1,\"result\":{\"job\":\(sampleJob),\"id\":\"a\"}}"
        guard case .success(.loggedIn(1, _, _, [])) = poolLine(line) else {
            Issue.record("\(word(line))")
            return
        }
    }

    @Test("The session must be a text", arguments: ["5", "null", "{}", "[\"a\"]"])
    func session(value: String) {
        #expect(word("{\"id\":1,\"result\":{\"id\":\(value),\"job\":\(sampleJob)}}") == "missingSession")
        #expect(word("{\"id\":1,\"result\":{\"job\":\(sampleJob)}}") == "missingSession")
    }

    // Fault D09.
    @Test(
        "Verdicts are told apart",
        arguments: [
            (#"{"id":2,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}"#, "success 2"),
            (#"{"id":2,"result":{"status":"KEEPALIVED"}}"#, "success 2"),
            (#"{"result":{},"id":4294967295}"#, "success 4294967295"),
            (#"{"id":2,"result":true}"#, "success 2"),
            (#"{"id":0,"result":true,"error":null}"#, "success 0"),
            (#"{"id":2,"result":{"job":null}}"#, "success 2"),
            (#"{"id":2,"error":{"code":-1,"message":"Low difficulty share"}}"#, "failure 2 Low difficulty share"),
            (#"{"id":2,"error":{"message":"Low diff share"},"result":null}"#, "failure 2 Low diff share"),
            (#"{"id":2,"result":{"status":"OK"},"error":{"message":"x"}}"#, "failure 2 x"),
            (#"{"id":2,"error":{"message":"a\"b\u000a"}}"#, #"failure 2 a\"b\u000a"#),
            (#"{"id":2,"error":{}}"#, "failure 2 "),
            (#"{"id":2,"error":{"message":null}}"#, "failure 2 "),
            (#"{"id":2,"error":{"message":{"a":1}}}"#, "failure 2 "),
            (#"{"id":2,"error":{"message":"first","message":"second"}}"#, "failure 2 first"),
            (#"{"id":2,"error":"text"}"#, "failure 2 text"),
            (#"{"id":2,"error":5}"#, "failure 2 "),
            (#"{"id":2,"error":[21,"Job not found",null]}"#, "failure 2 Job not found"),
            (#"{"id":2,"error":[23,null]}"#, "failure 2 "), (#"{"id":2,"error":[]}"#, "failure 2 "),
            (#"{"id":2,"error":"","result":{"status":"OK"}}"#, "success 2"),
            (#"{"id":2,"error":false,"result":{"status":"OK"}}"#, "success 2"),
            (#"{"id":2,"result":"OK"}"#, "success 2"), (#"{"id":2,"status":"OK"}"#, "success 2"),
            (#"{"id":2}"#, "success 2"), (#"{"id":2,"error":null,"result":null}"#, "success 2"),
            (#"{"id":2,"result":[]}"#, "success 2"), (#"{"id":2,"result":1}"#, "success 2"),
            (#"{"id":2,"error":true}"#, "failure 2 "),
            (#"{"id":2,"result":false}"#, "failure 2 "),
            (#"{"id":null,"error":{"message":"gone"}}"#, "failure - gone"),
            (#"{"error":{"message":"gone"}}"#, "failure - gone"),
            (#"{"id":"2","error":{"message":"gone"}}"#, "failure - gone"),
        ])
    func verdicts(line: String, expected: String) {
        #expect(word(line) == expected)
    }

    @Test("An error text of 40 kB is a verdict like any other")
    func longMessage() {
        let text = String(repeating: "x", count: 40_000)
        #expect(word("{\"id\":2,\"error\":{\"message\":\"\(text)\"}}") == "failure 2 \(text)")
    }

    @Test(
        "What is nothing to us is ignored",
        arguments: [
            "{}", #"{"id":-1,"result":{}}"#, #"{"id":4294967296,"result":{}}"#, #"{"id":1.0,"result":{}}"#,
            #"{"id":"1","result":{}}"#, #"{"id":null,"result":{}}"#, #"{"result":{"status":"OK"}}"#,
            #"{"id":99999999999999999999999999,"result":{}}"#,
            #"{"id":null,"method":"client.reconnect","params":["evil.example","3333"]}"#,
            #"{"method":"client.reconnect","params":["evil.example",3333,5]}"#,
            #"{"id":9,"method":"client.get_version","params":[]}"#,
            #"{"method":"mining.notify","params":{"job_id":"1"}}"#, #"{"method":"jo\u0062","params":{}}"#,
            #"{"method":null,"params":{}}"#, #"{"method":["job"],"params":{}}"#,
        ])
    func ignored(line: String) {
        #expect(word(line) == "ignored")
    }

    @Test(
        "A notification named job is a job, whatever else it carries",
        arguments: [
            "", "\"id\":1,", "\"id\":null,", "\"id\":\"x\",", "\"error\":{\"message\":\"x\"},", "\"result\":{},",
        ])
    func notification(extra: String) {
        #expect(word("{\(extra)\"method\":\"job\",\"params\":\(sampleJob)}") == "job")
        #expect(word("{\(extra)\"params\":\(sampleJob),\"method\":\"job\"}") == "job")
    }

    @Test("A notification named job without an object has no job", arguments: ["null", "[]", "\"\"", "1"])
    func missingJob(params: String) {
        #expect(word("{\"method\":\"job\",\"params\":\(params)}") == "missingJob")
        #expect(word("{\"method\":\"job\"}") == "missingJob")
    }

    @Test(
        "Members that are read may stand once",
        arguments: [
            #"{"id":1,"id":1}"#, #"{"method":"x","method":"job"}"#, #"{"params":{},"params":{}}"#,
            #"{"id":1,"result":{},"result":{}}"#, #"{"error":null,"error":null}"#,
            #"{"id":1,"result":{"id":"a","id":"b"}}"#,
            #"{"id":1,"result":{"job":{},"job":{}}}"#, #"{"id":1,"result":{"extensions":[],"extensions":[]}}"#,
        ])
    func duplicates(line: String) {
        #expect(word(line) == "duplicateKey")
    }

    @Test(
        "Names with a backslash are refused where names are read",
        arguments: [
            #"{"\u0069d":1}"#, #"{"id":1,"result":{"\u006aob":{}}}"#, #"{"method":"job","params":{"blo\u0062":""}}"#,
        ])
    func escapedKeys(line: String) {
        #expect(word(line) == "escapedKey")
    }

    @Test("A fault of a job in a login reply carries the reply's id")
    func faultID() {
        let line = "{\"id\":1,\"result\":{\"id\":\"a\",\"job\":{\"blob\":\"\"}}}"
        guard case .failure(let error) = poolLine(line) else {
            Issue.record("accepted")
            return
        }
        #expect(text(error.id) == "1")
    }
}
