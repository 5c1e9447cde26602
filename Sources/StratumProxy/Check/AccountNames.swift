import Glibc

/// Names of users and groups, for messages that say which right is missing.
enum AccountNames {
    /// The user that this process runs as.
    static var currentUser: String { user(geteuid()) ?? String(geteuid()) }

    /// The name of a user; nil where it has none here.
    static func user(_ id: uid_t) -> String? {
        getpwuid(id)?.pointee.pw_name.map { String(cString: $0) }
    }

    /// The name of a group; nil where it has none here.
    static func group(_ id: gid_t) -> String? {
        getgrgid(id)?.pointee.gr_name.map { String(cString: $0) }
    }

    /// Whether this process has a group.
    static func processHasGroup(_ id: gid_t) -> Bool {
        if getegid() == id { return true }
        var groups = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(Int32(groups.count), &groups)
        return count > 0 && groups[..<Int(count)].contains(id)
    }

    /// Whether the user database puts a user into a group.
    static func isListed(user: uid_t, in group: gid_t) -> Bool {
        guard let entry = getpwuid(user), let name = entry.pointee.pw_name else { return false }
        var groups = [gid_t](repeating: 0, count: 1_024)
        var count = Int32(groups.count)
        guard getgrouplist(name, entry.pointee.pw_gid, &groups, &count) >= 0 else { return false }
        return groups[..<Int(count)].contains(group)
    }
}
