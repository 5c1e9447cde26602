import ProxyTerms

@testable import StratumCodec

/// One line of a pool. What is understood is JSON; a job that goes on to a rig says what the pool said but for its id, target
/// and byte 42; the reply to a rig with a pool's text in it is one short line of JSON, whatever that text is.
enum PoolLineTarget {
    static func check(_ line: UnsafeRawBufferPointer) {
        guard let message = decode(line) else { return }
        require(isJSON(line), "a line is understood that is no JSON")
        let spaced = [UInt8](line) + [0x20, 0x09, 0x0D]
        require(spaced.withUnsafeBytes(decode) == message, "space behind the line changes its meaning")
        switch message {
        case .job(let job), .loggedIn(_, _, let job, _): checkJob(job, line)
        case .failure(_, let text): checkText(text.bytes(in: line))
        case .success, .ignored: break
        }
    }

    private static func decode(_ line: UnsafeRawBufferPointer) -> PoolMessage? {
        do throws(CodecError) {
            return try decodePoolLine(line)
        } catch {
            require(error.offset >= 0 && error.offset <= line.count, "a fault outside of the line")
            return nil
        }
    }

    private static func checkJob(_ job: PoolJob, _ line: UnsafeRawBufferPointer) {
        require(job.target > 0, "a job that no hash is good for")
        let once = notification(JobTemplate(line: line, job: job, origin: 7))
        require(areJSONLines(once), "a job for rigs is not one line of JSON")
        Array(once.dropLast()).withUnsafeBytes { sent in
            guard case .job(let again)? = decode(sent) else { fail("rigs understand no job") }
            require(
                again.target == 0xFF && again.algorithm == job.algorithm && again.height == job.height
                    && again.blobHash == job.blobHash && again.nonce == job.nonce & 0xFF_FFFF | 0x5A00_0000
                    && again.algorithmMember == .asSent && again.heightMember == .asSent, "rigs read another job")
            require(
                notification(JobTemplate(line: sent, job: again, origin: 7)) == once, "a job changes as it is passed on"
            )
        }
        var blob: [UInt8] = []
        JobTemplate(line: line, job: job, origin: 7).writeBlob(nonce: 0x0403_0201, to: &blob)
        require(blob.count * 2 == Int(job.blob.count), "a blob of another length is proven")
        require(Array(blob[39..<43]) == [1, 2, 3, 4], "a blob is proven with another nonce")
    }

    private static func notification(_ template: JobTemplate) -> [UInt8] {
        var output: [UInt8] = []
        template.writeNotification(job: 0xBEEF, target: 0xFF, slot: 0x5A, to: &output)
        return output
    }

    private static func checkText(_ text: UnsafeRawBufferPointer) {
        var reply: [UInt8] = []
        RigReply.failed(id: .null, code: -1, poolMessage: text, to: &reply)
        require(areJSONLines(reply), "a refusal for rigs is not one line of JSON")
        // 256 characters, each four bytes at most, or six as an escape.
        require(reply.count < 256 * 6 + 80, "a refusal for rigs is as long as the pool likes")
    }
}
