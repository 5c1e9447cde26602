import Foundation

/// The sources that these tests belong to.
enum Repository {
    /// The top: this file lies at Tests/ConfigurationTests/Support.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
