import StrictJSON
import Testing

@Suite("JSONObject")
struct JSONObjectTests {
    @Test("Members stand in the order of the calls, and an empty object is one")
    func order() {
        var object = JSONObject()
        #expect(object.text == "{}")
        object.set("b", 1)
        object.set("a", true)
        object.object("c") { _ in }
        object.set("d", ["x", "y"])
        object.objects("e", [1, 2]) { $0.set("n", $1) }
        #expect(object.text == #"{"b":1,"a":true,"c":{},"d":["x","y"],"e":[{"n":1},{"n":2}]}"#)
    }

    @Test(
        "Whole numbers have no point, and what is no number is null",
        arguments: [
            (0, "0"), (-0.0, "0"), (5, "5"), (0.25, "0.25"), (1e15, "1000000000000000"), (0x1p53, "9007199254740992.0"),
            (1e-7, "1e-07"), (.infinity, "null"), (.nan, "null"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        var object = JSONObject()
        object.set("n", value)
        #expect(object.text == "{\"n\":\(text)}")
    }

    @Test("Nothing is null, whatever it would have been")
    func nulls() {
        var object = JSONObject()
        object.set("a", String?.none)
        object.set("b", Double?.none)
        object.set("c", Bool?.none)
        #expect(object.text == #"{"a":null,"b":null,"c":null}"#)
    }

    @Test("What is written is read back, with every character that needs an escape")
    func roundTrip() throws {
        let text = (0...0xFF).compactMap(Unicode.Scalar.init).map(String.init).joined() + "😀€\u{2028}"
        var object = JSONObject()
        object.set(text, text)
        object.set("list", [1, 2.5, -3e9])
        let document = try JSONDocument(Array(object.text.utf8))
        #expect(document[text]?.string == text)
        #expect(document.numbers("list") == [1, 2.5, -3e9])
        #expect(!object.text.utf8.contains { $0 < 0x20 || $0 == 0x7F })
    }
}
