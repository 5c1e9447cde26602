import StrictJSON

/// Why a line was refused.
public struct CodecError: Error, Equatable, Sendable {
    /// The kinds of fault.
    public enum Code: Equatable, Sendable {
        /// No JSON object that everybody reads alike.
        case json(JSONFault.Code)
        /// The id is neither an integer nor a string nor null, or longer than 40 bytes.
        case badRequestID
        /// No `method`, or not a string.
        case missingMethod
        /// No `params` object where the method needs one.
        case missingParams
        /// No string `params.id` in a submit, no string `result.id` in the answer to a login.
        case missingSession
        /// No string `params.job_id` in a submit.
        case missingJobID
        /// The nonce is not 8 hex digits.
        case badNonce
        /// The result is not 64 hex digits.
        case badResult
        /// The job's `job_id` is missing, empty, longer than 128 bytes or not a string.
        case badJobID
        /// The blob is not 43 to 407 bytes of hex digits (docs/protocol.md#job-fields).
        case badBlob
        /// The target is not 8 or 16 hex digits.
        case badTarget
        /// The target is zero (docs/invariants.md#rule-11).
        case zeroTarget
        /// The job's algorithm is not mined for Monero (docs/invariants.md#rule-11).
        case unsupportedAlgorithm
        /// The seed hash is missing or not 64 hex digits.
        case badSeedHash
        /// A job notification without a job object.
        case missingJob
        /// The job object is longer than 4 KiB.
        case jobTooLong
        /// A method that there is not.
        case unknownMethod
        /// A line over the bound.
        case lineTooLong
        /// A share before the login.
        case notLoggedIn
    }

    /// What is wrong.
    public var code: Code
    /// Where in the line, in bytes from its start.
    public var offset: Int32
    /// The request's id if it could be had, so that the fault can be answered.
    public var id: RequestID

    /// A fault of kind `code` at `offset`.
    public init(code: Code, offset: Int32, id: RequestID) {
        self.code = code
        self.offset = offset
        self.id = id
    }
}

/// A fault inside the codec: small enough for two registers; becomes a `CodecError` at the surface.
struct CodecFault: Error {
    var code: CodecError.Code
    var offset: Int32

    @inline(__always)
    init(_ code: CodecError.Code, at offset: Int) {
        self.code = code
        self.offset = Int32(truncatingIfNeeded: offset)
    }

    /// The same fault, as the line's reader found it.
    @inline(__always)
    init(_ fault: JSONFault) {
        code = .json(fault.code)
        offset = fault.offset
    }

    /// What `read` returns; its fault as the codec's. Where a large value is returned this copies it once more than `do`
    /// and `catch` in its place.
    @inline(__always)
    static func reading<Value>(_ read: () throws(JSONFault) -> Value) throws(CodecFault) -> Value {
        do throws(JSONFault) {
            return try read()
        } catch {
            throw CodecFault(error)
        }
    }
}
