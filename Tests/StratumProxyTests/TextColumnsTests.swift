import Testing

@testable import StratumProxy

@Suite("Text in a terminal's columns")
struct TextColumnsTests {
    @Test(
        "A character of Chinese, Japanese or Korean and an emoji take two columns, with whatever stands above them",
        arguments: [
            ("rig", 3), ("矿机", 4), ("マイナー7", 9), ("광부", 4), ("🚀", 2), ("Büro", 4), ("e\u{301}", 1), ("", 0),
        ])
    func columns(text: String, columns: Int) { #expect(text.columns == columns) }

    @Test("What is cut fits, and no character is cut in half", arguments: 1...9)
    func cut(width: Int) {
        let text = TextLayout.cut("矿机 rig 七", width)
        #expect(text.columns <= width && (text.hasSuffix("…") || width >= 11))
    }

    @Test("Rows fit a terminal, whatever the words are made of", arguments: [12, 20, 40])
    func rows(width: Int) {
        let text = "rig 车库矿机 left, rig 地下室 is back, 广州 矿工 电脑 mine on p2pool"
        #expect(TextLayout.rows(text, width: width).allSatisfy { $0.columns <= width })
    }
}
