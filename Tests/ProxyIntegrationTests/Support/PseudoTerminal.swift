import Foundation
import Glibc
import Testing

/// A terminal of a given size that programs can be run on.
final class PseudoTerminal {
    private let ours: Int32
    private let theirs: Int32

    init(columns: UInt16, rows: UInt16) throws {
        var (ours, theirs): (Int32, Int32) = (-1, -1)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&ours, &theirs, nil, nil, &size) == 0 else {
            throw BuiltProgram.Fault(description: "no pseudo terminal: errno \(errno)")
        }
        (self.ours, self.theirs) = (ours, theirs)
        _ = fcntl(ours, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        close(ours)
    }

    /// Starts the program on it, as `wrapper` does where it is given; `read` has what it shows.
    func start(_ arguments: [String], wrapper: [String] = [], environment: [String: String] = ["TERM": "xterm"]) throws
        -> Process
    {
        let process = Process()
        let words = try wrapper + [BuiltProgram.url.path] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = environment
        let handle = FileHandle(fileDescriptor: theirs, closeOnDealloc: false)
        process.standardInput = handle
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        return process
    }

    /// What it shows until that is as wanted, for twenty seconds at most.
    func read(until isWanted: (String) -> Bool) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let deadline = Date() + 20
        while Date() < deadline, !isWanted(String(decoding: bytes, as: UTF8.self)) {
            var poll = pollfd(fd: ours, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 200) > 0 else { continue }
            let count = Glibc.read(ours, &chunk, chunk.count)
            bytes += chunk.prefix(max(0, count))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Presses keys.
    func type(_ text: String) {
        var text = text
        text.withUTF8 { _ = write(ours, $0.baseAddress, $0.count) }
    }

    /// Gives it another size.
    func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(ours, UInt(TIOCSWINSZ), &size)
    }

    /// Whether keys are echoed and come as lines: what a shell leaves a program.
    var isOrdinary: Bool {
        var now = termios()
        return tcgetattr(theirs, &now) == 0 && now.c_lflag & tcflag_t(ECHO | ICANON) == tcflag_t(ECHO | ICANON)
    }

    /// Runs the program on it to its end, and returns what the terminal got. Once.
    func run(_ arguments: [String], environment: [String: String] = ["TERM": "xterm"], seconds: Double = 60) throws
        -> String
    {
        let process = Process()
        process.executableURL = try BuiltProgram.url
        process.arguments = arguments
        process.environment = environment
        let handle = FileHandle(fileDescriptor: theirs, closeOnDealloc: false)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        close(theirs)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let deadline = Date() + seconds
        // The read fails when the other end is closed by all.
        while Date() < deadline {
            var poll = pollfd(fd: ours, events: Int16(POLLIN), revents: 0)
            guard Glibc.poll(&poll, 1, 500) > 0 else { continue }
            let count = Glibc.read(ours, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk.prefix(count)
        }
        guard Date() < deadline else {
            kill(process.processIdentifier, SIGKILL)
            throw BuiltProgram.Fault(description: "\(arguments) did not end within \(seconds) s")
        }
        process.waitUntilExit()
        // A terminal puts a carriage return before each line feed, and both together are one character.
        return String(decoding: bytes.filter { $0 != 0x0D }, as: UTF8.self)
    }
}
