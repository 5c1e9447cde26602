import CAdminPage

/// The files of the page, as they were when the program was built.
public enum PageFiles {
    /// A file with its type for browsers.
    public struct File {
        /// `page.css`
        public let name: String
        /// `text/css; charset=utf-8`
        public let type: String
        /// What stands in it.
        public let bytes: [UInt8]

        /// A file of somebody else's.
        public init(name: String, type: String, bytes: [UInt8]) {
            self.name = name
            self.type = type
            self.bytes = bytes
        }
    }

    /// All of them.
    public static var all: [File] {
        var files: [File] = []
        while let file = admin_page_file(Int32(files.count))?.pointee, let name = file.name {
            let name = String(cString: name)
            files.append(
                File(
                    name: name, type: type(of: name),
                    bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count))))
        }
        return files
    }

    /// The type of a file by its name; browsers run and style nothing else.
    public static func type(of name: String) -> String {
        if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
        if name.hasSuffix(".js") { return "text/javascript; charset=utf-8" }
        if name.hasSuffix(".json") { return "application/json" }
        return "text/html; charset=utf-8"
    }
}
