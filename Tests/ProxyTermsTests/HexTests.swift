import ProxyTerms
import Testing

@Suite("Hex")
struct HexTests {
    @Test("A digit's value is that of the standard library, for every byte")
    func digit() {
        for byte in UInt8.min ... .max {
            #expect(Hex.digit(byte) == Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init))
        }
    }

    @Test("Digits written are read back")
    func digits() {
        for byte in UInt8.min ... .max {
            let (high, low) = Hex.digits(byte)
            #expect(Hex.digit(high) == byte >> 4 && Hex.digit(low) == byte & 0xF)
            #expect(!(0x41...0x46).contains(high) && !(0x41...0x46).contains(low))
        }
    }

    @Test("Every byte at every place of a word is judged as alone")
    func word() {
        for place in 0..<8 {
            for byte in UInt8.min ... .max {
                var text = Array("00000000".utf8)
                text[place] = byte
                let word = text.withUnsafeBytes { Hex.word($0, at: 0) }
                let digit = Hex.digit(byte)
                #expect(word.isValid == (digit != nil))
                if let digit {
                    #expect(word.isLowerCase == !(0x41...0x46).contains(byte))
                    let shift = UInt32(place / 2 * 8 + (place % 2 == 0 ? 4 : 0))
                    #expect(word.value == UInt32(digit) << shift)
                }
            }
        }
    }

    @Test("Bytes that are no digits spoil a word in any company")
    func mixed() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let text = (0..<8).map { _ in
                Bool.random(using: &generator)
                    ? Array("0123456789abcdefABCDEF".utf8).randomElement(using: &generator) ?? 0
                    : UInt8.random(in: .min ... .max, using: &generator)
            }
            let word = text.withUnsafeBytes { Hex.word($0, at: 0) }
            #expect(word.isValid == text.allSatisfy { Hex.digit($0) != nil })
        }
    }

    @Test("Digits of any number are checked to the last", arguments: 0..<40)
    func areDigits(count: Int) {
        let good = [UInt8](repeating: 0x66, count: count)
        let range = ByteRange(start: 0, count: count)
        #expect(good.withUnsafeBytes { Hex.areDigits($0, range) })
        for place in good.indices {
            var bad = good
            bad[place] = 0x67
            #expect(!bad.withUnsafeBytes { Hex.areDigits($0, range) })
        }
    }

    @Test(
        "Bytes and their digits, of either case, are one another's",
        arguments: [[], [0], [0x0F, 0xA0, 0xFF]] as [[UInt8]])
    func text(bytes: [UInt8]) {
        let text = Hex.text(bytes)
        #expect(text == text.lowercased() && text.utf8.count == bytes.count * 2)
        #expect(Hex.bytes(text) == bytes && Hex.bytes(text.uppercased()) == bytes)
    }

    @Test("An odd digit, a foreign one and a sign stand for no bytes", arguments: ["f", "0g", "+f", "0x", "é", " 00"])
    func noBytes(text: String) {
        #expect(Hex.bytes(text) == nil)
    }
}
