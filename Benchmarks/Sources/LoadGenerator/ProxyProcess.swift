import CLoadGenerator
import Glibc

/// The proxy that is measured, in a process of its own, watched through /proc.
final class ProxyProcess {
    private(set) var process: pid_t = 0
    /// What it ended with; nil while it runs, and where a signal ended it.
    private(set) var exitStatus: Int32?

    /// Starts `command`, its output going to `log`, in `directory`.
    init(_ command: [String], log: String, directory: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        posix_spawn_file_actions_addchdir_np(&actions, directory)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let status = posix_spawnp(&process, command[0], &actions, nil, &arguments, environ)
        guard status == 0 else { throw BenchError("can't start \(command[0]): \(String(cString: strerror(status)))") }
    }

    deinit {
        stop()
    }

    /// Ends the process and waits for it.
    func stop() {
        guard process > 0 else { return }
        kill(process, SIGTERM)
        var status: Int32 = 0
        for _ in 0..<1000 {
            if waitpid(process, &status, WNOHANG) != 0 {
                exitStatus = status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
                process = 0
                return
            }
            usleep(10_000)
        }
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        process = 0
    }

    /// Processor time so far, seconds.
    var time: ProcessorTime {
        // The command's name, in parentheses, may hold blanks; what follows it does not.
        let fields = file("stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return ProcessorTime(user: 0, system: 0)
        }
        let tick = Double(sysconf(Int32(_SC_CLK_TCK)))
        return ProcessorTime(user: user / tick, system: system / tick)
    }

    /// Resident memory, bytes.
    var residentBytes: Double { status("VmRSS") * 1024 }

    /// Descriptors that are open.
    var descriptors: Int {
        guard let directory = opendir("/proc/\(process)/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return count - 2
    }

    /// Sets its soft limit of a resource; nil: as high as it may be.
    func limit(_ resource: Int32, to value: Int?) {
        bench_limit(process, resource, value.map { UInt64($0) } ?? .max)
    }

    /// How often it has gone to sleep and been woken.
    var sleeps: Double { status("voluntary_ctxt_switches") }

    private func status(_ name: String) -> Double {
        for line in file("status").split(separator: "\n") where line.hasPrefix(name + ":") {
            return Double(line.split(whereSeparator: { " \t".contains($0) })[1]) ?? 0
        }
        return 0
    }

    private func file(_ name: String) -> String {
        guard let file = fopen("/proc/\(process)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

/// Processor time of a process, seconds.
struct ProcessorTime {
    var user: Double
    var system: Double

    static func - (later: ProcessorTime, earlier: ProcessorTime) -> ProcessorTime {
        ProcessorTime(user: later.user - earlier.user, system: later.system - earlier.system)
    }
}
