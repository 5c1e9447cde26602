import EventLoop
import Glibc

/// Keeps a second proxy from the journal of one that runs: two that add to the same ledger would each count the other's work.
///
/// The kernel lets go of the lock when the process ends, however it ends.
final class StateLock {
    private var descriptor: Int32 = -1

    /// No lock yet.
    init() {}

    deinit {
        release()
    }

    /// Takes the lock in `directory` unless it is held already.
    ///
    /// - Returns: false where another process has it. Where there can be none (no such directory, a read-only disk) there is no
    ///   journal to keep from either.
    func take(_ directory: String) -> Bool {
        guard descriptor < 0 else { return true }
        let file = open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard file >= 0 else { return true }
        guard flock(file, LOCK_EX | LOCK_NB) != 0 else {
            descriptor = file
            return true
        }
        let isTaken = errno == EWOULDBLOCK
        close(file)
        return !isTaken
    }

    /// Lets others have it.
    func release() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }
}
