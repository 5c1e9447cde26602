import Glibc
import Statistics

/// The user that the service runs as (deploy/stratum-proxy.sysusers), seen by root.
struct ServiceAccount {
    static let name = "stratum-proxy"

    let user: uid_t
    let group: gid_t

    /// Nil where there is no such user, or where this is not root, who alone can become it.
    init?() {
        guard geteuid() == 0, let entry = getpwnam(Self.name) else { return nil }
        user = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
    }

    /// Does `body` with the rights of the user, and the groups that the user database gives it by now.
    func perform<Result>(_ body: () -> Result) throws -> Result {
        var old = [gid_t](repeating: 0, count: 65_536)
        let count = getgroups(Int32(old.count), &old)
        guard count >= 0, initgroups(Self.name, group) == 0, setegid(group) == 0, seteuid(user) == 0 else {
            throw CommandFailure(SetupWords.cantBecome(Self.name, String(cString: strerror(errno))))
        }
        defer {
            // Back to root, which the saved ids allow.
            _ = seteuid(0)
            _ = setegid(0)
            _ = setgroups(Int(count), old)
        }
        return body()
    }

    /// What keeps the user from p2pool's files in `directory`; nil where nothing does.
    func refusal(_ directory: String) throws -> AccessRefusal? {
        try perform {
            for file in P2PoolState().files {
                if let refusal = AccessRefusal.reading("\(directory)/\(file.path)") { return refusal }
            }
            return nil
        }
    }
}
