/// What is wrong with a JSON text: small enough for two registers.
public struct JSONFault: Error, Equatable, Sendable {
    /// The kinds of fault.
    public enum Code: UInt8, Sendable {
        /// Not one well-formed JSON text.
        case notJSON
        /// Nested deeper than 16 levels.
        case tooDeep
        /// More members or elements in one object or array than a peer has any use for.
        case tooManyMembers
        /// Well-formed, but not an object.
        case notAnObject
        /// A member that is read stands twice: two readers could take different ones.
        case duplicateKey
        /// A member's name holds a backslash: another reader could decode it to a name that is read.
        case escapedKey
    }

    /// What is wrong.
    public var code: Code
    /// Where in the text, in bytes from its start.
    public var offset: Int32

    /// A fault of kind `code` at `offset`.
    @inlinable @inline(__always)
    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = Int32(truncatingIfNeeded: offset)
    }
}
