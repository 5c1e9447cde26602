/// The socket at which the daemon answers `stratum-proxy status`.
struct ControlSocket: Equatable {
    let path: String
    /// Whether members of its group may ask: in the directory that systemd makes for that.
    let isForGroup: Bool

    private static let name = "control.sock"
    /// What the unit's RuntimeDirectory and StateDirectory are called (deploy/stratum-proxy.service).
    private static let serviceName = "stratum-proxy"

    /// The path in a directory.
    static func path(_ directory: String) -> String { "\(directory)/\(name)" }

    /// The socket beside it at which another instance takes over.
    var takeoverPath: String { "\(path.dropLast(Self.name.count))takeover.sock" }

    /// Where the daemon with this state directory answers.
    static func ofDaemon(stateDirectory: String, environment: Environment) -> ControlSocket {
        guard let runtime = environment.ofService("RUNTIME_DIRECTORY") else {
            return ControlSocket(path: path(stateDirectory), isForGroup: false)
        }
        return ControlSocket(path: path(runtime), isForGroup: true)
    }

    /// Where a proxy may keep its files: as a service, as this user's.
    static func stateDirectories(_ environment: Environment) -> [String] {
        ["/var/lib/\(serviceName)"] + environment.userStateDirectories
    }

    /// Where one may answer, the likeliest first: with the configuration's state directory, with the one that a container's image
    /// names (deploy/Containerfile), as a service, as this user's.
    static func candidates(stateDirectory: String?, environment: Environment) -> [String] {
        let directories =
            [stateDirectory, environment.ofService("STATE_DIRECTORY"), "/run/\(serviceName)"].compactMap(\.self)
            + stateDirectories(environment)
        var paths: [String] = []
        for directory in directories where !paths.contains(path(directory)) { paths.append(path(directory)) }
        return paths
    }
}
