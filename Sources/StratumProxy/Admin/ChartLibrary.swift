import AdminHTTP
import EventLoop

/// Dygraphs, as Debian's libjs-dygraphs has it.
///
/// A thread of the pool writes it, then the loop reads it; never both at a time.
final class ChartLibrary: @unchecked Sendable {
    /// The files that were there, by the names that the page asks for.
    private(set) var found: [PageFiles.File] = []

    private static let directory = "/usr/share/javascript/dygraphs"
    private static let names = [("dygraph.min.js", "dygraph.js"), ("dygraph.min.css", "dygraph.css")]
    /// Bytes of a file at most: eight times what there is.
    private static let limit = 1 << 20

    func read() {
        for (file, name) in Self.names {
            guard let contents = try? FileContents(at: "\(Self.directory)/\(file)", limit: Self.limit) else { continue }
            found.append(PageFiles.File(name: name, type: PageFiles.type(of: name), bytes: contents.bytes))
        }
    }
}
