import Glibc
import ProxyTerms

/// Reads small files whole, without ever hanging on one: no waiting for a FIFO, and not more than a stated size.
enum BoundedFile {
    /// Why a file could not be read.
    enum Fault: Error, Equatable {
        /// The system's own reason.
        case system(errno: Int32)
        /// A directory, a FIFO, a socket or a device.
        case notAFile
        /// Larger than the limit.
        case tooLarge(limit: Int)

        /// The reason in words, to stand after "path: ".
        var message: String {
            switch self {
            case .system(let code): String(cString: strerror(code))
            case .notAFile: "not an ordinary file"
            case .tooLarge(let limit): "larger than \(Quantity.bytes(limit))"
            }
        }
    }

    /// The bytes of the file at `path`.
    ///
    /// - Throws: why there are none, also where the file is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) throws(Fault) -> [UInt8] {
        try contents(path, limit: limit).bytes
    }

    /// The same, and when the file was last changed, in seconds since 1970.
    ///
    /// - Throws: as `read` does.
    static func contents(_ path: String, limit: Int) throws(Fault) -> (bytes: [UInt8], modified: Double) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno: errno) }
            if count == 0 {
                let modified = status.st_mtim
                return (bytes, Double(modified.tv_sec) + Double(modified.tv_nsec) / 1e9)
            }
            guard bytes.count + count <= limit else { throw .tooLarge(limit: limit) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
