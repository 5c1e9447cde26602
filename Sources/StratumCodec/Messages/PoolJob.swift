import ProxyTerms
import StrictJSON

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
    /// Whether the pool named the algorithm.
    public var hasAlgorithm: Bool
    /// nil where the pool sent none.
    public var height: UInt64?
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

        guard let id = members.id.text, 1...Self.longestID ~= Int(id.count) else {
            throw CodecFault(.badJobID, at: members.id.offset(or: start))
        }
        guard let blob = members.blob.text, Self.blobDigits ~= Int(blob.count), blob.count & 1 == 0,
            Hex.areDigits(line, blob)
        else { throw CodecFault(.badBlob, at: members.blob.offset(or: start)) }
        guard let targetText = members.target.text, Hex.areDigits(line, targetText) else {
            throw CodecFault(.badTarget, at: members.target.offset(or: start))
        }
        guard let seedHash = members.seedHash.text, seedHash.count == 64, Hex.areDigits(line, seedHash) else {
            throw CodecFault(.badSeedHash, at: members.seedHash.offset(or: start))
        }

        // What is passed on is within the bounds, too: a proxy behind this one has the same.
        let longer = JobTemplate.growth(
            id: id, target: targetText, lacksAlgorithm: members.algorithm.kind == .absent,
            lacksHeight: members.height.kind == .absent)
        guard Int(object.count) + longer <= Self.longestObject else { throw CodecFault(.jobTooLong, at: start) }

        self.object = object
        self.id = id
        self.blob = blob
        self.targetText = targetText
        self.seedHash = seedHash
        target = try Self.target(line, targetText)
        algorithm = try Self.algorithm(line, members.algorithm)
        hasAlgorithm = members.algorithm.kind != .absent
        height = try Self.height(line, members.height)
        nonce = Hex.word(line, at: Int(blob.start) + Self.nonceDigits).value
        blobHash = Self.hash(line, blob)
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

    private static func algorithm(_ line: UnsafeRawBufferPointer, _ token: JSONToken) throws(CodecFault) -> Algorithm {
        if token.kind == .absent { return .rx0 }
        guard let text = token.text, let algorithm = Algorithm(text.bytes(in: line)) else {
            throw CodecFault(.unsupportedAlgorithm, at: Int(token.start))
        }
        return algorithm
    }

    private static func height(_ line: UnsafeRawBufferPointer, _ token: JSONToken) throws(CodecFault) -> UInt64? {
        if token.kind == .absent { return nil }
        guard let height = token.unsigned(line) else { throw CodecFault(.badHeight, at: Int(token.start)) }
        return height
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
