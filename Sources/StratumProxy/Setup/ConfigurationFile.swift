import Glibc

/// Writes a configuration: whoever reads it finds the old one or the new one, whole.
enum ConfigurationFile {
    /// Puts `text` at `path`; what was there stays beside it as `.old`. `group`: who may read it besides its owner.
    ///
    /// - Throws: `StartFault`.
    static func write(_ text: String, to path: String, group: gid_t?) throws(StartFault) {
        let partial = path + ".new"
        do {
            if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
                try makeDirectory(String(path[..<slash]))
            }
            unlink(partial)
            let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard file >= 0 else { throw fault(partial) }
            defer { close(file) }
            if let group {
                guard fchown(file, uid_t.max, group) == 0, fchmod(file, 0o640) == 0 else { throw fault(partial) }
            }
            let bytes = Array(text.utf8)
            var written = 0
            while written < bytes.count {
                let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                guard count > 0 else { throw fault(partial) }
                written += count
            }
            guard fsync(file) == 0 else { throw fault(partial) }
        }
        // A hard link, so that there is a configuration at every moment.
        unlink(path + ".old")
        if link(path, path + ".old") != 0, errno != ENOENT { throw fault(path + ".old") }
        guard rename(partial, path) == 0 else { throw fault(path) }
    }

    /// Makes `path`, which is nobody's secret, and what is missing above it.
    private static func makeDirectory(_ path: String) throws(StartFault) {
        var partial = ""
        for component in path.split(separator: "/") {
            partial += "/" + component
            if mkdir(partial, 0o755) != 0, errno != EEXIST { throw fault(partial) }
        }
    }

    private static func fault(_ path: String) -> StartFault {
        let code = errno
        return StartFault(text: SetupWords.cantWrite(path, String(cString: strerror(code))))
    }
}
