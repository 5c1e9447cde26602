import Foundation
import Testing

@Suite("Completions")
struct CompletionTests {
    /// Name of the value, its option, and what a shell offers for it: of each option and argument of a command and of those below.
    private func values(_ command: [String: Any]) -> [(value: String, option: String, kind: String?)] {
        let own = (command["arguments"] as? [[String: Any]] ?? []).compactMap { argument in
            (argument["valueName"] as? String).map { name in
                let option = "\(command["commandName"] ?? "") \(argument["preferredName"] ?? name)"
                return (name, option, (argument["completionKind"] as? [String: Any])?.keys.first)
            }
        }
        return own + (command["subcommands"] as? [[String: Any]] ?? []).flatMap { values($0) }
    }

    @Test("Shells offer files where a file is asked for, directories for a directory, and what a mode or tier can be")
    func kinds() throws {
        let outcome = try BuiltProgram.run(["--experimental-dump-help"])
        let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        let command = try #require(document?["command"] as? [String: Any])
        let kinds = ["file": "file", "dir": "directory", "mode": "list", "tier": "list"]
        let known = values(command).filter { kinds[$0.value] != nil }
        #expect(known.count > 20)
        for value in known { #expect(value.kind == kinds[value.value], "\(value.option)") }
    }
}
