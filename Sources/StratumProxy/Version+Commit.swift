import CCommit

extension Version {
    /// The commit that it was built from; nil in a developer's build.
    static var commit: String? {
        let commit = String(cString: stratum_proxy_commit())
        return commit.isEmpty ? nil : commit
    }

    /// What `--version` says.
    static var text: String {
        "stratum-proxy \(current)" + (commit.map { " (commit \($0))" } ?? " (a developer's build)")
    }
}
