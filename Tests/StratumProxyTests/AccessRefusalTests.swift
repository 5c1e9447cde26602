import Testing

@testable import StratumProxy

@Suite("N5: what keeps the proxy from p2pool's files, and what opens it")
struct AccessRefusalTests {
    private let miner = AccessRefusal.Account(id: 1_000, name: "miner")
    private let p2pool = AccessRefusal.Account(id: 990, name: "p2pool")
    private let root = AccessRefusal.Account(id: 0, name: "root")

    private func refusal(
        _ path: String = "/var/lib/p2pool/api/local", owner: AccessRefusal.Account? = nil,
        group: AccessRefusal.Account? = nil, mode: UInt32 = 0o750, isDirectory: Bool = true, isInGroup: Bool = false,
        isListed: Bool = false
    ) -> AccessRefusal {
        AccessRefusal(
            path: path, isDirectory: isDirectory, owner: owner ?? p2pool, group: group ?? p2pool, mode: mode,
            user: miner, isInGroup: isInGroup, isListedInGroup: isListed)
    }

    // Fault N05.
    @Test("p2pool's own group opens a directory that is open to it, and the path is named with owner and mode")
    func join() {
        #expect(refusal().cure == .join(group: "p2pool"))
        let text = AccessWords.text(refusal())
        #expect(text.contains("/var/lib/p2pool/api/local (p2pool:p2pool, mode 0750) keeps user miner out"))
        #expect(text.contains("`usermod -aG p2pool miner`"))
    }

    // Fault N05.
    @Test("The group of root is never proposed: p2pool in a container of root's")
    func rootsGroup() {
        let text = AccessWords.text(refusal(owner: root, group: root))
        #expect(refusal(owner: root, group: root).cure == .accessList)
        #expect(
            !text.contains("usermod")
                && text.contains("setfacl -R -m u:miner:rX,d:u:miner:rX /var/lib/p2pool/api/local"))
        #expect(text.contains("Docker: `user:`"))
    }

    // Fault N05.
    @Test("A group that the process is in already, or whose bits are shut, can't help", arguments: [true, false])
    func uselessGroup(isInGroup: Bool) {
        let bob = AccessRefusal.Account(id: 1_001, name: "bob")
        let shut = refusal("/home/bob", owner: bob, group: bob, mode: isInGroup ? 0o750 : 0o700, isInGroup: isInGroup)
        #expect(shut.cure == .accessList)
        #expect(AccessWords.text(shut).hasSuffix("`setfacl -m u:miner:x /home/bob` opens it"))
    }

    // Fault N05.
    @Test("A path of the proxy's own user is opened by its mode alone", arguments: [true, false])
    func ownPath(isDirectory: Bool) {
        let own = refusal(owner: miner, group: miner, mode: 0o000, isDirectory: isDirectory)
        #expect(own.cure == .ownMode)
        let mode = isDirectory ? "u+rx" : "u+r"
        #expect(AccessWords.text(own).hasSuffix("`chmod \(mode) /var/lib/p2pool/api/local` opens it"))
    }

    @Test("Who was put into the group after the process began restarts it")
    func restart() {
        #expect(refusal(isListed: true).cure == .restart(group: "p2pool"))
        #expect(AccessWords.text(refusal(isListed: true)).contains("restart the proxy"))
    }

    @Test("A group without a name here gets one, or is given to the container")
    func unnamed() {
        let nameless = AccessRefusal.Account(id: 2_001, name: nil)
        #expect(refusal(group: nameless).cure == .joinUnnamed(id: 2_001))
        #expect(AccessWords.text(refusal(group: nameless)).contains("groupadd -g 2001"))
        // A container has no groupadd; what starts it gives the group.
        #expect(AccessWords.text(refusal(group: nameless)).contains("--group-add 2001"))
    }

    @Test("A file for its owner alone is p2pool's to write otherwise: it is made anew each time")
    func file() {
        let file = refusal("/var/lib/p2pool/api/local/stratum", mode: 0o600, isDirectory: false)
        #expect(file.cure == .accessList)
        #expect(AccessWords.text(file).contains("UMask=0027"))
    }

    @Test("What systemd hides is no matter of groups")
    func sandbox() {
        #expect(refusal("/home", owner: root, group: root, mode: 0o000).cure == .sandbox)
        #expect(AccessWords.text(refusal("/home", owner: root, group: root, mode: 0)).contains("ProtectHome"))
    }

    /// The path that refuses where the directories `shut` have no x and the files in it no r for us.
    private func refusing(_ path: String, shut: Set<String>, links: [String: String]) -> String? {
        return AccessRefusal.reading(
            path,
            opens: { path, _ in
                // As the kernel does it for a path without links: all of its directories count.
                return !shut.contains { path == $0 || path.hasPrefix($0 + "/") }
            }, link: { links[$0] })
    }

    // Fault N05.
    @Test(
        "A symbolic link that leads through a shut directory: that one refuses, not the link",
        arguments: [
            (path: "/api/local/stratum", links: ["/api": "/home/bob/p2pool/api"], refuses: "/home/bob"),
            // Relative, and to the parent's.
            (path: "/srv/p2pool/stratum", links: ["/srv/p2pool": "../home/bob/api"], refuses: "/srv/../home/bob"),
            // One behind the other, the last one for the file.
            (
                path: "/a/stratum",
                links: ["/a": "/b", "/b": "/c", "/c/stratum": "/home/bob/stratum"], refuses: "/home/bob"
            ),
        ])
    func symbolicLink(path: String, links: [String: String], refuses: String) {
        #expect(refusing(path, shut: ["/home/bob", "/srv/../home/bob"], links: links) == refuses)
        #expect(refusing(path, shut: [], links: links) == nil)
    }

    @Test("A link to itself ends, and a path that is no link is what it was")
    func circle() {
        #expect(refusing("/loop/x", shut: [], links: ["/loop": "/loop"]) == nil)
        #expect(refusing("/home/bob/x", shut: ["/home/bob"], links: [:]) == "/home/bob")
        #expect(refusing("x", shut: ["./x"], links: [:]) == "./x")
    }

    @Test("Where the rights allow it, something else forbids it")
    func elsewhere() {
        #expect(AccessWords.text(nil).contains("AppArmor"))
    }
}
