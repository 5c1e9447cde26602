/// A p2pool that runs on this machine: what its command line says.
struct RunningP2Pool: Equatable {
    /// The process.
    let process: Int32
    /// Its wallet, its Stratum ports as seen from here, and its --data-api, from the root.
    let configuration: ImportedConfiguration

    /// Those that run, in the order of their numbers.
    static func all() -> [RunningP2Pool] { Processes.all.compactMap(Self.init(process:)) }

    private init?(process: Int32) {
        guard let line = Processes.read("/proc/\(process)/cmdline") else { return nil }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let directory = Processes.target(of: "/proc/\(process)/cwd") ?? ""
        self.init(process: process, words: words, directory: directory, read: Processes.read)
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
}
