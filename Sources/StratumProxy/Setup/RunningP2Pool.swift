import EventLoop
import Glibc

/// A p2pool that runs on this machine: what its command line says.
struct RunningP2Pool: Equatable {
    /// The process.
    let process: Int32
    /// Its wallet, its Stratum ports as seen from here, and its --data-api, from the root.
    let configuration: ImportedConfiguration

    /// Processes that are looked at, and bytes of a command line that are read.
    private static let most = (processes: 65_536, bytes: 65_536)

    /// Those that run, in the order of their numbers.
    static func all() -> [RunningP2Pool] {
        guard let directory = opendir("/proc") else { return [] }
        defer { closedir(directory) }
        var processes: [Int32] = []
        while let entry = readdir(directory), processes.count < most.processes {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name) { processes.append(number) }
        }
        return processes.sorted().compactMap(Self.init(process:))
    }

    private init?(process: Int32) {
        guard let line = Self.read("/proc/\(process)/cmdline") else { return nil }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        var target = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/\(process)/cwd", &target, target.count)
        let bytes = target.prefix(max(0, count)).map(UInt8.init(truncatingIfNeeded:))
        let directory = String(decoding: bytes, as: UTF8.self)
        self.init(process: process, words: words, directory: directory) { Self.read($0) }
    }

    /// What the words of a command line say; nil where it is not p2pool's. Paths are relative to `directory`.
    init?(process: Int32, words: [String], directory: String, read: (String) -> [UInt8]?) {
        guard let program = words.first, program.split(separator: "/").last == "p2pool" else { return nil }
        func rooted(_ path: String) -> String {
            path.hasPrefix("/") || directory.isEmpty ? path : "\(directory)/\(path)"
        }
        var text = ""
        for word in words.dropFirst() { text += (word.hasPrefix("--") ? "\n" : " ") + word }
        if let file = FlatFile(Array(text.utf8))?["params-file"], let more = read(rooted(file)) {
            text = String(decoding: more, as: UTF8.self) + "\n" + text
        }
        self.process = process
        var configuration =
            FlatFile(Array(text.utf8)).map { ForeignImport.read($0, of: .p2pool) } ?? ImportedConfiguration()
        configuration.api = configuration.api.map(rooted)
        self.configuration = configuration
    }

    /// The kernel's files have no length: they are read to their end.
    private static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: most.bytes)
        var used = 0
        while used < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(file, $0.baseAddress?.advanced(by: used), $0.count - used)
            }
            guard count > 0 else { break }
            used += count
        }
        return Array(bytes.prefix(used))
    }
}
