import Glibc

/// A file descriptor that is written to without ever waiting for its reader.
///
/// Standard output is shared with others (the shell, the other end of a pipe's script), so O_NONBLOCK must not be set
/// on it: the flag belongs to the open file, not to the descriptor. A terminal or pipe is therefore opened anew through
/// /proc, which gives an open file of our own. Where that is not allowed the descriptor is asked with poll before each
/// small write: one that is ready takes a page (a pipe), or what its buffer has room for.
struct OutputDescriptor {
    enum Outcome: Equatable {
        /// So many bytes were taken.
        case written(Int)
        /// Its reader is behind; try again later.
        case full
        /// These bytes can't be written, and others may.
        case failed(errno: Int32)
        /// Nobody reads any more.
        case closed
    }

    private enum Kind {
        /// A regular file: a write does not wait for a reader.
        case file
        /// A socket, for example to the journal: each send says itself that it does not wait.
        case socket
        /// A terminal or pipe with an open file of our own.
        case own
        /// One that others share.
        case shared
    }

    private let descriptor: Int32
    private let kind: Kind
    /// Whether `descriptor` was opened here.
    private let isOurs: Bool

    /// A pipe whose poll is ready has a page free.
    private static let sharedPiece = 4096

    /// The way to write to `shared`, a descriptor that stays its owner's.
    init(_ shared: Int32) {
        var status = stat()
        let mode = fstat(shared, &status) == 0 ? status.st_mode & S_IFMT : 0
        switch mode {
        case S_IFSOCK:
            (descriptor, kind, isOurs) = (shared, .socket, false)
        case S_IFIFO, S_IFCHR:
            let own = open("/proc/self/fd/\(shared)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            (descriptor, kind, isOurs) = own >= 0 ? (own, .own, true) : (shared, .shared, false)
        default:
            (descriptor, kind, isOurs) = (shared, .file, false)
        }
    }

    /// Gives back what `init` took.
    func close() {
        if isOurs { _ = Glibc.close(descriptor) }
    }

    /// Whether a person looks at it.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes as many of `bytes` as can be written at once.
    func write(_ bytes: UnsafeRawBufferPointer) -> Outcome {
        guard !bytes.isEmpty else { return .written(0) }
        while true {
            let count: Int
            switch kind {
            case .file, .own:
                count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            case .socket:
                count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            case .shared:
                guard waitUntilReady(milliseconds: 0) else { return .full }
                count = Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.sharedPiece))
            }
            if count >= 0 { return .written(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .full
            case EPIPE, EBADF, ECONNRESET, ENOTCONN: return .closed
            default: return .failed(errno: errno)
            }
        }
    }

    /// Waits until something can be written, or has failed for good; false where that takes longer.
    func waitUntilReady(milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&poll, 1, milliseconds) > 0
    }
}
