import CCommit

/// Which release this is.
enum Version {
    /// The version that is shown to operators, rigs and pools; scripts/package reads it here, too.
    static let current = "0.1.0"

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
