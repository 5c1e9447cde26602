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

    @Test("A refused job's line has a sentence, not the name of a case", arguments: codes)
    func refusedJob(code: CodecError.Code) {
        let line = PoolWords.jobRefused(.p2pool, .faultyJobs(code), count: nil)
        #expect(line.contains("(\(code.text))") && code.text.contains(" "))
        #expect(!line.contains("\(code)") && !line.contains("Code"))
    }
}
