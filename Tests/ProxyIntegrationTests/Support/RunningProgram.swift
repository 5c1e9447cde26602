import Foundation
import Glibc

/// The built program while it runs: its lines can be waited for, and signals sent.
final class RunningProgram {
    /// How long a line that is waited for may take.
    private static let patience = 60.0

    /// Its process id.
    var id: Int32 { process.processIdentifier }
    /// Whether it has not ended yet.
    var isRunning: Bool { process.isRunning }
    /// The lines read so far.
    private(set) var lines: [String] = []

    private let process = Process()
    private let output = Pipe()
    private var text: [UInt8] = []

    /// Starts it with nothing of our environment. `wrapper` is a command that starts it with what follows as arguments,
    /// for example `env --default-signal=PIPE`; it must become the program, not keep it as a child.
    init(_ arguments: [String], wrapper: [String] = []) throws {
        // A program that another test starts at this moment would keep the pipe from ever ending.
        for end in [output.fileHandleForReading, output.fileHandleForWriting] {
            _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        let program = try BuiltProgram.url
        if let first = wrapper.first {
            process.executableURL = URL(fileURLWithPath: first)
            process.arguments = wrapper.dropFirst() + [program.path] + arguments
        } else {
            process.executableURL = program
            process.arguments = arguments
        }
        process.environment = [:]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // Ours would keep the pipe from ever ending.
        try output.fileHandleForWriting.close()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits until a line is as wanted.
    /// - Returns: the first such line.
    @discardableResult
    func waitForLine(_ isWanted: (String) -> Bool) throws -> String {
        let deadline = Date() + Self.patience
        var seen = 0
        while true {
            if let line = lines[seen...].first(where: isWanted) { return line }
            seen = lines.count
            guard try readMore(until: deadline) else {
                throw BuiltProgram.Fault(description: "it ended with: \(lines.suffix(5))")
            }
        }
    }

    /// Waits until a line holds all of `parts`.
    /// - Returns: the first such line.
    @discardableResult
    func waitForLine(with parts: String...) throws -> String {
        try waitForLine { line in parts.allSatisfy { line.contains($0) } }
    }

    /// Whether it has said so, as far as there is something to read at this moment.
    func hasSaid(_ text: String) -> Bool {
        var poll = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while Glibc.poll(&poll, 1, 0) > 0, (try? readMore(until: Date())) == true {}
        return lines.contains { $0.contains(text) }
    }

    /// Sends it a signal.
    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Stops listening to what it says, as a reader that is gone.
    func closeOutput() throws {
        try output.fileHandleForReading.close()
    }

    /// Waits for its end.
    func end() throws -> BuiltProgram.Outcome {
        let deadline = Date() + Self.patience
        while try readMore(until: deadline) {}
        return try endUnread()
    }

    /// Waits for its end without reading what it says.
    func endUnread() throws -> BuiltProgram.Outcome {
        process.waitUntilExit()
        return BuiltProgram.Outcome(
            status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
            output: lines.map { $0 + "\n" }.joined(), errors: "")
    }

    /// Reads what there is; false at the end.
    private func readMore(until deadline: Date) throws -> Bool {
        var poll = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, Int32(max(0, deadline.timeIntervalSinceNow * 1000))) > 0 else {
            throw BuiltProgram.Fault(description: "waited in vain after: \(lines.suffix(20).joined(separator: "\n"))")
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = read(poll.fd, &chunk, chunk.count)
        guard count > 0 else { return false }
        text += chunk[..<count]
        var start = 0
        while let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: text[start..<end], as: UTF8.self))
            start = end + 1
        }
        text.removeFirst(start)
        return true
    }
}

extension RunningProgram {
    /// Descriptors that it has open.
    var openDescriptors: Int {
        get throws { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count }
    }

    /// Bytes of memory that it has resident.
    var residentBytes: Int {
        get throws {
            let fields = try String(contentsOfFile: "/proc/\(id)/statm", encoding: .utf8).split(separator: " ")
            guard fields.count > 1, let pages = Int(fields[1]) else {
                throw BuiltProgram.Fault(description: "can't tell its memory")
            }
            return pages * sysconf(Int32(_SC_PAGESIZE))
        }
    }
}
