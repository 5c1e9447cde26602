import ProxyTerms

/// The RandomX seed of a job: rigs build their dataset from it, which takes them seconds to a minute.
public struct SeedHash: Hashable, Sendable, CustomStringConvertible {
    private let words: SIMD8<UInt32>

    /// The seed that stands at `range`, 64 checked hex digits.
    init(_ line: UnsafeRawBufferPointer, _ range: ByteRange) {
        var words = SIMD8<UInt32>()
        for index in words.indices { words[index] = Hex.word(line, at: Int(range.start) + index * 8).value }
        self.words = words
    }

    /// Appends its 32 bytes.
    public func write(to output: inout [UInt8]) {
        for index in words.indices {
            for byte in 0..<4 as Range<UInt32> { output.append(UInt8(truncatingIfNeeded: words[index] >> (8 * byte))) }
        }
    }

    /// Its first eight digits: enough to tell seeds apart in a log.
    public var description: String {
        let text = String(words[0].byteSwapped, radix: 16)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }
}

extension PoolJob {
    /// The seed of the job, which was decoded from `line`.
    public func seed(in line: UnsafeRawBufferPointer) -> SeedHash {
        SeedHash(line, seedHash)
    }
}
