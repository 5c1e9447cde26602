import CLibuv
import Glibc

/// Appends to a file in the thread pool: each batch is written and flushed to the disk before the next one is begun.
///
/// What cannot be written is dropped, and told once; later batches try again, so that a disk that has room again is used
/// again. The file is kept to a size: when it has grown over it, it is renamed to `PATH.1` (replacing an older one) and a
/// new one begun. A line that was left torn is ended before the next batch.
public final class FileAppender {
    private let loop: EventLoop
    private let path: String
    private let rotateAbove: Int
    /// Told when writing fails (the system's name, for example `ENOSPC`), once, and nil when it works again.
    public var changed: (String?) -> Void = { _ in }
    /// Told each time that something was not written, also while the trouble is the same.
    public var lost: () -> Void = {}
    private var waiting: [UInt8] = []
    private var isBusy = false
    private var fault: String?

    /// Bytes that may wait for a slow disk; more is dropped.
    static let mostWaiting = 1 << 20

    /// Appends to `path`, which is made (for its owner only) when it is not there.
    public init(_ loop: EventLoop, path: String, rotateAbove: Int) {
        self.loop = loop
        self.path = path
        self.rotateAbove = rotateAbove
    }

    /// Appends `bytes`, after what is being written.
    public func append(_ bytes: [UInt8]) {
        guard waiting.count + bytes.count <= Self.mostWaiting else {
            lost()
            return tell("EAGAIN")
        }
        waiting.append(contentsOf: bytes)
        if !isBusy { start() }
    }

    /// Writes what waits now and here: for the end of the process, when no loop runs any more. Where a batch is being written
    /// it is written after that one, while the loop shuts down.
    public func finish() {
        guard !isBusy, !waiting.isEmpty else { return }
        var job = AppendJob(path: path, rotateAbove: rotateAbove, bytes: waiting)
        waiting = []
        job.run()
        job.free()
    }

    private func start() {
        isBusy = true
        let job = UnsafeMutablePointer<AppendJob>.allocate(capacity: 1)
        job.initialize(to: AppendJob(path: path, rotateAbove: rotateAbove, bytes: waiting))
        waiting = []
        let work = UnsafeMutableRawPointer(job).assumingMemoryBound(to: uv_work_t.self)
        work.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = uv_queue_work(loop.uv, work) { work in
            work.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: AppendJob.self).pointee.run() }
        } _: { work, status in
            guard let work else { return }
            let job = UnsafeMutableRawPointer(work).assumingMemoryBound(to: AppendJob.self)
            let appender = Unmanaged<FileAppender>.fromOpaque(job.pointee.work.data).takeRetainedValue()
            let failure = job.pointee.failure
            job.pointee.free()
            job.deallocate()
            appender.ended(failure)
        }
        precondition(status == 0, "a job without a function")
    }

    private func ended(_ failure: Int32) {
        isBusy = false
        guard !loop.isShutDown else { return finish() }
        if failure != 0 { lost() }
        tell(failure == 0 ? nil : LoopError(errno: failure).name)
        if !waiting.isEmpty { start() }
    }

    private func tell(_ fault: String?) {
        guard fault != self.fault else { return }
        self.fault = fault
        changed(fault)
    }
}

/// One batch for a thread of the pool. Holds nothing that Swift counts, for it crosses threads.
private struct AppendJob {
    var work = uv_work_t()
    let path: UnsafeMutablePointer<CChar>?
    let oldPath: UnsafeMutablePointer<CChar>?
    let rotateAbove: Int
    let buffer: UnsafeMutableRawPointer
    let count: Int
    var failure: Int32 = 0

    init(path: String, rotateAbove: Int, bytes: [UInt8]) {
        self.path = strdup(path)
        oldPath = strdup(path + ".1")
        self.rotateAbove = rotateAbove
        count = bytes.count
        buffer = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        bytes.withUnsafeBytes { buffer.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(buffer), byteCount: count) }
    }

    func free() {
        Glibc.free(path)
        Glibc.free(oldPath)
        buffer.deallocate()
    }

    mutating func run() {
        guard let path, let oldPath else {
            failure = ENOMEM
            return
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_size > rotateAbove, rename(path, oldPath) != 0 {
            failure = errno
            return
        }
        // Non-blocking, so that a pipe in the file's place can't hold the thread.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            failure = errno
            return
        }
        failure = endsTorn(path) ? endLine(descriptor) : 0
        if failure == 0 { failure = append(descriptor) }
        close(descriptor)
    }

    /// Whether a power cut or a full disk has left half a line, of which what follows is not to become part.
    private func endsTorn(_ path: UnsafePointer<CChar>) -> Bool {
        // For writing alone a pipe without a reader can't be opened, which is wanted: the last byte is read apart.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        var last: UInt8 = 0
        return fstat(descriptor, &status) == 0 && status.st_size > 0
            && pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != UInt8(ascii: "\n")
    }

    private func endLine(_ descriptor: Int32) -> Int32 {
        var lineEnd = UInt8(ascii: "\n")
        return write(descriptor, &lineEnd, 1) == 1 ? 0 : errno
    }

    private func append(_ descriptor: Int32) -> Int32 {
        var done = 0
        while done < count {
            let result = write(descriptor, buffer + done, count - done)
            if result < 0 {
                if errno == EINTR { continue }
                return errno
            }
            done += result
        }
        return fdatasync(descriptor) == 0 ? 0 : errno
    }
}
