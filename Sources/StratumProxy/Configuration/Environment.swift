import Glibc

/// The variables that a program is started with, or those that a test makes up.
struct Environment: ExpressibleByDictionaryLiteral {
    private let lookup: (String) -> String?

    /// Those of this process.
    ///
    /// Not Foundation's: the only thing that the daemon would need it for costs some megabytes of memory.
    ///
    /// Where HOME is not set, as in services of systemd without a user, it is the user's home directory.
    static var process: Environment {
        Environment { name in
            if let value = getenv(name) { return String(cString: value) }
            guard name == "HOME", let home = getpwuid(geteuid())?.pointee.pw_dir else { return nil }
            return String(cString: home)
        }
    }

    private init(lookup: @escaping (String) -> String?) {
        self.lookup = lookup
    }

    /// Exactly these.
    init(_ variables: [String: String]) {
        lookup = { variables[$0] }
    }

    init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements) { _, last in last })
    }

    subscript(_ name: String) -> String? { lookup(name) }

    /// A directory that systemd has made for the service. It may name several, separated by colons; the first is ours.
    func ofService(_ name: String) -> String? { self[name]?.split(separator: ":").first.map(String.init) }

    /// Where a proxy of this user may keep its own files; the first one counts.
    var userStateDirectories: [String] {
        var directories: [String] = []
        if let base = self["XDG_STATE_HOME"], base.hasPrefix("/") { directories.append("\(base)/stratum-proxy") }
        if let home = self["HOME"], !home.isEmpty { directories.append("\(home)/.local/state/stratum-proxy") }
        return directories
    }
}
