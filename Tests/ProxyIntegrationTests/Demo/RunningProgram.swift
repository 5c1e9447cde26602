import Foundation
import Glibc

/// The built program while it runs: its lines can be waited for, and signals sent.
final class RunningProgram {
    private let process = Process()
    private let output = Pipe()
    private var text: [UInt8] = []
    private var lines: [String] = []

    /// Starts it with nothing of our environment.
    init(_ arguments: [String]) throws {
        process.executableURL = try BuiltProgram.url
        process.arguments = arguments
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
    func waitForLine(_ isWanted: (String) -> Bool) throws {
        var seen = 0
        while !lines[seen...].contains(where: isWanted) {
            seen = lines.count
            guard try readMore() else { throw BuiltProgram.Fault(description: "it ended with: \(lines.suffix(5))") }
        }
    }

    /// Sends it a signal.
    func signal(_ number: Int32) {
        kill(process.processIdentifier, number)
    }

    /// Waits for its end.
    func end() throws -> BuiltProgram.Outcome {
        while try readMore() {}
        process.waitUntilExit()
        return BuiltProgram.Outcome(
            status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
            output: lines.map { $0 + "\n" }.joined(), errors: "")
    }

    /// Reads what there is; false at the end. A program that says nothing for a minute hangs.
    private func readMore() throws -> Bool {
        var poll = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, 60_000) > 0 else {
            throw BuiltProgram.Fault(description: "silent for a minute after: \(lines.suffix(5))")
        }
        var chunk = [UInt8](repeating: 0, count: 16384)
        let count = read(poll.fd, &chunk, chunk.count)
        guard count > 0 else { return false }
        text += chunk[..<count]
        while let end = text.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: text[..<end], as: UTF8.self))
            text.removeFirst(end + 1)
        }
        return true
    }
}
