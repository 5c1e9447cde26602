import Foundation
import Testing

@testable import StratumProxy

@Suite("Files made of the table of keys")
struct GeneratedFilesTests {
    @Test(
        "They are what the program prints: scripts/generate makes them anew",
        arguments: [("docs/configuration.md", "--markdown"), ("deploy/config.example.json", "--example")])
    func upToDate(file: String, flag: String) throws {
        let made = flag == "--markdown" ? KeyReference.markdown : ExampleConfiguration.text
        #expect(try String(contentsOf: Repository.root.appendingPathComponent(file), encoding: .utf8) == made)
    }

    @Test("Every key has a heading of its own in the reference")
    func headings() {
        let names =
            ConfigurationKeys.all.map(\.path) + ConfigurationKeys.pool.map { "pools[].\($0.name)" }
            + ConfigurationKeys.receiver.map { "notify[].\($0.name)" }
        let headings = KeyReference.markdown.split(separator: "\n").filter { $0.hasPrefix("### ") }
        #expect(headings.map(String.init).sorted() == names.map { "### `\($0)`" }.sorted())
    }

    @Test("A line is no longer than it may be, unless a word is")
    func width() {
        let text = "one two three four " + String(repeating: "x", count: 30)
        #expect(
            Paragraph.lines(text, width: 12, indent: "// ") == [
                "// one two", "// three", "// four", "// " + String(repeating: "x", count: 30),
            ])
    }
}
