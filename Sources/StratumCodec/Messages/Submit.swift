import ProxyTerms
import StrictJSON

/// A rig's `submit` (docs/protocol.md#submit).
public struct Submit: Equatable, Sendable {
    /// The request's id.
    public var id: RequestID
    /// The downstream job id as a number (12 lower-case hex digits as minted), nil where it was never one of ours.
    public var job: UInt64?
    /// The four nonce bytes in memory order, little-endian: byte 42 of the blob is the top byte.
    public var nonce: UInt32
    /// Bytes 24..31 of the result, little-endian: what is compared with a target (docs/protocol.md#targets).
    public var hash: UInt64
    /// Where the contents of `params.id` stand, without quotes, escaped as sent.
    public var sessionText: ByteRange
    /// Where the contents of `params.job_id` stand, without quotes, escaped as sent.
    public var jobText: ByteRange
    /// Where the 64 digits of `params.result` stand.
    public var resultText: ByteRange
    /// Where the JSON id stands in the line; empty, and just after the `{`, where there was none.
    var idToken: ByteRange
    /// The outermost object, from `{` to `}`.
    var object: ByteRange

    /// A submit whose members stand at these places of `line`; `result` are 64 hex digits.
    @inline(__always)
    init(
        id: RequestID, idToken: ByteRange, session: ByteRange, job: ByteRange, nonce: UInt32, result: ByteRange,
        object: ByteRange, in line: UnsafeRawBufferPointer
    ) {
        self.id = id
        self.job = Hex.jobNumber(line, job)
        self.nonce = nonce
        // Bytes 24 ... 31 are the last 16 digits.
        let low = Hex.word(line, at: Int(result.start) + 48).value
        let high = Hex.word(line, at: Int(result.start) + 56).value
        hash = UInt64(high) << 32 | UInt64(low)
        sessionText = session
        jobText = job
        resultText = result
        self.idToken = idToken
        self.object = object
    }

    /// Appends the line for the pool, `\n` included: the rig's own line with the three ids replaced and every other
    /// byte unchanged (docs/invariants.md#rule-10).
    ///
    /// The pool's session id and job id are JSON-escaped text as the pool sent it. `line` is the one this was decoded
    /// from.
    /// - Returns: where the id was written in `output`.
    public func splicing(
        line: UnsafeRawBufferPointer, id: UInt32, session: UnsafeRawBufferPointer, job: UnsafeRawBufferPointer,
        to output: inout [UInt8]
    ) -> Range<Int> {
        var position = Int(object.start)
        var idRange = 0..<0
        // `params` may stand before the id, `job_id` before the session: three pieces in their order in the line.
        let idFirst = idToken.start < sessionText.start
        if idFirst { idRange = copy(line, &position, upTo: idToken, to: &output, id: id) }
        if sessionText.start < jobText.start {
            copy(line, &position, upTo: sessionText, to: &output, text: session)
            copy(line, &position, upTo: jobText, to: &output, text: job)
        } else {
            copy(line, &position, upTo: jobText, to: &output, text: job)
            copy(line, &position, upTo: sessionText, to: &output, text: session)
        }
        if !idFirst { idRange = copy(line, &position, upTo: idToken, to: &output, id: id) }
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<object.end]))
        output.append(UInt8(ascii: "\n"))
        return idRange
    }

    /// Copies up to `range`, then writes `text` in its place.
    @inline(__always)
    private func copy(
        _ line: UnsafeRawBufferPointer, _ position: inout Int, upTo range: ByteRange, to output: inout [UInt8],
        text: UnsafeRawBufferPointer
    ) {
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<Int(range.start)]))
        output.append(contentsOf: text)
        position = range.end
    }

    /// Copies up to the id, then writes `id` in its place, as a new member where the line had none.
    @inline(__always)
    private func copy(
        _ line: UnsafeRawBufferPointer, _ position: inout Int, upTo range: ByteRange, to output: inout [UInt8],
        id: UInt32
    ) -> Range<Int> {
        output.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<Int(range.start)]))
        if range.count == 0 { output.append(literal: "\"id\":") }
        let start = output.count
        output.append(decimal: UInt64(id))
        let end = output.count
        if range.count == 0 { output.append(UInt8(ascii: ",")) }
        position = range.end
        return start..<end
    }
}
