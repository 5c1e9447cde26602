import Glibc

/// A directory of the demo's own, for p2pool's API files and certificates; removed at the end.
final class DemoDirectory {
    /// Where it is.
    let path: String

    /// Makes it below `$TMPDIR`, else `/tmp`.
    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        var template = Array("\(base.isEmpty ? "/tmp" : base)/stratum-proxy-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw StartFault(text: ProxyWords.cantMakeTemporary(String(cString: strerror(errno))))
        }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    /// Makes a directory below it.
    func make(_ name: String) throws {
        try DirectoryMaker.make("\(path)/\(name)")
    }

    /// Writes a file as p2pool does: under another name, then renamed, so that no reader sees half of it.
    /// - Returns: whether it is there; a full disk is the reader's to notice.
    @discardableResult
    func write(_ bytes: [UInt8], to name: String) -> Bool {
        let temporary = "\(path)/\(name).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        return count == bytes.count && rename(temporary, "\(path)/\(name)") == 0
    }

    /// Removes it with everything in it.
    func remove() {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        guard let directory = opendir(path) else { return }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let inner = "\(path)/\(name)"
            // A directory can't be unlinked, and nothing in here is a link.
            if unlink(inner) != 0 { remove(inner) }
        }
        closedir(directory)
        rmdir(path)
    }
}
