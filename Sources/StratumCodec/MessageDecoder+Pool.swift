import ProxyTerms
import StrictJSON

/// Decodes one line of a pool.
/// - Throws: `CodecError` for what is not well-formed, and for a job that must not reach a rig (docs/invariants.md#rule-11).
public func decodePoolLine(_ line: UnsafeRawBufferPointer) throws(CodecError) -> PoolMessage {
    if let yes = PoolMessage(usualYes: line) { return yes }
    return try decodeAnyPoolLine(line)
}

/// Decodes one line of a pool, however it is written.
func decodeAnyPoolLine(_ line: UnsafeRawBufferPointer) throws(CodecError) -> PoolMessage {
    do throws(CodecFault) {
        let members: PoolLine
        do throws(JSONFault) {
            members = try PoolLine(line)
        } catch {
            throw CodecFault(error)
        }
        return try members.message(line)
    } catch {
        throw CodecError(code: error.code, offset: error.offset, id: .found(in: line))
    }
}

/// All that doesn't fit in a line that was refused, as far as its members can be read.
public func poolMisfits(in line: UnsafeRawBufferPointer) -> [LineMisfit] {
    (try? PoolLine(line))?.misfits(line) ?? []
}

/// The members of a pool's line, in whatever order they came.
private struct PoolLine {
    var object = ByteRange(start: 0, count: 0)
    var id = JSONToken.absent
    var method = JSONToken.absent
    var params = JSONToken.absent
    var result = JSONToken.absent
    var error = JSONToken.absent

    init(_ line: UnsafeRawBufferPointer) throws(JSONFault) {
        var cursor = JSONCursor(line)
        let start = try cursor.openObject()
        var count = 0
        while let key = try cursor.nextPlainKey(&count) {
            let value = try cursor.value()
            if key.matches("id") {
                try id.set(value, key)
            } else if key.matches("method") {
                try method.set(value, key)
            } else if key.matches("params") {
                try params.set(value, key)
            } else if key.matches("result") {
                try result.set(value, key)
            } else if key.matches("error") {
                try error.set(value, key)
            }
        }
        object = ByteRange(start: start, count: cursor.position - start)
        try cursor.finish()
    }

    func message(_ line: UnsafeRawBufferPointer) throws(CodecFault) -> PoolMessage {
        if let method = method.text, method.bytes(in: line).matches("job") {
            guard params.kind == .object else {
                throw CodecFault(.missingJob, at: params.offset(or: Int(object.start)))
            }
            return .job(try PoolJob(line, object: params.range))
        }
        // A question of the pool, or news that nobody here understands.
        if method.text != nil { return .ignored }
        let number = id.unsigned(line).flatMap { UInt32(exactly: $0) }
        switch error.kind {
        case .absent, .null, .no: break
        case .string, .escapedString:
            if error.contents.count > 0 { return .failure(id: number, message: error.contents) }
        case .object:
            return .failure(
                id: number, message: try CodecFault.reading { () throws(JSONFault) in try errorMessage(line) })
        case .array:
            return .failure(
                id: number, message: try CodecFault.reading { () throws(JSONFault) in try errorText(line) })
        case .integer, .fraction, .yes:
            return .failure(id: number, message: ByteRange(start: Int(error.end), count: 0))
        }
        guard let number else { return .ignored }
        switch result.kind {
        case .object: return try reply(line, number)
        case .no: return .failure(id: number, message: ByteRange(start: Int(result.end), count: 0))
        // An answer without an error is a verdict, whatever stands in it: pools have many ways to say yes.
        case .yes, .absent, .null, .string, .escapedString, .array, .integer, .fraction: return .success(id: number)
        }
    }

    func misfits(_ line: UnsafeRawBufferPointer) -> [LineMisfit] {
        if method.text != nil {
            guard params.kind == .object else { return [LineMisfit(.missingJob, "params", params, line)] }
            return PoolJob.misfits(line, object: params.range)
        }
        guard result.kind == .object, let members = try? PoolResult(line, at: result) else {
            return [LineMisfit(.missingJob, "result", result, line)]
        }
        var misfits: [LineMisfit] = []
        if (members.session.text?.count ?? 0) == 0 {
            misfits.append(LineMisfit(.missingSession, "id", members.session, line))
        }
        guard members.job.kind == .object else { return misfits + [LineMisfit(.missingJob, "job", members.job, line)] }
        return misfits + PoolJob.misfits(line, object: members.job.range)
    }

    /// The first text of an error that is a list, as Stratum of other coins has it: `[23,"Low difficulty share",null]`.
    private func errorText(_ line: UnsafeRawBufferPointer) throws(JSONFault) -> ByteRange {
        var cursor = JSONCursor(line, at: Int(error.start))
        try cursor.open()
        var count = 0
        while try cursor.nextElement(&count) {
            if let text = try cursor.value().text { return text }
        }
        return ByteRange(start: Int(error.end), count: 0)
    }

    private func errorMessage(_ line: UnsafeRawBufferPointer) throws(JSONFault) -> ByteRange {
        var message = JSONToken.absent
        var cursor = JSONCursor(line, at: Int(error.start))
        try cursor.open()
        var count = 0
        while let key = try cursor.nextKey(&count) {
            let value = try cursor.value()
            // The text is shown, not acted on: the first one will do.
            if key.matches("message"), message.kind == .absent { message = value }
        }
        return message.text ?? ByteRange(start: Int(error.end), count: 0)
    }

    /// A result object: the answer to a login where it holds a job, else a verdict.
    private func reply(_ line: UnsafeRawBufferPointer, _ number: UInt32) throws(CodecFault) -> PoolMessage {
        let members: PoolResult
        do throws(JSONFault) {
            members = try PoolResult(line, at: result)
        } catch {
            throw CodecFault(error)
        }
        guard members.job.kind == .object else { return .success(id: number) }
        guard let session = members.session.text else {
            throw CodecFault(.missingSession, at: members.session.offset(or: Int(result.start)))
        }
        let job = try PoolJob(line, object: members.job.range)
        let extensions = try CodecFault.reading { () throws(JSONFault) in try PoolExtensions(members.extensions, line) }
        return .loggedIn(id: number, session: session, job: job, extensions: extensions)
    }
}

/// The members of a result object that are read here.
private struct PoolResult {
    var session = JSONToken.absent
    var job = JSONToken.absent
    var extensions = JSONToken.absent

    init(_ line: UnsafeRawBufferPointer, at result: JSONToken) throws(JSONFault) {
        var cursor = JSONCursor(line, at: Int(result.start))
        try cursor.open()
        var count = 0
        while let key = try cursor.nextPlainKey(&count) {
            let value = try cursor.value()
            if key.matches("id") {
                try session.set(value, key)
            } else if key.matches("job") {
                try job.set(value, key)
            } else if key.matches("extensions") {
                try extensions.set(value, key)
            }
        }
    }
}

extension PoolExtensions {
    /// The extensions that we know in the array at `token`; none where there is no array.
    fileprivate init(_ token: JSONToken, _ line: UnsafeRawBufferPointer) throws(JSONFault) {
        self = []
        guard token.kind == .array else { return }
        var cursor = JSONCursor(line, at: Int(token.start))
        try cursor.open()
        var count = 0
        while try cursor.nextElement(&count) {
            guard let text = try cursor.value().text else { continue }
            let name = text.bytes(in: line)
            if name.matches("algo") { insert(.algo) }
            if name.matches("nicehash") { insert(.nicehash) }
            if name.matches("keepalive") { insert(.keepalive) }
        }
    }
}
