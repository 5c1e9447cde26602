import CSQLite
import Foundation
import Glibc
import Testing

@testable import History
@testable import Store

/// A directory for one test, removed at its end, with a store in it.
final class StoreTestPlace {
    let url: URL
    var path: String { url.appendingPathComponent("store.db").path }

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The names of the files there, sorted.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
    }

    /// A session of the store, at second `now`.
    func session(now: Int64) throws -> StoreSession { try StoreSession(StoreFile(path), now: now) }

    /// The answer of a statement on a connection of its own.
    func query(_ sql: String, in path: String? = nil) throws -> [[Value]] {
        let connection = try Connection(path ?? self.path, isReadOnly: false)
        var rows: [[Value]] = []
        try connection.run(sql) { rows.append($0) }
        return rows
    }

    /// The only number that a statement answers with.
    func number(_ sql: String) throws -> Int64 { try #require(try query(sql).first?.first?.whole) }
}

/// Waits until `isReached`, ten seconds at most.
func eventually(_ isReached: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<1_000 {
        if try isReached() { return true }
        usleep(10_000)
    }
    return false
}

/// `StoreLoad` while it runs.
final class RunningLoad {
    private let process = Process()
    private let output = Pipe()
    private var text = ""
    /// The lines so far, with the moment at which each was read, in seconds.
    private(set) var lines: [(number: Int64, isFault: Bool, at: Double)] = []

    /// Writes to the store at `path` from number `first` on; `limit` is the most blocks of 512 bytes that a file of it may have.
    init(_ path: String, first: Int64, limit: Int? = nil) throws {
        _ = fcntl(output.fileHandleForReading.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let program = try #require(Self.program)
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        let limits = limit.map { "trap '' XFSZ; ulimit -S -f \($0); " } ?? ""
        process.arguments = ["-c", limits + "exec \"$0\" \"$@\"", program.path, path, "\(first)"]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        try output.fileHandleForWriting.close()
    }

    deinit { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

    private static var program: URL? {
        // Next to the bundle that these tests are built into.
        let built = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let loaded = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        return ([built] + loaded).map { $0.appendingPathComponent("StoreLoad") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Reads what it says for so long, or until `isReached`.
    func read(seconds: Double, until isReached: ([(number: Int64, isFault: Bool, at: Double)]) -> Bool = { _ in false })
    {
        let deadline = Self.seconds + seconds
        while !isReached(lines) {
            let left = deadline - Self.seconds
            var poll = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, Glibc.poll(&poll, 1, Int32(left * 1_000) + 1) > 0 else { return }
            take(output.fileHandleForReading.availableData)
        }
    }

    /// Ends it in the middle of whatever it does, and reads the rest of what it had said.
    /// - Returns: the moment.
    func kill() throws -> Double {
        let moment = Self.seconds
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        take(output.fileHandleForReading.readDataToEndOfFile())
        return moment
    }

    /// Lets its files grow again.
    func lift() { Glibc.kill(process.processIdentifier, SIGUSR1) }

    private func take(_ data: Data) {
        text += String(decoding: data, as: UTF8.self)
        while let end = text.firstIndex(of: "\n") {
            let words = text[..<end].split(separator: " ")
            if words.count == 2, let number = Int64(words[0]) {
                lines.append((number, words[1] == "fault", Self.seconds))
            }
            text.removeSubrange(...end)
        }
    }
}
