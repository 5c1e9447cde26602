import ProxyTerms
import SplitScheduler
import Statistics

/// What is wrong with p2pool's API and what helps, in one line each: for log, status and `check` alike.
struct P2PoolWords {
    /// Where the documents come from.
    enum Source: Equatable {
        /// A directory.
        case directory
        /// A server, named as the log names it.
        case web(String)
    }

    var source = Source.directory
    /// What keeps the proxy from a file, for a message that names it. Asked only then: users and groups are looked up in
    /// files, or over the network.
    var refusal: (P2PoolFile) -> AccessRefusal? = { _ in nil }
    /// The wallet of the configuration.
    var wallet: String?
    /// There are figures from before: they stay in use.
    var hasGoodFigures = true

    /// What is wrong and what helps.
    func text(_ trouble: P2PoolTrouble) -> String {
        switch trouble {
        case .file(let file, let health): text(health, of: file)
        case .noPeers: "p2pool has no peers, so its sidechain stands still: check its network and firewall"
        case .monerodSilent(let seconds):
            "p2pool has not heard from monerod for \(Quantity.duration(seconds)), its jobs are old: check monerod (--zmq-pub)"
        case .monerodNeverHeard:
            "p2pool has never heard from monerod: check that monerod runs with --zmq-pub, and p2pool's --host and --zmq-port"
        case .figures(let fault): fault.text + (hasGoodFigures ? "; the last good figures stay in use" : "")
        case .otherWallet(let theirs):
            Self.otherWallet(theirs, wallet) + ": XvB finds no share of that wallet in p2pool's window"
        case .subaddress(let theirs):
            "p2pool pays to the subaddress \(Self.shortened(theirs)) (--subaddress); whether XvB finds such shares is not "
                + "known: watch \"fails\" in the status"
        case .shareFromElsewhere(let age):
            "p2pool says that the wallet has a share in its window, but the newest one found here is "
                + "\(Quantity.duration(age)) old, more than a window: someone else mines to this wallet, or local/stratum is out of date"
        case .untold(let member): text(untold: member)
        }
    }

    /// All is well again with what a trouble was about.
    func recovery(of topic: P2PoolTrouble.Topic) -> String {
        switch topic {
        case .file(let file): "\(file.path) is good again"
        case .peers: "p2pool has peers again"
        case .monerod: "p2pool hears from monerod again"
        case .figures: "p2pool's figures are plausible again"
        case .wallet: "p2pool mines to the configured wallet"
        case .share: "p2pool's share in the window is one that was found here"
        case .untold(let member): "p2pool reports \(member.rawValue) now"
        }
    }

    private func text(untold member: P2PoolMember) -> String {
        let what =
            switch member {
            case .rewardShare: "whether a share is in the window is estimated"
            case .lastShareFound: "when the share in the window leaves it is not known"
            case .monerodSilence: "a monerod that stands still is not noticed"
            case .sidechainDifficulty, .pplnsWindowSize, .hashRate, .sidechainHeight, .wallet, .peers:
                "the plan lacks it"
            }
        return "this p2pool doesn't report \(member.rawValue)\(Self.since(member)), so \(what): update p2pool"
    }

    private func text(_ health: FileHealth, of file: P2PoolFile) -> String {
        let path = file.path
        switch health {
        case .unread, .good: return "\(path) is good"
        case .failed(let failure): return text(failure, of: file)
        case .empty, .broken:
            if case .web = source { return "\(path) is empty, cut off or not JSON" }
            let what = health == .empty ? "empty" : "cut off or not JSON"
            return "\(path) is \(what): is the disk of p2pool's directory full?"
        case .lacks(let member):
            return
                "this p2pool doesn't report \(member.rawValue) in \(path)\(Self.since(member)): update p2pool; there is no plan "
                + "without it"
        case .implausible(let member): return "\(member.rawValue) in \(path) is not plausible"
        case .inFuture(let seconds):
            return "\(path) was written \(Quantity.duration(seconds)) in the future: check both clocks"
        case .stale(let seconds):
            return "\(path) was last written \(Quantity.duration(seconds)) ago: is p2pool running?"
        case .notRewritten(let seconds):
            return
                "\(path) was not written again although p2pool took a share \(Quantity.duration(seconds)) ago: p2pool can't write "
                + "it any more, or this is another p2pool's directory; check its rights and restart p2pool"
        }
    }

    private func text(_ failure: FileFailure, of file: P2PoolFile) -> String {
        let path = file.path
        switch (failure, source) {
        case (.missing, .web(let server)):
            return file.isLocal
                ? "\(server)/\(path) is missing: start p2pool with --local-api as well"
                : "\(server)/\(path) is missing: check the address"
        case (.missing, .directory):
            return file.isLocal
                ? "\(path) is missing: start p2pool with --local-api as well"
                : "\(path) is missing: start p2pool with --data-api, and check the directory"
        case (.unreadable, .web(let server)): return "\(server) denies access to \(path)"
        case (.unreadable, .directory):
            return "\(path) can't be read: " + AccessWords.text(refusal(file))
        case (.notAFile, _): return "\(path) is not a regular file"
        case (.tooLarge, _): return "\(path) is larger than \(Quantity.bytes(P2PoolFile.longest))"
        case (.failed(let status), .web(let server)): return "\(server) answers with status \(status) for \(path)"
        case (.failed(let code), .directory): return "\(path) can't be read (error \(code))"
        }
    }

    private static func since(_ member: P2PoolMember) -> String {
        member.since.map { " (it does since v\($0))" } ?? ""
    }

    private static func otherWallet(_ theirs: String, _ ours: String?) -> String {
        guard let ours else { return "p2pool mines to \(shortened(theirs))" }
        let (one, other) = WalletAddress.shortened(Sanitizer.printable(theirs, limit: 128), besides: ours)
        return "p2pool mines to \(one), the configuration says \(other)"
    }

    private static func shortened(_ wallet: String) -> String {
        WalletAddress.shortened(Sanitizer.printable(wallet, limit: 128))
    }
}
