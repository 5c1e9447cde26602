import CLibuv
import Glibc

/// A file's bytes, and how old they are.
public struct FileContents: Equatable, Sendable {
    /// The whole file.
    public let bytes: [UInt8]
    /// When it was last changed: milliseconds since 1970 of the wall clock.
    public let modifiedMilliseconds: Int64
    /// The same in seconds.
    public var modified: Double { Double(modifiedMilliseconds) / 1000 }

    /// A file's time in milliseconds, capped at the largest value: the file's owner can set any time.
    static func milliseconds(_ time: timespec) -> Int64 {
        let (seconds, overflows) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1000)
        if overflows { return time.tv_sec < 0 ? .min : .max }
        let (sum, carries) = seconds.addingReportingOverflow(Int64(time.tv_nsec) / 1_000_000)
        return carries ? .max : sum
    }
}

/// Why a file could not be read.
public enum FileReadingFailure: Error, Equatable, Sendable {
    /// There is no such file.
    case notFound
    /// The file or a directory on the way is closed to us.
    case permissionDenied
    /// It is larger than the limit.
    case tooLarge
    /// It is a directory, a pipe, a socket, a device or a loop of symbolic links.
    case notRegular
    /// Anything else the system says.
    case other(errno: Int32)
}

/// A file on its way from the disk.
public final class FileReading {
    private var done: ((Result<FileContents, FileReadingFailure>) -> Void)?
    private let loop: EventLoop

    fileprivate init(_ loop: EventLoop, done: @escaping (Result<FileContents, FileReadingFailure>) -> Void) {
        self.loop = loop
        self.done = done
    }

    /// Forgets the file: no answer comes after this.
    public func cancel() {
        done = nil
    }

    fileprivate func start(path: String, limit: Int) {
        let job = UnsafeMutablePointer<FileJob>.allocate(capacity: 1)
        job.initialize(to: FileJob(work: uv_work_t(), path: strdup(path), limit: limit))
        let work = UnsafeMutableRawPointer(job).assumingMemoryBound(to: uv_work_t.self)
        work.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_queue_work(loop.uv, work) { work in
            work.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: FileJob.self).pointee.run() }
        } _: { work, status in
            guard let work else { return }
            let job = UnsafeMutableRawPointer(work).assumingMemoryBound(to: FileJob.self)
            let reading = Unmanaged<FileReading>.fromOpaque(job.pointee.work.data).takeRetainedValue()
            if status == 0, let done = reading.done, !reading.loop.isShutDown { done(job.pointee.result) }
            free(job.pointee.path)
            free(job.pointee.buffer)
            job.deallocate()
        }
        precondition(status == 0, "a job without a function")
    }
}

/// One file to be read by a thread of the pool: opened, looked at, read and closed in one go, since each trip to the
/// pool costs two context switches. Holds nothing that Swift counts, for it crosses threads.
private struct FileJob {
    var work: uv_work_t
    let path: UnsafeMutablePointer<CChar>?
    let limit: Int
    var buffer: UnsafeMutableRawPointer?
    var count = 0
    var modifiedMilliseconds: Int64 = 0
    /// The `errno` of what failed, or one of the two below.
    var failure: Int32 = 0

    static let tooLarge: Int32 = -1
    static let notRegular: Int32 = -2

    init(work: uv_work_t, path: UnsafeMutablePointer<CChar>?, limit: Int) {
        self.work = work
        self.path = path
        self.limit = limit
    }

    mutating func run() {
        guard let path else {
            failure = ENOMEM
            return
        }
        // Non-blocking, so that a pipe nobody writes to can't hold the thread.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            // What open(2) says of a socket and of a device without a driver.
            failure = errno == ENXIO ? Self.notRegular : errno
            return
        }
        failure = read(descriptor)
        close(descriptor)
    }

    private mutating func read(_ descriptor: Int32) -> Int32 {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return errno }
        guard status.st_mode & S_IFMT == S_IFREG else { return Self.notRegular }
        guard status.st_size <= limit else { return Self.tooLarge }
        modifiedMilliseconds = FileContents.milliseconds(status.st_mtim)
        // One byte more than the size tells whether the file is growing under us.
        var capacity = Int(status.st_size) + 1
        while true {
            guard let grown = realloc(buffer, capacity) else { return ENOMEM }
            buffer = grown
            let result = Glibc.read(descriptor, grown + count, capacity - count)
            if result < 0 {
                if errno == EINTR { continue }
                return errno
            }
            if result == 0 { return 0 }
            count += result
            guard count <= limit else { return Self.tooLarge }
            if count == capacity { capacity = min(capacity * 2, limit + 1) }
        }
    }

    var result: Result<FileContents, FileReadingFailure> {
        switch failure {
        case 0:
            let bytes = [UInt8](UnsafeRawBufferPointer(start: buffer, count: count))
            return .success(FileContents(bytes: bytes, modifiedMilliseconds: modifiedMilliseconds))
        case Self.tooLarge: return .failure(.tooLarge)
        case Self.notRegular: return .failure(.notRegular)
        default: return .failure(FileReadingFailure(errno: failure))
        }
    }
}

extension FileContents {
    /// Reads a regular file of at most `limit` bytes at once, on this thread: before the loop runs, or where there is none.
    public init(at path: String, limit: Int) throws(FileReadingFailure) {
        var job = FileJob(work: uv_work_t(), path: strdup(path), limit: limit)
        defer {
            free(job.path)
            free(job.buffer)
        }
        job.run()
        self = try job.result.get()
    }
}

extension FileReadingFailure {
    /// The failure that `errno` means.
    init(errno code: Int32) {
        switch code {
        case ENOENT, ENOTDIR: self = .notFound
        // A loop of symbolic links is no file either.
        case ELOOP: self = .notRegular
        case EACCES, EPERM: self = .permissionDenied
        default: self = .other(errno: code)
        }
    }
}

extension EventLoop {
    /// Reads a regular file of at most `limit` bytes in the thread pool. The answer always comes later, from the loop.
    @discardableResult
    public func readFile(
        _ path: String, limit: Int, done: @escaping (Result<FileContents, FileReadingFailure>) -> Void
    ) -> FileReading {
        precondition(limit >= 0 && limit < Int(Int32.max), "a file limit that is none")
        let reading = FileReading(self, done: done)
        reading.start(path: path, limit: limit)
        return reading
    }
}
