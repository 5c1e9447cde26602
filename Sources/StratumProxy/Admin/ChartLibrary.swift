import AdminHTTP
import EventLoop

/// Dygraphs, as Debian's libjs-dygraphs has it.
enum ChartLibrary {
    private static let directory = "/usr/share/javascript/dygraphs"
    private static let names = [("dygraph.min.js", "dygraph.js"), ("dygraph.min.css", "dygraph.css")]
    /// Bytes of a file at most: eight times what there is.
    private static let limit = 1 << 20

    /// The files that are there, by the names that the page asks for. Reads them.
    static var files: [PageFiles.File] {
        names.compactMap { file, name in
            guard let contents = try? FileContents(at: "\(directory)/\(file)", limit: limit) else { return nil }
            return PageFiles.File(name: name, type: PageFiles.type(of: name), bytes: contents.bytes)
        }
    }
}
