import Glibc

/// What the kernel tells of this machine's processes (proc(5)), as far as this user may see it.
enum Processes {
    /// Processes, and entries of a directory, that are looked at; bytes of a file that are read.
    private static let most = (entries: 65_536, bytes: 1_048_576)

    /// The numbers of all, in their order.
    static var all: [Int32] { entries(of: "/proc").compactMap { Int32($0) }.sorted() }

    /// The names in a directory, none where it is closed to us.
    static func entries(of path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory), names.count < most.entries {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names
    }

    /// Where a symbolic link leads; nil where that can't be read.
    static func target(of path: String) -> String? {
        var target = [CChar](repeating: 0, count: 4_096)
        let count = readlink(path, &target, target.count)
        guard count > 0 else { return nil }
        return String(decoding: target.prefix(count).map(UInt8.init(truncatingIfNeeded:)), as: UTF8.self)
    }

    /// A file's bytes. The kernel's files have no length: they are read to their end.
    static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < most.bytes {
            let count = Glibc.read(file, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }
}
