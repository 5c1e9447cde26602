import Testing

@testable import StratumCodec

@Suite("displayText")
struct DisplayTextTests {
    private func shown(_ contents: String, limit: Int = 100) -> String {
        withBytes(contents) { displayText($0, limit: limit) }
    }

    @Test(
        "Escapes are resolved and what can't be printed is ?",
        arguments: [
            ("", ""), ("rig-1", "rig-1"), (#"a\"b\\c\/d"#, "a\"b\\c/d"), (#"\u0041\u00e9\uD83D\uDE00"#, "Aé😀"),
            (#"a\nb\u001b[0m\u0000"#, "a?b?[0m?"), ("\u{7F}\u{9B}\u{200B}\u{202E}", "????"), (#"\uD800"#, "\u{FFFD}"),
            (#"\uDC00x"#, "\u{FFFD}x"), (#"\uD800\u0041"#, "\u{FFFD}A"), ("\\", "\u{FFFD}"), ("\\u12", "\u{FFFD}12"),
            ("\\q", "\u{FFFD}"),
        ])
    func escapes(contents: String, expected: String) {
        #expect(shown(contents) == expected)
    }

    @Test("The limit is in bytes and never cuts a character", arguments: 0...12)
    func limit(limit: Int) {
        let text = shown("aé€😀bc", limit: limit)
        #expect(text.utf8.count <= limit)
        #expect("aé€😀bc".hasPrefix(text))
        if limit >= 12 { #expect(text == "aé€😀bc") }
    }

    @Test("Bytes that are no UTF-8 come out as replacement characters")
    func invalid() {
        let bytes: [UInt8] = [0x61, 0x80, 0xC3, 0x28, 0xE2, 0x82, 0xED, 0xA0, 0x80, 0xFF, 0xF4, 0x90, 0x80, 0x80, 0x62]
        let text = bytes.withUnsafeBytes { displayText($0, limit: 200) }
        #expect(text.hasPrefix("a\u{FFFD}") && text.hasSuffix("b"))
    }
}
