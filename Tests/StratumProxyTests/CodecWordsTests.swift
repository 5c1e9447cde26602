import StratumCodec
import StrictJSON
import Testing
import Upstreams

@testable import StratumProxy

@Suite("What is wrong with a message, in words")
struct CodecWordsTests {
    private static let codes: [CodecError.Code] = [
        .json(.notJSON), .json(.tooDeep), .json(.tooManyMembers), .json(.notAnObject), .json(.duplicateKey),
        .json(.escapedKey), .badRequestID, .missingMethod, .missingParams, .missingSession, .missingJobID, .badNonce,
        .badResult, .badJobID, .badBlob, .badTarget, .zeroTarget, .unsupportedAlgorithm, .badSeedHash,
        .missingJob, .jobTooLong,
    ]

    // Fault D08.
    @Test("A refused job's line has a sentence, not the name of a case", arguments: codes)
    func refusedJob(code: CodecError.Code) {
        let line = PoolWords.jobRefused(.p2pool, .faultyJobs(code), count: nil)
        #expect(line.contains("(\(code.text))") && code.text.contains(" "))
        #expect(!line.contains("\(code)") && !line.contains("Code"))
    }

    /// What the log says of a line.
    private func told(_ line: String) -> String {
        let misfits = Array(line.utf8).withUnsafeBytes { poolMisfits(in: $0) }
        return PoolFault.badLogin(.missingJob, misfits).text
    }

    private static let blob = String(repeating: "0", count: 152)
    private static let seed = String(repeating: "a", count: 64)

    private func login(_ job: String, id: String = "\"s\"") -> String {
        "{\"id\":1,\"result\":{\"id\":\(id),\"job\":{\(job)},\"status\":\"OK\"}}"
    }

    // Fault D08.
    @Test("What doesn't fit is told with its value, every member of it, long ones by their beginning")
    func values() {
        let good = "\"blob\":\"\(Self.blob)\",\"job_id\":\"j\",\"seed_hash\":\"\(Self.seed)\""
        #expect(
            told(login("\(good),\"target\":\"b88d0600\",\"algo\":\"kawpow\""))
                == "its answer to the login can't be used: its algo \"kawpow\" is not Monero's")
        #expect(told(login("\(good),\"target\":17")).hasSuffix("its target 17 is not 8 or 16 hex digits"))
        #expect(told(login("\(good),\"target\":\"00000000\"")).hasSuffix("its target \"00000000\" is zero"))
        #expect(told(login("\(good)")).hasSuffix("it has no target"))
        #expect(
            told(login("\"blob\":\"06\",\"job_id\":\"\",\"target\":\"b88d0600\",\"seed_hash\":null", id: "7"))
                .hasSuffix(
                    "its id 7 is no text for a session; its job_id \"\" is not 1 to 128 bytes of text; "
                        + "its blob \"06\" is not 43 to 407 bytes of hex; its seed_hash null is not 64 hex digits"))
        #expect(
            told("{\"id\":1,\"result\":{\"id\":\"s\",\"job\":null}}").hasSuffix("its job null is no object with a job"))
        #expect(told("{\"id\":1,\"result\":\"OK\"}").hasSuffix("its result \"OK\" is no object with a job"))
        let long = told(login("\"blob\":\"\(String(repeating: "7", count: 1_000))\",\"job_id\":\"j\""))
        #expect(long.contains("\"7777") && long.contains("… (1002 bytes)") && long.contains("it has no seed_hash"))
        #expect(long.utf8.count < 300)
        // What would write to a terminal doesn't.
        #expect(!told(login("\(good),\"target\":\"\u{1B}[2J\"")).contains("\u{1B}"))
    }
}
