import EventLoop
import Glibc

/// The text of a configuration that was named: a file, a pipe (`<(...)`), or `-` for standard input.
enum ConfigurationText {
    /// Milliseconds that a pipe may be silent.
    private static let patience: Int32 = 10_000

    /// The bytes of `path`.
    ///
    /// - Throws: why there are none.
    static func read(_ path: String) throws(FileReadingFailure) -> [UInt8] {
        if path == "-" { return try drain(STDIN_FILENO) }
        do throws(FileReadingFailure) {
            return try FileContents(at: path, limit: ConfigurationLoader.sizeLimit).bytes
        } catch {
            guard error == .notRegular else { throw error }
        }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .other(errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { throw .notRegular }
        return try drain(descriptor)
    }

    private static func drain(_ descriptor: Int32) throws(FileReadingFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, patience) > 0 else { throw .other(errno: ETIMEDOUT) }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { throw .other(errno: errno) }
            if count == 0 { return bytes }
            guard bytes.count + count <= ConfigurationLoader.sizeLimit else {
                throw .tooLarge
            }
            bytes += chunk[..<count]
        }
    }
}
