import ProxyTerms

func appendLittleEndian(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) as StrideTo<UInt64> {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
}

/// The little-endian number of up to eight bytes.
func littleEndian(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
    var value: UInt64 = 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return value
}

/// The four nonce bytes as hex in memory order.
func nonceText(_ nonce: UInt32) -> String {
    Hex.text([
        UInt8(truncatingIfNeeded: nonce), UInt8(truncatingIfNeeded: nonce >> 8),
        UInt8(truncatingIfNeeded: nonce >> 16), UInt8(truncatingIfNeeded: nonce >> 24),
    ])
}

/// A number >= 0 with three decimals, as C's "%.3f".
func threeDecimals(_ value: Double) -> String {
    let thousandths = UInt64((max(0, min(value, 1e15)) * 1000).rounded())
    let fraction = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
}

/// A share of the text of a line for a record of what went wrong.
func excerpt(_ line: [UInt8]) -> String {
    line.count <= 200 ? String(decoding: line, as: UTF8.self) : String(decoding: line[..<200], as: UTF8.self) + "…"
}
