import ProxyTerms
import StrictJSON

/// What becomes of an optional member of a pool's job on its way to rigs: they read its one proper form.
enum MemberForRigs: Equatable, Sendable {
    case asSent
    /// The pool sent none.
    case added
    /// The value that stands there is another spelling, or none.
    case replacing(ByteRange)

    /// Bytes that a member adds to the job, `whole` where it is new, `value` where a value takes another's place.
    func growth(whole: Int, value: Int) -> Int {
        switch self {
        case .asSent: 0
        case .added: whole
        case .replacing(let old): value - Int(old.count)
        }
    }
}

/// A checked job (docs/protocol.md#job-fields): every field is good for a rig (docs/invariants.md#rule-11).
public struct PoolJob: Equatable, Sendable {
    /// The job object from `{` to `}`.
    public var object: ByteRange
    /// Contents of `job_id`, escaped as sent; 1 ... 128 bytes.
    public var id: ByteRange
    /// Hex digits of the blob, 86 ... 814.
    public var blob: ByteRange
    /// Hex digits of the target, 8 or 16.
    public var targetText: ByteRange
    /// Hex digits of the seed hash, 64.
    public var seedHash: ByteRange
    /// The expanded 64-bit target, never 0 (docs/protocol.md#targets).
    public var target: UInt64
    /// The algorithm; `rx/0` where the pool named none.
    public var algorithm: Algorithm
    /// What rigs get of `algo`.
    var algorithmMember: MemberForRigs
    /// 0 where the pool sent none that can be read.
    public var height: UInt64
    /// What rigs get of `height`.
    var heightMember: MemberForRigs
    /// The four nonce bytes of the blob as sent, little-endian; the top byte is byte 42.
    public var nonce: UInt32
    /// A 64-bit hash of the blob's bytes with the four nonce bytes left out.
    public var blobHash: UInt64
}

extension PoolJob {
    /// The mark of the proxy of this kind that took the job from a pool, in the id that it was given there; nil for a job of any other
    /// pool. Proxies in a row keep it, and so does an xmrig-proxy between them.
    public func origin(in line: UnsafeRawBufferPointer) -> UInt32? {
        Hex.jobOrigin(line, id)
    }

    /// Longest job object, in bytes; real ones have about 400.
    static let longestObject = 4096
    /// Longest `job_id`, in bytes.
    static let longestID = 128
    /// Where the nonce's digits stand in the blob's (docs/protocol.md#job-fields).
    static let nonceDigits = 78
    /// Digits of a blob: 43 ... 407 bytes (docs/protocol.md#job-fields).
    static let blobDigits = 86...814

    /// The job at `object` of `line`, a well-formed object.
    init(_ line: UnsafeRawBufferPointer, object: ByteRange) throws(CodecFault) {
        guard object.count <= Self.longestObject else { throw CodecFault(.jobTooLong, at: Int(object.start)) }
        let members = try CodecFault.reading { () throws(JSONFault) in try Members(line, object: object) }
        let start = Int(object.start)

        guard let id = Self.id(members.id) else {
            throw CodecFault(.badJobID, at: members.id.offset(or: start))
        }
        guard let blob = Self.blob(line, members.blob) else {
            throw CodecFault(.badBlob, at: members.blob.offset(or: start))
        }
        guard let targetText = members.target.text, Hex.areDigits(line, targetText) else {
            throw CodecFault(.badTarget, at: members.target.offset(or: start))
        }
        guard let seedHash = Self.seedHash(line, members.seedHash) else {
            throw CodecFault(.badSeedHash, at: members.seedHash.offset(or: start))
        }

        self.object = object
        self.id = id
        self.blob = blob
        self.targetText = targetText
        self.seedHash = seedHash
        target = try Self.target(line, targetText)
        (algorithm, algorithmMember) = try Self.algorithm(line, members.algorithm)
        (height, heightMember) = Self.height(line, members.height)
        nonce = Hex.word(line, at: Int(blob.start) + Self.nonceDigits).value
        blobHash = Self.hash(line, blob)
        // What is passed on is within the bounds, too: a proxy behind this one has the same.
        guard Int(object.count) + JobTemplate.growth(self) <= Self.longestObject else {
            throw CodecFault(.jobTooLong, at: start)
        }
    }

    @inline(__always)
    private static func id(_ token: JSONToken) -> ByteRange? {
        guard let id = token.text, 1...longestID ~= Int(id.count) else { return nil }
        return id
    }

    @inline(__always)
    private static func blob(_ line: UnsafeRawBufferPointer, _ token: JSONToken) -> ByteRange? {
        guard let blob = token.text, blobDigits ~= Int(blob.count), blob.count & 1 == 0, Hex.areDigits(line, blob)
        else { return nil }
        return blob
    }

    @inline(__always)
    private static func seedHash(_ line: UnsafeRawBufferPointer, _ token: JSONToken) -> ByteRange? {
        guard let seedHash = token.text, seedHash.count == 64, Hex.areDigits(line, seedHash) else { return nil }
        return seedHash
    }

    /// All members of the job at `object` that don't fit.
    static func misfits(_ line: UnsafeRawBufferPointer, object: ByteRange) -> [LineMisfit] {
        guard let members = try? Members(line, object: object) else { return [] }
        var misfits: [LineMisfit] = []
        if id(members.id) == nil { misfits.append(LineMisfit(.badJobID, "job_id", members.id, line)) }
        if blob(line, members.blob) == nil { misfits.append(LineMisfit(.badBlob, "blob", members.blob, line)) }
        if let text = members.target.text, Hex.areDigits(line, text) {
            do throws(CodecFault) {
                _ = try target(line, text)
            } catch {
                misfits.append(LineMisfit(error.code, "target", members.target, line))
            }
        } else {
            misfits.append(LineMisfit(.badTarget, "target", members.target, line))
        }
        if (try? algorithm(line, members.algorithm)) == nil {
            misfits.append(LineMisfit(.unsupportedAlgorithm, "algo", members.algorithm, line))
        }
        if seedHash(line, members.seedHash) == nil {
            misfits.append(LineMisfit(.badSeedHash, "seed_hash", members.seedHash, line))
        }
        return misfits
    }

    private static func target(_ line: UnsafeRawBufferPointer, _ text: ByteRange) throws(CodecFault) -> UInt64 {
        let start = Int(text.start)
        let target: UInt64?
        switch text.count {
        case 8:
            target = Target.expand(compact: Hex.word(line, at: start).value)
        case 16:
            let low = UInt64(Hex.word(line, at: start).value)
            let whole = low | UInt64(Hex.word(line, at: start + 8).value) << 32
            target = whole == 0 ? nil : whole
        default:
            throw CodecFault(.badTarget, at: start)
        }
        guard let target else { throw CodecFault(.zeroTarget, at: start) }
        return target
    }

    /// A text names it; null, and what is no text, is as if there were none (xmrig-proxy reads it so).
    private static func algorithm(
        _ line: UnsafeRawBufferPointer, _ token: JSONToken
    ) throws(CodecFault) -> (Algorithm, MemberForRigs) {
        if token.kind == .absent { return (.rx0, .added) }
        guard let text = token.text else { return (.rx0, .replacing(token.range)) }
        guard let algorithm = Algorithm(token, line) else {
            throw CodecFault(.unsupportedAlgorithm, at: Int(token.start))
        }
        return (algorithm, text.bytes(in: line).matches(algorithm.spelling) ? .asSent : .replacing(token.range))
    }

    /// Only for show: RandomX doesn't need it.
    private static func height(_ line: UnsafeRawBufferPointer, _ token: JSONToken) -> (UInt64, MemberForRigs) {
        switch token.kind {
        case .absent: return (0, .added)
        case .integer: if let height = token.unsigned(line) { return (height, .asSent) }
        case .fraction, .string, .escapedString:
            let text = String(decoding: (token.text ?? token.range).bytes(in: line).prefix(32), as: UTF8.self)
            if let height = Double(text).flatMap({ UInt64(exactly: $0) }) { return (height, .replacing(token.range)) }
        case .object, .array, .yes, .no, .null: break
        }
        return (0, .replacing(token.range))
    }

    /// Mixes the blob's bytes, four at a time, those of the nonce left out.
    private static func hash(_ line: UnsafeRawBufferPointer, _ blob: ByteRange) -> UInt64 {
        var hash = UInt64(blob.count) &* 0x9E37_79B9_7F4A_7C15
        func mix(_ bytes: UInt32) {
            hash = (hash ^ UInt64(bytes)) &* 0xBF58_476D_1CE4_E5B9
            hash ^= hash >> 29
        }
        let start = Int(blob.start)
        let nonce = start + nonceDigits
        for offset in stride(from: start, to: nonce - 8, by: 8) { mix(Hex.word(line, at: offset).value) }
        // 78 digits are no multiple of 8: the last word overlaps what was mixed before.
        mix(Hex.word(line, at: nonce - 8).value)
        let tail = nonce + 8
        for offset in stride(from: tail, through: blob.end - 8, by: 8) { mix(Hex.word(line, at: offset).value) }
        // What is left is up to three bytes.
        for offset in stride(from: blob.end - (blob.end - tail) % 8, to: blob.end, by: 2) {
            mix(UInt32(Hex.digit(line[offset]) ?? 0) << 4 | UInt32(Hex.digit(line[offset + 1]) ?? 0))
        }
        return hash
    }

    /// The members of a job object that are read here.
    private struct Members {
        var id = JSONToken.absent
        var blob = JSONToken.absent
        var target = JSONToken.absent
        var algorithm = JSONToken.absent
        var height = JSONToken.absent
        var seedHash = JSONToken.absent

        init(_ line: UnsafeRawBufferPointer, object: ByteRange) throws(JSONFault) {
            var cursor = JSONCursor(line, at: Int(object.start))
            try cursor.open()
            var count = 0
            while let key = try cursor.nextPlainKey(&count) {
                let value = try cursor.value()
                if key.matches("blob") {
                    try blob.set(value, key)
                } else if key.matches("job_id") {
                    try id.set(value, key)
                } else if key.matches("target") {
                    try target.set(value, key)
                } else if key.matches("algo") {
                    try algorithm.set(value, key)
                } else if key.matches("height") {
                    try height.set(value, key)
                } else if key.matches("seed_hash") {
                    try seedHash.set(value, key)
                }
            }
            // Those that are added before the job goes on to a rig count as well.
            for added in [algorithm, height] where added.kind == .absent { try cursor.count(&count) }
        }
    }
}
