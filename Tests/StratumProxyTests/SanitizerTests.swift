import Testing

@testable import StratumProxy

@Suite("Text of others in our lines")
struct SanitizerTests {
    @Test(
        "What does not print, or changes how the rest prints, is escaped",
        arguments: [
            ("rig-01 (shed)", "rig-01 (shed)"),
            ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"),
            ("a\nb\r\tc\0", "a\\nb\\r\\tc\\u{0}"),
            ("\u{202E}gnp", "\\u{202e}gnp"),
            ("\u{2066}\u{200F}\u{061C}\u{FEFF}", "\\u{2066}\\u{200f}\\u{61c}\\u{feff}"),
            ("back\\slash", "back\\\\slash"),
            ("größe 矿机", "größe 矿机"),
            ("\u{85}\u{2028}\u{2029}\u{A0}", "\\u{85}\\u{2028}\\u{2029}\\u{a0}"),
            ("e\u{301}\u{301}", "e\\u{301}\\u{301}"),
            ("\u{9B}31m", "\\u{9b}31m"),
        ])
    func escaped(text: String, shown: String) {
        #expect(Sanitizer.printable(text) == shown)
    }

    @Test("Long text is cut, and no escape is cut in two")
    func capped() {
        #expect(Sanitizer.printable(String(repeating: "a", count: 64)).count == 64)
        #expect(Sanitizer.printable(String(repeating: "a", count: 65)) == String(repeating: "a", count: 63) + "…")
        let escapes = Sanitizer.printable(String(repeating: "\u{1B}", count: 1000))
        #expect(escapes.unicodeScalars.count <= 64 && escapes.hasSuffix("}…"))
    }
}
