import Glibc

/// Names of users and groups, for messages that say which right is missing.
enum AccountNames {
    /// The user that this process runs as.
    static var currentUser: String {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return String(geteuid()) }
        return String(cString: name)
    }

    /// The group of the file at `path`, or of the innermost directory on the way to it that can be looked at; nil where
    /// not even that can.
    static func group(of path: String) -> String? {
        var path = path[...]
        while !path.isEmpty {
            var status = stat()
            if stat(String(path), &status) == 0 {
                guard let entry = getgrgid(status.st_gid), let name = entry.pointee.gr_name else {
                    return String(status.st_gid)
                }
                return String(cString: name)
            }
            guard let slash = path.lastIndex(of: "/") else { return nil }
            path = path[..<slash]
        }
        return nil
    }
}
