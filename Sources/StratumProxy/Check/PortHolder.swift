/// The program that listens on a TCP port of this machine.
struct PortHolder: Equatable {
    /// The program's short name.
    let program: String
    let process: Int32

    /// Who has the port; nil where the kernel doesn't show it to this user: only root sees other users' sockets.
    init?(port: UInt16) {
        let sockets = Set(
            ["tcp", "tcp6"].flatMap { file in
                Self.listeners(at: port, in: Processes.read("/proc/net/\(file)") ?? []).map { "socket:[\($0)]" }
            })
        guard !sockets.isEmpty else { return nil }
        for process in Processes.all {
            let folder = "/proc/\(process)/fd"
            let open = Processes.entries(of: folder).lazy.compactMap { Processes.target(of: "\(folder)/\($0)") }
            guard open.contains(where: sockets.contains) else { continue }
            let name = Processes.read("/proc/\(process)/comm").map { String(decoding: $0, as: UTF8.self) } ?? ""
            self.init(program: Sanitizer.printable(String(name.prefix { $0 != "\n" })), process: process)
            return
        }
        return nil
    }

    init(program: String, process: Int32) {
        self.program = program
        self.process = process
    }

    /// The inodes of the sockets that listen at `port`, of a table of the kernel: a line each, its second field the address and
    /// port in hex, its fourth the state (0A listens), its tenth the inode (proc_pid_net(5)).
    static func listeners(at port: UInt16, in table: [UInt8]) -> [String] {
        table.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard fields.count > 9, fields[3] == "0A",
                let digits = fields[1].split(separator: ":").last, UInt16(digits, radix: 16) == port
            else { return nil }
            return fields[9]
        }
    }
}
