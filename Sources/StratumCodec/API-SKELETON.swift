// Skeleton of the codec's public surface; each type moves to a file of its own.

/// What a rig asked for.
public enum RigMessage: Equatable, Sendable {
    case login(Login)
    case submit(Submit)
    case keepalived(RequestID)
    case getjob(RequestID)
    /// A well-formed request of a method that is not served.
    case unknownMethod(RequestID)
}

/// A rig's `login` (wire.md A1.2). Ranges are the JSON-escaped contents without the quotes.
public struct Login: Equatable, Sendable {
    public var id: RequestID
    public var user: ByteRange?
    public var pass: ByteRange?
    public var agent: ByteRange?
    public var rigID: ByteRange?
    /// nil: no list sent (xmrig-proxy sends none), takes any.
    public var algorithms: AlgorithmSet?
}

/// A rig's `submit` (wire.md A3.7).
public struct Submit: Equatable, Sendable {
    public var id: RequestID
    /// The downstream job id as a number (12 lower-case hex digits as minted), nil where it was never one of ours.
    public var job: UInt64?
    /// The four nonce bytes in memory order, little-endian: byte 42 of the blob is the top byte.
    public var nonce: UInt32
    /// Bytes 24..31 of the result, little-endian: what is compared with a target (wire.md A2.5).
    public var hash: UInt64
    /// Where the JSON id token stands in the line (what `splice` replaces).
    var idToken: ByteRange
    /// Where the contents of `params.id` stand, without quotes.
    var sessionText: ByteRange
    /// Where the contents of `params.job_id` stand, without quotes.
    var jobText: ByteRange
    /// The outermost object, from `{` to `}`.
    var object: ByteRange

    /// Appends the line for the pool, `\n` included: the rig's own line with the three ids replaced and every other byte unchanged.
    /// The pool's session id and job id are JSON-escaped text as the pool sent it.
    public func splice(
        line: UnsafeRawBufferPointer, id: UInt32, session: UnsafeRawBufferPointer, job: UnsafeRawBufferPointer,
        to output: inout [UInt8]
    ) { fatalError("skeleton") }
}

/// The algorithms that are mined for Monero (wire.md A5): others are refused.
public enum Algorithm: UInt8, Sendable, CaseIterable {
    case rx0 = 0
    case rx2 = 1
    public var name: String { self == .rx0 ? "rx/0" : "rx/2" }
}

/// The algorithms of ours that a rig listed.
public struct AlgorithmSet: OptionSet, Sendable, Equatable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let rx0 = AlgorithmSet(rawValue: 1)
    public static let rx2 = AlgorithmSet(rawValue: 2)
    public func contains(_ algorithm: Algorithm) -> Bool { rawValue & (1 << algorithm.rawValue) != 0 }
}

/// What a pool said.
public enum PoolMessage: Equatable, Sendable {
    /// A job notification.
    case job(PoolJob)
    /// The answer to a login: the session id's contents, the first job, the extensions.
    case loggedIn(id: UInt32, session: ByteRange, job: PoolJob, extensions: PoolExtensions)
    /// A reply with a result object (or `result: true`) and no error.
    case success(id: UInt32)
    /// A reply with an error; the message's escaped contents, empty where it had none.
    case failure(id: UInt32?, message: ByteRange)
    /// Well-formed, and nothing to us: other notifications, `client.reconnect` (rule 12), replies without id.
    case ignored
}

/// `result.extensions` of a login reply (wire.md A1.4).
public struct PoolExtensions: OptionSet, Sendable, Equatable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let algo = PoolExtensions(rawValue: 1)
    public static let nicehash = PoolExtensions(rawValue: 2)
    public static let keepalive = PoolExtensions(rawValue: 4)
}

/// A checked job (wire.md A2, rule 11): every field is good for a rig.
public struct PoolJob: Equatable, Sendable {
    /// The job object from `{` to `}`.
    public var object: ByteRange
    /// Contents of `job_id`, escaped as sent; 1 ... 128 bytes.
    public var id: ByteRange
    /// Hex digits of the blob.
    public var blob: ByteRange
    /// Hex digits of the target, 8 or 16.
    public var targetText: ByteRange
    public var seedHash: ByteRange
    /// The expanded 64-bit target, never 0 (wire.md A2.5).
    public var target: UInt64
    public var algorithm: Algorithm
    public var hasAlgorithm: Bool
    /// nil where the pool sent none.
    public var height: UInt64?
    /// The four nonce bytes of the blob as sent, little-endian; the top byte is byte 42.
    public var nonce: UInt32
    /// A 64-bit hash of the blob's bytes with the four nonce bytes left out.
    public var blobHash: UInt64
}

/// A job of a pool as the line for rigs: serialised once, patched per rig.
public struct JobTemplate: Sendable {
    /// The job object: the pool's own bytes with `job_id` (12 hex digits), `target` (16 hex digits) and blob byte 42 (2 hex digits) to be
    /// patched; `algo` and `height` added where the pool sent none.
    public init(line: UnsafeRawBufferPointer, job: PoolJob) { fatalError("skeleton") }

    /// Appends `{"jsonrpc":"2.0","method":"job","params":{…}}\n`. `slot` nil leaves byte 42 as the pool sent it.
    public func writeNotification(job: UInt64, target: UInt64, slot: UInt8?, to output: inout [UInt8]) { fatalError("skeleton") }

    /// Appends the reply to a login; `session` is written as 16 hex digits. Extensions: algo, keepalive and, where `nicehash`, nicehash.
    public func writeLoginReply(
        id: RequestID, session: UInt64, nicehash: Bool, job: UInt64, target: UInt64, slot: UInt8?, to output: inout [UInt8]
    ) { fatalError("skeleton") }

    /// Appends the reply to `getjob`: the job object as `result`.
    public func writeGetjobReply(id: RequestID, job: UInt64, target: UInt64, slot: UInt8?, to output: inout [UInt8]) { fatalError("skeleton") }
}

/// Replies to rigs.
public enum RigReply {
    /// `{"id":N,"jsonrpc":"2.0","error":null,"result":{"status":"OK"}}\n`
    public static func accepted(id: RequestID, to output: inout [UInt8]) { fatalError("skeleton") }
    /// The same with status `KEEPALIVED`.
    public static func keptAlive(id: RequestID, to output: inout [UInt8]) { fatalError("skeleton") }
    /// `{"id":N,"jsonrpc":"2.0","error":{"code":C,"message":"M"}}\n`; `message` is our own text (escaped here all the same).
    public static func failed(id: RequestID, code: Int, message: StaticString, to output: inout [UInt8]) { fatalError("skeleton") }
    /// The same with a pool's own message: unescaped, capped at 256 characters, made printable and escaped anew (rule 2 is the caller's).
    public static func failed(id: RequestID, code: Int, poolMessage: UnsafeRawBufferPointer, to output: inout [UInt8]) { fatalError("skeleton") }
}

/// Requests to pools.
public enum PoolRequest {
    /// `{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":U,"pass":P,"agent":A,"algo":["rx/0"]}}\n`; texts are escaped here; never a rig-id (rule 8).
    public static func login(user: String, pass: String, agent: String, to output: inout [UInt8]) { fatalError("skeleton") }
    /// `{"id":N,"jsonrpc":"2.0","method":"keepalived","params":{"id":SESSION}}\n`
    public static func keepalived(id: UInt32, session: UnsafeRawBufferPointer, to output: inout [UInt8]) { fatalError("skeleton") }
}

/// Why a line was refused. `offset` is where in the line.
public struct CodecError: Error, Equatable, Sendable {
    public enum Code: UInt8, Sendable {
        case notJSON, tooDeep, tooManyMembers, notAnObject, duplicateKey, escapedKey
        case badRequestID, missingMethod, missingParams
        case missingSession, missingJobID, badNonce, badResult
        case badJobID, badBlob, badTarget, zeroTarget, unsupportedAlgorithm, badSeedHash, badHeight, missingJob
    }
    public var code: Code
    public var offset: Int32
    /// The request's id where it was read before the fault, so that the fault can be answered.
    public var id: RequestID
}

/// Decodes one line of a rig.
public func decodeRigLine(_ line: UnsafeRawBufferPointer) throws(CodecError) -> RigMessage { fatalError("skeleton") }

/// Decodes one line of a pool.
public func decodePoolLine(_ line: UnsafeRawBufferPointer) throws(CodecError) -> PoolMessage { fatalError("skeleton") }

/// The text of an escaped JSON string's contents, at most `limit` bytes of UTF-8, control characters and other unprintables replaced by `?` (logs, names).
public func displayText(_ contents: UnsafeRawBufferPointer, limit: Int) -> String { fatalError("skeleton") }

/// Reassembles lines from a byte stream. The state is one word while no line is pending.
public struct LineFramer: Sendable {
    public init() {}
    /// Feeds `bytes`; calls `line` for each complete line, without its `\n` or `\r\n` (empty lines too). The line is valid during the call only.
    /// When `line` returns false the rest of `bytes` is dropped.
    /// - Returns: false where a line grew over `limit` bytes (nothing more must be fed).
    public mutating func receive(
        _ bytes: UnsafeRawBufferPointer, limit: Int, line: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool { fatalError("skeleton") }
    /// Bytes held of a line that is not complete yet.
    public var pendingBytes: Int { 0 }
}

/// Targets and difficulties (wire.md A2.5).
public enum Target {
    /// 2^64 / target: hashes expected for one share.
    public static func work(_ target: UInt64) -> Double { fatalError("skeleton") }
    /// floor((2^64-1) / target): the integer difficulty that is shown.
    public static func difficulty(_ target: UInt64) -> UInt64 { fatalError("skeleton") }
    /// The 64-bit target of `difficulty` (>= 1).
    public static func target(difficulty: UInt64) -> UInt64 { fatalError("skeleton") }
    /// The 64-bit target a rig makes of a 4-byte target (xmrig's own rounding).
    public static func expand(compact: UInt32) -> UInt64? { fatalError("skeleton") }
}

/// A set of 32-bit nonces, for finding duplicates; keeps its memory when emptied.
public struct NonceSet: Sendable {
    public init() {}
    public var count: Int { 0 }
    /// Adds `nonce`; false where it was there already.
    public mutating func insert(_ nonce: UInt32) -> Bool { fatalError("skeleton") }
    /// Empties the set.
    public mutating func removeAll() { fatalError("skeleton") }
}

/// Reads p2pool's and XvB's JSON documents without Foundation: a strict reader over bytes.
public struct JSONDocument {
    public init(_ bytes: UnsafeRawBufferPointer) throws(CodecError) { fatalError("skeleton") }
    /// The number at `path` of member names.
    public func number(_ path: String...) -> Double? { fatalError("skeleton") }
    public func text(_ path: String..., limit: Int) -> String? { fatalError("skeleton") }
}
