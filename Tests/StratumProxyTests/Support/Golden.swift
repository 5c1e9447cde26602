import Foundation
import Testing

/// Texts that are held to a file, so that a change of them is seen in the review.
enum Golden {
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Golden")
    /// The top of the repository.
    static let root = directory.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Holds `text` to the file `name`. With GOLDEN=write in the environment the file is written instead.
    static func expect(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = directory.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["GOLDEN"] == "write" {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(
            text == expected, "Tests/StratumProxyTests/Golden/\(name) (GOLDEN=write writes it)",
            sourceLocation: sourceLocation)
    }
}
