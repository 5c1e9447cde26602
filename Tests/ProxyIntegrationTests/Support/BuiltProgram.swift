import Foundation
import Glibc

/// The `stratum-proxy` that was built together with these tests, run as a process of its own.
enum BuiltProgram {
    /// How a run ended.
    struct Outcome {
        var status: Int32
        /// Whether a signal ended it: a crash.
        var wasSignalled: Bool
        var output: String
        var errors: String

        /// The lines of standard output.
        var lines: [String] {
            output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    /// What keeps a run from being one.
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    /// The directory of the build products: where the file that holds this very code lies.
    static var directory: URL {
        get throws {
            // The file may be a program of its own or be loaded by one of the toolchain's: the memory map tells.
            let here = UInt(bitPattern: #dsohandle)
            for line in try String(contentsOfFile: "/proc/self/maps", encoding: .utf8).split(separator: "\n") {
                let fields = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true)
                let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                guard ends.count == 2, ends[0] <= here, here < ends[1], fields.count == 6 else { continue }
                return URL(fileURLWithPath: fields[5].trimmingCharacters(in: .whitespaces)).deletingLastPathComponent()
            }
            throw Fault(description: "can't tell where the tests lie")
        }
    }

    /// The program itself; `STRATUM_PROXY` may name another one, a release build.
    static var url: URL {
        get throws {
            if let path = ProcessInfo.processInfo.environment["STRATUM_PROXY"] { return URL(fileURLWithPath: path) }
            let url = try directory.appendingPathComponent("stratum-proxy")
            guard FileManager.default.isExecutableFile(atPath: url.path) else {
                throw Fault(description: "there is no \(url.path); build it first")
            }
            return url
        }
    }

    /// Runs the program to its end, at most `seconds` long, with nothing of our environment but what is given.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], in directory: URL? = nil, seconds: Double = 60
    ) throws -> Outcome {
        let place = try TemporaryDirectory()
        let process = Process()
        process.executableURL = try url
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = directory ?? place.url
        process.standardInput = FileHandle.nullDevice
        // Files, not pipes: nothing has to be read while it runs.
        let output = place.url.appendingPathComponent("output")
        let errors = place.url.appendingPathComponent("errors")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        if ended.wait(timeout: .now() + seconds) == .timedOut {
            kill(process.processIdentifier, SIGKILL)
            throw Fault(description: "stratum-proxy \(arguments) did not end within \(seconds) s")
        }
        return Outcome(
            status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}

/// A directory that goes away with its owner.
final class TemporaryDirectory {
    let url: URL

    init() throws {
        // Short: a path of more than 107 bytes is none for a socket, and the system's own part may be long.
        let name = "stratum-proxy-\(UUID().uuidString.prefix(13))"
        url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// Writes a file at a path below the directory, with the directories on the way.
    @discardableResult
    func write(_ text: String, to path: String) throws -> URL {
        let file = url.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file
    }
}
