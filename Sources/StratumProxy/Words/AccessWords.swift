/// What keeps the proxy from a file, and what opens it.
enum AccessWords {
    /// `isProxy`: whether it is the proxy that is kept out, which restarts; else somebody who logs in again.
    static func text(_ refusal: AccessRefusal?, isProxy: Bool = true) -> String {
        guard let refusal else {
            return
                "access is denied, though its rights allow it: is it hidden by systemd (ProtectHome), AppArmor or SELinux?"
        }
        let user = name(refusal.user)
        let again = isProxy ? "restart the proxy" : "log in again"
        let kind = refusal.isDirectory ? "directory" : "file"
        let what =
            "the \(kind) \(path(refusal)) (\(name(refusal.owner)):\(name(refusal.group)), "
            + "mode \(octal(refusal.mode))) keeps user \(user) out: "
        switch refusal.cure {
        case .join(let group):
            return what + "`usermod -aG \(group) \(user)`, then \(again)"
        case .joinUnnamed(let id):
            return what
                + "its group has no name here: `groupadd -g \(id) p2pool-api && usermod -aG p2pool-api \(user)`, then \(again); "
                + "in a container: `--group-add \(id)`"
        case .restart(let group):
            return what
                + "\(user) is in group \(group), but not since this process began: \(again)"
        case .ownMode:
            return what + "`chmod \(refusal.isDirectory ? "u+rx" : "u+r") \(path(refusal))` opens it"
        case .accessList where refusal.path.hasSuffix("/local"):
            // p2pool writes its files anew each time: the default entries are for those.
            return what + "`setfacl -R -m u:\(user):rX,d:u:\(user):rX \(path(refusal))` opens it" + ownUser(refusal)
        case .accessList where refusal.isDirectory:
            return what + "`setfacl -m u:\(user):x \(path(refusal))` opens it"
        case .accessList:
            return what + "have p2pool write it for a group of its own (systemd: UMask=0027)" + ownUser(refusal)
        case .sandbox:
            return what
                + "systemd hides it from the service (ProtectHome): bind the directory in a drop-in (docs/install.md)"
        }
    }

    private static func path(_ refusal: AccessRefusal) -> String { Sanitizer.printable(refusal.path, limit: 256) }

    private static func ownUser(_ refusal: AccessRefusal) -> String {
        refusal.owner.id == 0 ? ", or run p2pool as a user of its own (Docker: `user:`)" : ""
    }

    private static func name(_ account: AccessRefusal.Account) -> String { account.name ?? String(account.id) }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
