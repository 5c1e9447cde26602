import ProxyTerms
import StrictJSON

/// Decodes one line of a rig.
/// - Throws: `CodecError`, with the request's id where it could be read.
public func decodeRigLine(_ line: UnsafeRawBufferPointer) throws(CodecError) -> RigMessage {
    if let submit = Submit(usual: line) { return .submit(submit) }
    return try decodeAnyRigLine(line)
}

/// Decodes one line of a rig, however it is written.
func decodeAnyRigLine(_ line: UnsafeRawBufferPointer) throws(CodecError) -> RigMessage {
    do throws(CodecFault) {
        let members: RigLine
        do throws(JSONFault) {
            members = try RigLine(line)
        } catch {
            throw CodecFault(error)
        }
        return try members.message(line)
    } catch {
        throw CodecError(code: error.code, offset: error.offset, id: .found(in: line))
    }
}

/// The member for which a rig's line was refused with `code`; the line itself, where it can't be read that far.
public func rigMisfit(in line: UnsafeRawBufferPointer, _ code: CodecError.Code) -> LineMisfit {
    if case .json = code { return .line(code, line) }
    guard let members = try? RigLine(line) else { return .line(code, line) }
    return members.misfit(code, line)
}

/// The members of a rig's request, in whatever order they came.
private struct RigLine {
    var object = ByteRange(start: 0, count: 0)
    var id = JSONToken.absent
    var version = JSONToken.absent
    var method = JSONToken.absent
    var params = JSONToken.absent
    // Members of `params`.
    var session = JSONToken.absent
    var job = JSONToken.absent
    var nonce = JSONToken.absent
    var result = JSONToken.absent
    var algorithm = JSONToken.absent
    var signature = JSONToken.absent
    var commitment = JSONToken.absent
    var login = JSONToken.absent
    var pass = JSONToken.absent
    var agent = JSONToken.absent
    var rigID = JSONToken.absent
    /// The list of `algo` where it is an array.
    var algorithms: AlgorithmSet?

    init(_ line: UnsafeRawBufferPointer) throws(JSONFault) {
        var cursor = JSONCursor(line)
        let start = try cursor.openObject()
        var count = 0
        while let key = try cursor.nextPlainKey(&count) {
            if key.matches("params") {
                try params.set(readParams(&cursor), key)
            } else {
                let value = try cursor.value()
                if key.matches("id") {
                    try id.set(value, key)
                } else if key.matches("method") {
                    try method.set(value, key)
                } else if key.matches("jsonrpc") {
                    try version.set(value, key)
                }
            }
        }
        // An id that is added before the line goes on to a pool counts as well.
        if id.kind == .absent { try cursor.count(&count) }
        object = ByteRange(start: start, count: cursor.position - start)
        try cursor.finish()
    }

    private mutating func readParams(_ cursor: inout JSONCursor) throws(JSONFault) -> JSONToken {
        guard cursor.next == UInt8(ascii: "{") else { return try cursor.value() }
        let start = cursor.position
        try cursor.open()
        var count = 0
        while let key = try cursor.nextPlainKey(&count) {
            if key.matches("algo") {
                try algorithm.set(readAlgorithms(&cursor), key)
            } else {
                try setParameter(cursor.value(), key)
            }
        }
        return JSONToken(kind: .object, start: start, end: cursor.position)
    }

    /// A login has an array here, a submit a string.
    private mutating func readAlgorithms(_ cursor: inout JSONCursor) throws(JSONFault) -> JSONToken {
        guard cursor.next == UInt8(ascii: "[") else { return try cursor.value() }
        let start = cursor.position
        var listed: AlgorithmSet = []
        try cursor.open()
        var count = 0
        while try cursor.nextElement(&count) {
            guard let algorithm = Algorithm(try cursor.value(), cursor.bytes) else { continue }
            listed.insert(AlgorithmSet(rawValue: 1 << algorithm.rawValue))
        }
        // An empty list says nothing.
        if count > 0 { algorithms = listed }
        return JSONToken(kind: .array, start: start, end: cursor.position)
    }

    @inline(__always)
    private mutating func setParameter(_ value: JSONToken, _ key: JSONKey) throws(JSONFault) {
        switch key.name.count {
        case 2: if key.matches("id") { try session.set(value, key) }
        case 3: if key.matches("sig") { try signature.set(value, key) }
        case 4: if key.matches("pass") { try pass.set(value, key) }
        case 5:
            if key.matches("nonce") { try nonce.set(value, key) }
            if key.matches("login") { try login.set(value, key) }
            if key.matches("agent") { try agent.set(value, key) }
            if key.matches("rigid") { try rigID.set(value, key) }
        case 6:
            if key.matches("job_id") { try job.set(value, key) }
            if key.matches("result") { try result.set(value, key) }
        case 10: if key.matches("commitment") { try commitment.set(value, key) }
        default: break
        }
    }

    func message(_ line: UnsafeRawBufferPointer) throws(CodecFault) -> RigMessage {
        guard let requestID = RequestID(id, line) else { throw CodecFault(.badRequestID, at: Int(id.start)) }
        guard let name = method.text?.bytes(in: line) else {
            throw CodecFault(.missingMethod, at: method.offset(or: Int(object.start)))
        }
        if name.matches("submit") { return .submit(try submit(line, requestID)) }
        if name.matches("login") { return .login(try login(line, requestID)) }
        if name.matches("keepalived") { return .keepalived(requestID) }
        if name.matches("getjob") { return .getjob(requestID) }
        return .unknownMethod(requestID)
    }

    func misfit(_ code: CodecError.Code, _ line: UnsafeRawBufferPointer) -> LineMisfit {
        switch code {
        case .badRequestID: LineMisfit(code, "id", id, line)
        case .missingMethod, .unknownMethod: LineMisfit(code, "method", method, line)
        case .missingParams: LineMisfit(code, "params", params, line)
        case .missingSession: LineMisfit(code, "id in params", session, line)
        case .missingJobID: LineMisfit(code, "job_id", job, line)
        case .badNonce: LineMisfit(code, "nonce", nonce, line)
        case .badResult: LineMisfit(code, "result", result, line)
        case .json, .badJobID, .badBlob, .badTarget, .zeroTarget, .unsupportedAlgorithm, .badSeedHash, .missingJob,
            .jobTooLong, .lineTooLong, .notLoggedIn:
            .line(code, line)
        }
    }

    private func login(_ line: UnsafeRawBufferPointer, _ requestID: RequestID) throws(CodecFault) -> Login {
        guard params.kind == .object else {
            throw CodecFault(.missingParams, at: params.offset(or: Int(object.start)))
        }
        return Login(
            id: requestID, user: login.text, pass: pass.text, agent: agent.text, rigID: rigID.text,
            algorithms: algorithms)
    }

    private func submit(_ line: UnsafeRawBufferPointer, _ requestID: RequestID) throws(CodecFault) -> Submit {
        guard params.kind == .object else {
            throw CodecFault(.missingParams, at: params.offset(or: Int(object.start)))
        }
        let start = Int(params.start)
        guard let sessionText = session.text else { throw CodecFault(.missingSession, at: session.offset(or: start)) }
        guard let jobText = job.text else { throw CodecFault(.missingJobID, at: job.offset(or: start)) }
        guard let nonceText = nonce.text, nonceText.count == 8 else {
            throw CodecFault(.badNonce, at: nonce.offset(or: start))
        }
        let nonceWord = Hex.word(line, at: Int(nonceText.start))
        guard nonceWord.isValid else { throw CodecFault(.badNonce, at: Int(nonce.start)) }
        guard let resultText = result.text, resultText.count == 64, Hex.areDigits(line, resultText) else {
            throw CodecFault(.badResult, at: result.offset(or: start))
        }
        // A pool that reads it would hold another algorithm against us; what is no text it doesn't read.
        if let text = algorithm.text, text.count > 0, Algorithm(algorithm, line) == nil {
            throw CodecFault(.unsupportedAlgorithm, at: Int(algorithm.start))
        }
        return Submit(
            id: requestID, idToken: id.kind == .absent ? ByteRange(start: Int(object.start) + 1, count: 0) : id.range,
            session: sessionText, job: jobText, nonce: nonceWord.value, result: resultText, object: object, in: line)
    }
}

extension RequestID {
    /// The id that stands at `token`, `null` where it is absent; nil where it is of another type, or too long.
    init?(_ token: JSONToken, _ line: UnsafeRawBufferPointer) {
        switch token.kind {
        case .absent, .null: self = .null
        case .integer, .string, .escapedString: self.init(text: token.range.bytes(in: line))
        case .fraction, .object, .array, .yes, .no: return nil
        }
    }

    /// The id of a line that is at fault: read again, as far as it can be read, for that member alone.
    static func found(in line: UnsafeRawBufferPointer) -> RequestID {
        var cursor = JSONCursor(line)
        do throws(JSONFault) {
            _ = try cursor.openObject()
            var count = 0
            while let key = try cursor.nextKey(&count) {
                let value = try cursor.value()
                if key.matches("id") { return RequestID(value, line) ?? .null }
            }
        } catch {
            // The line breaks off before an id: there is none to be had.
        }
        return .null
    }
}
