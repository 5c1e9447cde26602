import ProxyTerms

@testable import StratumCodec

/// The bytes of a text, for calls that take a raw buffer.
func withBytes<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    Array(text.utf8).withUnsafeBytes(body)
}

/// The text of `range` in `line`.
func part(_ range: ByteRange?, _ line: String) -> String? {
    guard let range else { return nil }
    return withBytes(line) { String(decoding: range.bytes(in: $0), as: UTF8.self) }
}

/// What `write` appends to an empty buffer.
func written(_ write: (inout [UInt8]) -> Void) -> String {
    var output: [UInt8] = []
    write(&output)
    return String(decoding: output, as: UTF8.self)
}

/// A rig's line, decoded.
func rigLine(_ line: String) -> Result<RigMessage, CodecError> {
    rigLine(Array(line.utf8))
}

/// A rig's line, decoded.
func rigLine(_ line: [UInt8]) -> Result<RigMessage, CodecError> {
    line.withUnsafeBytes { bytes in
        do throws(CodecError) {
            return .success(try decodeRigLine(bytes))
        } catch {
            return .failure(error)
        }
    }
}

/// A pool's line, decoded.
func poolLine(_ line: String) -> Result<PoolMessage, CodecError> {
    poolLine(Array(line.utf8))
}

/// A pool's line, decoded.
func poolLine(_ line: [UInt8]) -> Result<PoolMessage, CodecError> {
    line.withUnsafeBytes { bytes in
        do throws(CodecError) {
            return .success(try decodePoolLine(bytes))
        } catch {
            return .failure(error)
        }
    }
}

/// A submit, decoded; nil for anything else.
func decodedSubmit(_ line: String) -> Submit? {
    if case .success(.submit(let submit)) = rigLine(line) { submit } else { nil }
}

/// A job of a notification or a login reply, decoded; nil for anything else.
func decodedJob(_ line: String) -> PoolJob? {
    switch poolLine(line) {
    case .success(.job(let job)), .success(.loggedIn(_, _, let job, _)): job
    case .success, .failure: nil
    }
}

/// The fault of a line that is refused.
func fault<Message>(_ result: Result<Message, CodecError>) -> CodecError.Code? {
    if case .failure(let error) = result { error.code } else { nil }
}

/// The text of an id.
func text(_ id: RequestID) -> String {
    written { id.write(to: &$0) }
}

/// The submit's line for a pool.
func spliced(_ submit: Submit, _ line: String, id: UInt32, session: String, job: String) -> String {
    written { output in
        withBytes(line) { line in
            withBytes(session) { session in
                withBytes(job) { _ = submit.splicing(line: line, id: id, session: session, job: $0, to: &output) }
            }
        }
    }
}

/// The id with this text.
func requestID(_ text: String) -> RequestID? {
    withBytes(text) { RequestID(text: $0) }
}
