import Glibc

/// The first file or directory on the way to a path that keeps this process out, and whose it is.
struct AccessRefusal: Equatable {
    /// A user or group: its number, and its name where it has one here.
    struct Account: Equatable {
        var id: UInt32
        var name: String?
    }

    var path: String
    var isDirectory: Bool
    var owner: Account
    var group: Account
    /// The permission bits alone: 0o750.
    var mode: UInt32
    /// The user that this process runs as.
    var user: Account
    /// Whether this process has the group.
    var isInGroup: Bool
    /// Whether the user database puts the user into the group: a process that began before does not have it.
    var isListedInGroup: Bool

    /// What opens it. Never a group whose bits are shut, and never root's.
    enum Cure: Equatable {
        /// Membership in its group.
        case join(group: String)
        /// Membership in its group, which has no name here yet.
        case joinUnnamed(id: UInt32)
        /// The membership is there; a new process has it.
        case restart(group: String)
        /// Its own mode: the path is this user's, whom neither a group nor an access list helps.
        case ownMode
        /// An access list: its group does not help.
        case accessList
        /// Systemd hides the directory from the service.
        case sandbox
    }

    /// What opens it.
    var cure: Cure {
        // What ProtectHome puts in the place of /home.
        if mode & 0o777 == 0, owner.id == 0, ["/home", "/root", "/run/user"].contains(path) { return .sandbox }
        if user.id == owner.id { return .ownMode }
        let needed: UInt32 = isDirectory ? 0o010 : 0o040
        // Who is in the group is judged by its bits: nothing else helps.
        guard !isInGroup, mode & needed != 0, group.id != 0 else { return .accessList }
        guard let name = group.name else { return .joinUnnamed(id: group.id) }
        return isListedInGroup ? .restart(group: name) : .join(group: name)
    }

    /// What keeps this process from reading the file at `path`; nil where its rights allow it, and where nothing is there.
    static func reading(_ path: String) -> AccessRefusal? {
        reading(path, opens: mayAccess, link: target).flatMap(AccessRefusal.init(at:))
    }

    /// Symbolic links that are followed at most, as by the kernel.
    private static let mostLinks = 40

    /// The path that refuses, on the way that the kernel goes: a symbolic link itself keeps nobody out, what it leads through may.
    /// `opens`: whether a path may be passed through or read; `link`: where it leads, nil where it is no link.
    static func reading(
        _ path: String, opens: (_ path: String, _ mode: Int32) -> Bool, link: (_ path: String) -> String?
    ) -> String? {
        var rest = Array(path.split(separator: "/").reversed())
        var place = path.hasPrefix("/") ? "/" : "."
        var links = 0
        while let component = rest.popLast() {
            guard opens(place, X_OK) else { return place }
            let next = place + (place.hasSuffix("/") ? "" : "/") + component
            guard links < mostLinks, let target = link(next) else {
                place = next
                continue
            }
            links += 1
            if target.hasPrefix("/") { place = "/" }
            rest += target.split(separator: "/").reversed()
        }
        return opens(place, R_OK) ? nil : place
    }

    /// Where a symbolic link leads; nil where none is there.
    private static func target(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    private static func mayAccess(_ path: String, _ mode: Int32) -> Bool {
        faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 || errno != EACCES
    }

    private init?(at path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(
            path: path, isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            owner: Account(id: status.st_uid, name: AccountNames.user(status.st_uid)),
            group: Account(id: status.st_gid, name: AccountNames.group(status.st_gid)), mode: status.st_mode & 0o7777,
            user: Account(id: geteuid(), name: AccountNames.user(geteuid())),
            isInGroup: AccountNames.processHasGroup(status.st_gid),
            isListedInGroup: AccountNames.isListed(user: geteuid(), in: status.st_gid))
    }

    /// One that a test makes up.
    init(
        path: String, isDirectory: Bool, owner: Account, group: Account, mode: UInt32, user: Account, isInGroup: Bool,
        isListedInGroup: Bool
    ) {
        self.path = path
        self.isDirectory = isDirectory
        self.owner = owner
        self.group = group
        self.mode = mode
        self.user = user
        self.isInGroup = isInGroup
        self.isListedInGroup = isListedInGroup
    }
}
