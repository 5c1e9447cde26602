import CCurl
import Glibc

/// What libcurl needs once in the life of the process.
enum CurlLibrary {
    /// Whether libcurl is set up; asking sets it up. It stays so until the process ends.
    static let isReady = http_global_init() == CURLE_OK

    /// A directory with the system's certificate authorities under their hashed names; nil where there is none.
    ///
    /// Reading the bundle, which is libcurl's first choice on Debian, takes 20 ms of every new TLS connection (it keeps
    /// none where it has a directory as well), and the loop would stand still for so long. From the directory OpenSSL
    /// takes the one file that it needs.
    static let authorityDirectory: String? = {
        guard let transfer = curl_easy_init() else { return nil }
        defer { curl_easy_cleanup(transfer) }
        guard let path = http_authority_directory(transfer) else { return nil }
        return holdsHashedNames(path) ? String(cString: path) : nil
    }()

    /// Whether a name in the directory looks like `4042bcee.0`.
    private static func holdsHashedNames(_ path: UnsafePointer<CChar>) -> Bool {
        guard let directory = opendir(path) else { return false }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let isHashed = withUnsafeBytes(of: &entry.pointee.d_name) { name in
                name.prefix(8).allSatisfy { isxdigit(Int32($0)) != 0 } && name[8] == UInt8(ascii: ".")
                    && isdigit(Int32(name[9])) != 0
            }
            if isHashed { return true }
        }
        return false
    }
}
