import EventLoop
import Glibc

/// A directory of its own for one test, removed afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/stratum-proxy-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SetUpError(text: "mkdtemp: errno \(errno)") }
    let path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    defer { removeTree(path) }
    try body(path)
}

/// Anything a test's set-up can trip over.
struct SetUpError: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

/// Removes a directory and all that is in it.
private func removeTree(_ path: String) {
    guard let directory = opendir(path) else { return }
    while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        guard name != ".", name != ".." else { continue }
        if unlink("\(path)/\(name)") != 0, errno == EISDIR { removeTree("\(path)/\(name)") }
    }
    closedir(directory)
    rmdir(path)
}

/// A server's and a client's context with a pair made for the purpose.
func withTLSContexts(_ body: (_ server: TLSContext, _ client: TLSContext) throws -> Void) throws {
    try withTemporaryDirectory { directory in
        let (certificate, key) = ("\(directory)/cert.pem", "\(directory)/key.pem")
        try TLSKeyPair.makeIfAbsent(certificateFile: certificate, keyFile: key, commonName: "test")
        try body(TLSContext.server(certificateFile: certificate, keyFile: key), TLSContext.client())
    }
}
