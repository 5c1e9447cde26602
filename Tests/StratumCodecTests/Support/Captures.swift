import Foundation
import Testing

/// A recorded line.
struct CapturedLine: Sendable, CustomTestStringConvertible {
    /// Who sent it.
    enum Sender: Sendable { case rig, pool }
    var sender: Sender
    var line: String
    var testDescription: String { "\(sender): \(line.prefix(40))" }
}

/// The recorded lines of `Fixtures/captures`.
enum Captures {
    /// The files' names.
    static let names = [
        "xmrig-6.26-keepalive", "xmrig-6.26-nicehash-fixed-byte-ab", "xmrig-6.26-to-p2pool-4.18",
        "xmrig-6.26-to-p2pool-4.18-repeats", "xmrig-6.26-to-tls-pool", "xmrig-proxy-6.26-to-pool",
    ]

    /// All lines of all files.
    static let all: [CapturedLine] = names.flatMap(lines)
    /// What rigs sent.
    static let rigLines = all.filter { $0.sender == .rig }.map(\.line)
    /// What pools sent.
    static let poolLines = all.filter { $0.sender == .pool }.map(\.line)

    /// The lines of one file.
    static func lines(_ name: String) -> [CapturedLine] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let url = tests.appendingPathComponent("Fixtures/captures/\(name).jsonl")
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { record in
            let object = try? JSONSerialization.jsonObject(with: Data(record.utf8)) as? [String: Any]
            guard let object, let from = object["from"] as? String, let line = object["line"] as? String,
                line != "-- closed"  // The recorder's own note.
            else { return nil }
            return CapturedLine(sender: from.hasPrefix("xmrig") ? .rig : .pool, line: line)
        }
    }
}
