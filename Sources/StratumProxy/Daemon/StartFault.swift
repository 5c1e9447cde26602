import Glibc

/// Why the daemon could not start, for the operator.
struct StartFault: Error, CustomStringConvertible {
    let text: String
    /// The system's name of the error, where one was the cause.
    var name: String?
    var description: String { text }
}

/// Makes directories of our own.
enum DirectoryMaker {
    /// Makes `path` and what is missing above it, for the owner only.
    static func make(_ path: String) throws {
        var partial = path.hasPrefix("/") ? "/" : ""
        for component in path.split(separator: "/") {
            partial += (partial.isEmpty || partial.hasSuffix("/") ? "" : "/") + component
            if mkdir(partial, 0o700) != 0, errno != EEXIST {
                throw StartFault(text: ProxyWords.cantMake(directory: partial, String(cString: strerror(errno))))
            }
        }
    }
}
