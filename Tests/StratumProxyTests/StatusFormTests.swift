import Foundation
import Testing

@testable import StratumProxy

@Suite("The JSON of status, which programs read")
struct StatusFormTests {
    /// The members of `value` by path; those of a list's elements behind `[]`.
    private func paths(_ value: Any, _ path: String = "") -> Set<String> {
        switch value {
        case let object as [String: Any]:
            object.reduce(into: []) { paths, member in
                paths.formUnion(self.paths(member.value, path.isEmpty ? member.key : "\(path).\(member.key)"))
            }
        case let list as [Any] where list.contains { $0 is [String: Any] }:
            list.reduce(into: []) { $0.formUnion(paths($1, path + "[]")) }
        default: [path]
        }
    }

    /// As docs/status.md has it: upstreams, tiers and windows by a word for any of them.
    private func described(_ path: String) -> String {
        path.split(separator: ".").enumerated().map { index, part in
            let parent = index == 0 ? "" : path.split(separator: ".")[index - 1]
            switch parent {
            case "upstreams", "ledger": return "UPSTREAM"
            case "forecast": return "TIER"
            case "hashrate": return "WINDOW"
            case _: return String(part)
            }
        }.joined(separator: ".")
    }

    @Test("Its form is the golden file's: a member that goes or changes its meaning makes another schema")
    func golden() throws {
        let report = SampleReport.report
        let text = report.json.replacingOccurrences(of: "\"version\":\"\(Version.current)\"", with: "\"version\":\"0\"")
        try Golden.expect(text.replacingOccurrences(of: ",\"", with: ",\n\"") + "\n", "status.json")
    }

    @Test("docs/status.md describes each member, and none that is not there")
    func documented() throws {
        let object = try JSONSerialization.jsonObject(with: Data(SampleReport.report.json.utf8))
        let members = Set(paths(object).map(described))
        let text = try String(contentsOf: Golden.root.appendingPathComponent("docs/status.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        #expect(Set(rows).symmetricDifference(members) == [], "not in both")
        #expect(rows.count == Set(rows).count)
    }

    @Test("Every line begins with the schema's number")
    func schema() {
        #expect(SampleReport.report.json.hasPrefix("{\"schema\":\(StatusReport.schema),"))
    }
}
