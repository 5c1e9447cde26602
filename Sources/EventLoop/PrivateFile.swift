import Glibc

/// Writes small files whole. It waits for the disk: at the start, or on a thread of the pool.
public enum PrivateFile {
    /// Makes or replaces the file `path` with these bytes and this mode: whole or not at all, also over a power cut.
    ///
    /// It belongs to the owner of its directory, so that a service can read what root wrote for it.
    /// - Throws: what the system says.
    public static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(LoopError) {
        let temporary = "\(path).\(getpid()).new"
        // What a process of this number left behind.
        unlink(temporary)
        // The mode is given at creation: there is no moment in which others can open a key.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw LoopError(errno: errno) }
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        var code = give(descriptor, toOwnerOf: directory)
        if code == 0 { code = writeAll(bytes, to: descriptor) }
        if code == 0, fsync(descriptor) != 0 { code = errno }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        guard code == 0 else {
            unlink(temporary)
            throw LoopError(errno: code)
        }
        flush(directory)
    }

    /// Root gives a file to the owner of `directory`.
    /// - Returns: an `errno`, or 0.
    public static func give(_ descriptor: Int32, toOwnerOf directory: String) -> Int32 {
        guard geteuid() == 0 else { return 0 }
        var status = stat()
        guard stat(directory.isEmpty ? "." : directory, &status) == 0 else { return errno }
        return fchown(descriptor, status.st_uid, status.st_gid) == 0 ? 0 : errno
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return count < 0 ? errno : EIO }
                rest = rest.dropFirst(count)
            }
            return 0
        }
    }

    /// The name is on the disk, too.
    private static func flush(_ directory: String) {
        let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
