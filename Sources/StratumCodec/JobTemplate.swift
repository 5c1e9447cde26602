import ProxyTerms
import StrictJSON

/// A job of a pool as the line for rigs: serialised once a lane and job, patched per rig.
///
/// The job object is the pool's own bytes (docs/invariants.md#rule-10) with `job_id` (12 hex digits; "-" and the origin's 8
/// follow), `target` (16 hex digits) and blob byte 42 (2 hex digits) to be patched; `algo` and `height` are added where the
/// pool sent none, and spelled as rigs read them where it spelled them otherwise.
public struct JobTemplate: Sendable {
    /// The whole notification, line feed included.
    private let notification: [UInt8]
    /// Where the job object ends in `notification`.
    private let objectEnd: Int32
    /// Where the job id's digits stand in `notification`.
    private let jobOffset: Int32
    /// Where the target's digits stand in `notification`.
    private let targetOffset: Int32
    /// Where byte 42's digits stand in `notification`.
    private let slotOffset: Int32

    /// Digits of a job id with its origin.
    private static let idLength = 21

    private static let head: StaticString = "{\"jsonrpc\":\"2.0\",\"method\":\"job\",\"params\":"

    /// Bytes by which a job object grows as a template.
    static func growth(_ job: PoolJob) -> Int {
        let height = String(job.height).utf8.count
        return idLength - Int(job.id.count) + 16 - Int(job.targetText.count)
            + job.algorithmMember.growth(whole: ",\"algo\":\"rx/0\"".utf8.count, value: "\"rx/0\"".utf8.count)
            + job.heightMember.growth(whole: ",\"height\":".utf8.count + height, value: height)
    }

    /// A part of the pool's object that is written anew.
    private enum Piece {
        case jobID, target, algorithm, height
    }

    /// The template of `job`, which was decoded from `line`; `origin` is the mark of the proxy that took it from a pool.
    public init(line: UnsafeRawBufferPointer, job: PoolJob, origin: UInt32) {
        var pieces: [(place: ByteRange, piece: Piece)] = [(job.id, .jobID), (job.targetText, .target)]
        if case .replacing(let place) = job.algorithmMember { pieces.append((place, .algorithm)) }
        if case .replacing(let place) = job.heightMember { pieces.append((place, .height)) }
        pieces.sort { $0.place.start < $1.place.start }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.head.utf8CodeUnitCount + Int(job.object.count) + 64)
        bytes.append(literal: Self.head)
        var position = Int(job.object.start)
        var (idPlace, targetPlace, slotPlace) = (0, 0, 0)
        let byte42 = Int(job.blob.start) + PoolJob.nonceDigits + 6
        func copy(upTo end: Int) {
            // The blob is copied whole: no piece lies in it.
            if (position..<end).contains(byte42) { slotPlace = bytes.count + byte42 - position }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: line[position..<end]))
        }
        for (place, piece) in pieces {
            copy(upTo: Int(place.start))
            position = place.end
            switch piece {
            case .jobID:
                idPlace = bytes.count
                bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Self.idLength))
            case .target:
                targetPlace = bytes.count
                bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 16))
            case .algorithm: Self.write(job.algorithm, to: &bytes)
            case .height: bytes.append(decimal: job.height)
            }
        }
        copy(upTo: job.object.end - 1)
        if job.algorithmMember == .added {
            bytes.append(literal: ",\"algo\":")
            Self.write(job.algorithm, to: &bytes)
        }
        if job.heightMember == .added {
            bytes.append(literal: ",\"height\":")
            bytes.append(decimal: job.height)
        }
        bytes.append(UInt8(ascii: "}"))
        bytes[idPlace + 12] = UInt8(ascii: "-")
        bytes.patch(hex: UInt64(origin), digits: 8, at: idPlace + 13)
        objectEnd = Int32(truncatingIfNeeded: bytes.count)
        bytes.append(literal: "}\n")
        notification = bytes
        jobOffset = Int32(truncatingIfNeeded: idPlace)
        targetOffset = Int32(truncatingIfNeeded: targetPlace)
        slotOffset = Int32(truncatingIfNeeded: slotPlace)
    }

    private static func write(_ algorithm: Algorithm, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        bytes.append(literal: algorithm.spelling)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `{"jsonrpc":"2.0","method":"job","params":{…}}\n`. `slot` nil leaves byte 42 as the pool sent it.
    /// `isShort`: the target as eight digits, which must be one that they can say (`Target.compact`).
    public func writeNotification(
        job: UInt64, target: UInt64, slot: UInt8?, isShort: Bool = false, to output: inout [UInt8]
    ) {
        let shift = output.count
        output.append(contentsOf: notification)
        patch(&output, shift: shift, job: job, target: target, slot: slot, isShort: isShort)
    }

    /// Appends the reply to a login; `session` is written as 16 hex digits.
    ///
    /// Extensions: algo, keepalive and, where `nicehash`, nicehash. The order of the members is that of real pools.
    public func writeLoginReply(
        id: RequestID, session: UInt64, nicehash: Bool, job: UInt64, target: UInt64, slot: UInt8?,
        isShort: Bool = false, to output: inout [UInt8]
    ) {
        output.append(literal: "{\"id\":")
        id.write(to: &output)
        output.append(literal: ",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":{\"id\":\"0000000000000000\",\"job\":")
        // Sixteen digits and `","job":` stand before the end.
        output.patch(hex: session, digits: 16, at: output.count - 24)
        writeObject(job: job, target: target, slot: slot, isShort: isShort, to: &output)
        output.append(literal: ",\"extensions\":[\"algo\",\"keepalive\"")
        if nicehash { output.append(literal: ",\"nicehash\"") }
        output.append(literal: "],\"status\":\"OK\"}}\n")
    }

    /// Appends the reply to `getjob`: the job object as `result`.
    public func writeGetjobReply(
        id: RequestID, job: UInt64, target: UInt64, slot: UInt8?, isShort: Bool = false, to output: inout [UInt8]
    ) {
        output.append(literal: "{\"id\":")
        id.write(to: &output)
        output.append(literal: ",\"jsonrpc\":\"2.0\",\"error\":null,\"result\":")
        writeObject(job: job, target: target, slot: slot, isShort: isShort, to: &output)
        output.append(literal: "}\n")
    }

    /// Appends the job's blob, as bytes, with `nonce` in it.
    public func writeBlob(nonce: UInt32, to output: inout [UInt8]) {
        let start = output.count
        var offset = Int(slotOffset) - PoolJob.nonceDigits - 6
        while offset + 1 < notification.count, let high = Hex.digit(notification[offset]),
            let low = Hex.digit(notification[offset + 1])
        {
            output.append(high << 4 | low)
            offset += 2
        }
        let place = start + PoolJob.nonceDigits / 2
        for byte in 0..<4 { output[place + byte] = UInt8(truncatingIfNeeded: nonce >> UInt32(8 * byte)) }
    }

    private func writeObject(
        job: UInt64, target: UInt64, slot: UInt8?, isShort: Bool, to output: inout [UInt8]
    ) {
        let start = Self.head.utf8CodeUnitCount
        let shift = output.count - start
        output.append(contentsOf: notification[start..<Int(objectEnd)])
        patch(&output, shift: shift, job: job, target: target, slot: slot, isShort: isShort)
    }

    @inline(__always)
    private func patch(
        _ output: inout [UInt8], shift: Int, job: UInt64, target: UInt64, slot: UInt8?, isShort: Bool
    ) {
        output.patch(hex: job, digits: 12, at: shift + Int(jobOffset))
        // The target's digits are its bytes in memory order, little-endian.
        output.patch(hex: target.byteSwapped, digits: 16, at: shift + Int(targetOffset))
        if let slot { output.patch(hex: UInt64(slot), digits: 2, at: shift + Int(slotOffset)) }
        if isShort, let compact = Target.compact(target) { shorten(&output, shift: shift, to: compact) }
    }

    /// Only miners that are not xmrig get eight digits.
    @inline(never)
    private func shorten(_ output: inout [UInt8], shift: Int, to compact: UInt32) {
        let start = shift + Int(targetOffset)
        output.patch(hex: UInt64(compact.byteSwapped), digits: 8, at: start)
        output.removeSubrange(start + 8..<start + 16)
    }
}
