import Glibc

/// What root does so that the service can run: rights at p2pool's directory, the unit's drop-in, the start.
struct ServiceSetup {
    static let configuration = "/etc/stratum-proxy/config.json"
    static let stateDirectory = "/var/lib/stratum-proxy"
    private static let unit = "stratum-proxy.service"
    private static let dropIn = "/etc/systemd/system/\(unit).d/stratum-proxy-setup.conf"
    /// Where the unit hides what lies below (ProtectHome in deploy/stratum-proxy.service).
    private static let hidden = ["/home/", "/root/", "/run/user/"]

    let account: ServiceAccount
    let prompt: SetupPrompt

    /// Nil where the service is not installed, or this is not root.
    init?(_ prompt: SetupPrompt) {
        let places = ["/etc", "/usr/lib", "/lib"].map { "\($0)/systemd/system/\(Self.unit)" }
        guard let account = ServiceAccount(), places.contains(where: { access($0, F_OK) == 0 }) else { return nil }
        self.account = account
        self.prompt = prompt
    }

    /// Whether systemd runs here: not in every container.
    static var isSystemdThere: Bool { access("/run/systemd/system", F_OK) == 0 }

    /// Gives the service's user the right to read p2pool's files in `directory`, where a group gives it.
    func open(_ directory: String) throws {
        if Self.hidden.contains(where: directory.hasPrefix) { return try openHidden(directory) }
        // One group for the directory and another for what is in it: more than that is for a person to look at.
        for _ in 0..<3 {
            guard let refusal = try account.refusal(directory) else { return }
            guard case .join(let group) = refusal.cure, try join(group) else {
                return print("! " + AccessWords.text(refusal))
            }
        }
    }

    /// Asks, and puts the user into the group. - Returns: whether it is in it now.
    private func join(_ group: String) throws -> Bool {
        guard try prompt.confirm(SetupWords.mayJoin(group)) else { return false }
        return SystemCommand.run(["usermod", "-aG", group, ServiceAccount.name])
    }

    /// The service sees the directory alone; the way to it doesn't count.
    private func openHidden(_ directory: String) throws {
        let text = "[Service]\nProtectHome=tmpfs\nBindReadOnlyPaths=\(directory)\n"
        guard try prompt.confirm(SetupWords.mayBind(directory)) else { return }
        do {
            try ConfigurationFile.write(text, to: Self.dropIn, group: nil)
        } catch {
            throw CommandFailure(error.text)
        }
        var status = stat()
        guard stat("\(directory)/local", &status) == 0, status.st_mode & 0o005 != 0o005, status.st_gid != 0,
            let group = AccountNames.group(status.st_gid), !AccountNames.isListed(user: account.user, in: status.st_gid)
        else { return }
        _ = try join(group)
    }

    /// Starts the service, and at each boot.
    ///
    /// - Returns: whether it runs.
    func start() -> Bool {
        for words in [["daemon-reload"], ["enable", "--quiet", Self.unit], ["restart", Self.unit]] {
            guard SystemCommand.run(["systemctl"] + words) else { return false }
        }
        return true
    }
}
