import Testing

@testable import StrictJSON

@Suite("displayText")
struct DisplayTextTests {
    private func shown(_ contents: String, limit: Int = 100) -> String {
        Array(contents.utf8).withUnsafeBytes { displayText($0, limit: limit) }
    }

    @Test(
        "Escapes are resolved and what can't be printed is ?",
        arguments: [
            ("", ""), ("rig-1", "rig-1"), (#"a\"b\\c\/d"#, "a\"b\\c/d"), (#"\u0041\u00e9\uD83D\uDE00"#, "Aé😀"),
            (#"a\nb\u001b[0m\u0000"#, "a?b?[0m?"), ("\u{7F}\u{9B}\u{200B}\u{202E}", "????"), (#"\uD800"#, "?"),
            (#"\uDC00x"#, "?x"), (#"\uD800\u0041"#, "?A"), ("\\", "?"), ("\\u12", "?12"),
            ("\\q", "?"),
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

    @Test(
        "Bytes that are no UTF-8 are shown as ?, one for each, and the text around them as it is",
        arguments: [
            ([0x42, 0xFC, 0x72, 0x6F], "B?ro"),  // Latin 1
            ([0x8E, 0xE9, 0x61], "??a"),  // Shift JIS
            ([0xC3, 0x28], "?("), ([0xE2, 0x82], "??"), ([0x61, 0xC3], "a?"),  // cut off
            ([0xC0, 0xAF], "??"), ([0xE0, 0x80, 0xAF], "???"), ([0xF0, 0x80, 0x80, 0xAF], "????"),  // overlong
            ([0xED, 0xA0, 0x80], "???"), ([0xF4, 0x90, 0x80, 0x80], "????"),  // surrogates, beyond U+10FFFF
            ([0xFF, 0xFE, 0x62], "??b"), ([0xC3, 0xBC, 0xFC], "ü?"), ([0xEF, 0xBF, 0xBD], "?"),
        ] as [([UInt8], String)])
    func invalid(bytes: [UInt8], expected: String) {
        #expect(bytes.withUnsafeBytes { displayText($0, limit: 200) } == expected)
    }
}
