// Text of the simulated peers. It is written here a second time, and not taken from StratumCodec, so that a fault of the
// codec cannot hide in a peer that shares it.

private let digits: [UInt8] = Array("0123456789abcdef".utf8)

func appendLittleEndian(_ value: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) as StrideTo<UInt64> {
        bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
}

/// Lower-case hex digits of `bytes`.
func hexText(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes that hex digits of either case stand for; nil where it is not an even number of hex digits.
func bytesOfHex(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count & 1 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(characters.count / 2)
    var index = 0
    while index < characters.count {
        guard let high = digitValue(characters[index]), let low = digitValue(characters[index + 1]) else { return nil }
        bytes.append(high << 4 | low)
        index += 2
    }
    return bytes
}

private func digitValue(_ character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x41 + 10
    case 0x61...0x66: character - 0x61 + 10
    default: nil
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
    hexText([
        UInt8(truncatingIfNeeded: nonce), UInt8(truncatingIfNeeded: nonce >> 8),
        UInt8(truncatingIfNeeded: nonce >> 16), UInt8(truncatingIfNeeded: nonce >> 24),
    ])
}

/// `text` with what JSON demands escaped.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where scalar.value < 0x20:
            result += "\\u00" + hexText([UInt8(truncatingIfNeeded: scalar.value)])
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
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
