import Testing

/// Byte 42 of a job as a rig was given it, in its place in a nonce.
func slot(of line: String) throws -> UInt32 {
    let blob = try #require(member("blob", of: line))
    let byte = blob.dropFirst(84).prefix(2)
    return try #require(UInt32(byte, radix: 16)) << 24
}
