extension FileHealth {
    /// What is wrong and what helps, in one line for a log; nil where nothing is. `user` is the user that the proxy runs
    /// as, `group` the group that the file belongs to, where they are known.
    public func explanation(of file: P2PoolFile, user: String? = nil, group: String? = nil) -> String? {
        switch self {
        case .unread, .good:
            return nil
        case .failed(.missing):
            return file.isLocal
                ? "\(file.path) is missing: start p2pool with --local-api as well"
                : "\(file.path) is missing: start p2pool with --data-api, and check the directory"
        case .failed(.unreadable):
            // p2pool makes local/ 0750 and its files 0640 (docs/protocol.md#p2pool-api-files).
            let group = group ?? "p2pool"
            return "\(file.path) can't be read: p2pool lets only its own group in; "
                + "add \(user.map { "user \($0)" } ?? "the proxy's user") to group \(group) "
                + "(usermod -aG \(group) \(user ?? "USER")) and restart the proxy"
        case .failed(.notAFile):
            return "\(file.path) is not a regular file"
        case .failed(.tooLarge):
            return "\(file.path) is larger than \(P2PoolFile.longest >> 20) MiB"
        case .failed(.failed(let code)):
            return "\(file.path) can't be read (error \(code))"
        case .empty:
            return "\(file.path) is empty: is the disk of p2pool's directory full?"
        case .broken:
            return "\(file.path) is cut off or not JSON: is the disk of p2pool's directory full?"
        case .implausible(let member):
            return "\(file.path) makes no sense at \(member)"
        case .inFuture(let seconds):
            return "\(file.path) was written \(whole(seconds)) s in the future: check both clocks"
        case .stale(let seconds):
            return "\(file.path) was last written \(whole(seconds)) s ago: is p2pool running?"
        }
    }

    private func whole(_ seconds: Double) -> Int64 {
        Int64(exactly: seconds.rounded()) ?? .max
    }
}
