import StrictJSON
import Testing

@Suite("Texts compared as texts")
struct JSONTextTests {
    private func isSpelled(_ contents: String, _ text: StaticString) -> Bool {
        var contents = contents
        return contents.withUTF8 { JSONText(UnsafeRawBufferPointer($0)).isSpelled(text) }
    }

    @Test(
        "Case and escapes don't count",
        arguments: ["rx/v2", "RX/V2", "Rx/v2", "rx\\/v2", "\\u0072x/v2", "\\u0052x\\u002fv2"])
    func same(contents: String) {
        #expect(isSpelled(contents, "rx/v2"))
    }

    @Test(
        "A shorter one, a longer one and another character make another text, also where only the bit of case differs",
        arguments: [
            "", "rx/v", "rx/v2 ", "rx/v22", "rx/w2", "rx\\u000fv2", "rx/v\\u0012", "rx/v\u{12}", "rx/v\u{212A}",
        ])
    func another(contents: String) {
        #expect(!isSpelled(contents, "rx/v2"))
    }

    @Test("What is skipped is gone, and nothing is where it doesn't fit")
    func skip() {
        var contents = "RandomX/0"
        contents.withUTF8 { bytes in
            var text = JSONText(UnsafeRawBufferPointer(bytes))
            let isShort = text.skip("rx")
            let isLong = text.skip("randomx")
            #expect(!isShort && isLong)
            #expect(text.isSpelled("/0") && !text.isSpelled(""))
        }
    }
}
