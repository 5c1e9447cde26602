import Glibc

/// What `stratum-proxy check` looks at on this machine, once.
struct CheckFindings {
    /// p2pool's directory; nil where none is configured.
    let p2pool: P2PoolDirectory?
    /// The innermost directory on the way to the state directory that is there and can't be written to; nil if it can.
    let readOnly: String?
    /// The user that this process runs as.
    let user = AccountNames.currentUser
    /// The service's user, where root looks and sees more than that one would.
    var serviceUser = geteuid() == 0 && getpwnam("stratum-proxy") != nil ? "stratum-proxy" : nil

    /// Looks at what `settings` name.
    init(_ settings: Settings) {
        if case .directory(let path) = settings.upstreams.p2pool.api {
            p2pool = P2PoolDirectory(path, wallet: settings.mode == .p2pool ? nil : settings.wallet?.text)
        } else {
            p2pool = nil
        }
        readOnly = Self.readOnly(settings.stateDirectory)
    }

    private static func readOnly(_ path: String) -> String? {
        var existing = path[...]
        while !existing.isEmpty, access(String(existing), F_OK) != 0 {
            existing = existing.lastIndex(of: "/").map { existing[..<$0] } ?? ""
        }
        let directory = existing.isEmpty ? "/" : String(existing)
        return access(directory, W_OK | X_OK) == 0 ? nil : directory
    }
}
