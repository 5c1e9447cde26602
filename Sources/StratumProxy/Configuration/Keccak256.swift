/// Keccak-256 with the original padding, as Monero has it in its addresses. Used once, at start, on less than 136
/// bytes; nothing here is tuned.
enum Keccak256 {
    /// The 32 bytes of the hash of `message`.
    static func hash(_ message: [UInt8]) -> [UInt8] {
        let rate = 136
        var padded = message
        padded.append(0x01)
        padded.append(contentsOf: repeatElement(0, count: (rate - padded.count % rate) % rate))
        padded[padded.count - 1] |= 0x80

        var state = [UInt64](repeating: 0, count: 25)
        for block in stride(from: 0, to: padded.count, by: rate) {
            for lane in 0..<rate / 8 {
                for byte in 0..<8 {
                    state[lane] ^= UInt64(padded[block + lane * 8 + byte]) << UInt64(8 * byte)
                }
            }
            permute(&state)
        }
        return (0..<32).map { UInt8(truncatingIfNeeded: state[$0 / 8] >> UInt64(8 * ($0 % 8))) }
    }

    private static let roundConstants: [UInt64] = [
        0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
        0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
        0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
        0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
        0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
        0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
    ]
    /// How far rho turns each lane, and where pi puts it, in the order of pi's walk from lane 1.
    private static let rotations = [
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
    ]
    private static let walk = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1]

    private static func permute(_ state: inout [UInt64]) {
        func turned(_ value: UInt64, _ count: Int) -> UInt64 {
            value << UInt64(count) | value >> UInt64(64 - count)
        }
        for constant in roundConstants {
            // Theta.
            var columns = [UInt64](repeating: 0, count: 5)
            for lane in 0..<25 { columns[lane % 5] ^= state[lane] }
            for lane in 0..<25 {
                state[lane] ^= columns[(lane % 5 + 4) % 5] ^ turned(columns[(lane % 5 + 1) % 5], 1)
            }
            // Rho and pi.
            var carried = state[1]
            for step in 0..<24 {
                let next = state[walk[step]]
                state[walk[step]] = turned(carried, rotations[step])
                carried = next
            }
            // Chi.
            for row in stride(from: 0, to: 25, by: 5) {
                let lanes = Array(state[row..<row + 5])
                for lane in 0..<5 {
                    state[row + lane] = lanes[lane] ^ (~lanes[(lane + 1) % 5] & lanes[(lane + 2) % 5])
                }
            }
            // Iota.
            state[0] ^= constant
        }
    }
}
