import ProxyTerms

/// What `stratum-proxy status` says where it has nothing to show, and of whom it shows something.
enum StatusWords {
    static func nothing(at paths: [String]) -> String {
        "nothing answers at \(paths.joined(separator: ", ")): no proxy runs there. In a container: `docker exec NAME "
            + "stratum-proxy status`; elsewhere name its directory with --state-directory"
    }

    static func text(_ finding: StatusSearch.Finding, at path: String) -> String {
        switch finding {
        case .answer, .nothing: "nothing answers at \(path)"
        case .closed: closed(path)
        case .silent:
            "the proxy does not answer at \(path) within \(StatusSearch.patience) s: it is stopped or stuck"
        case .failed(let cause): "the proxy does not answer at \(path): \(cause)"
        }
    }

    private static func closed(_ path: String) -> String {
        guard let refusal = AccessRefusal.reading(path) else {
            return "\(path) is closed to you: run this as the proxy's user, or as root"
        }
        return "\(path) is closed to you: \(AccessWords.text(refusal, isProxy: false)); or run this as root"
    }

    static let noReadiness = "the proxy's answer doesn't say whether it is ready"

    static let noRigs = "the proxy's answer has no rigs"

    /// It was named with -c.
    static func missing(_ file: String) -> String {
        "\(file): there is no such file; `stratum-proxy status` without -c asks the proxy that runs"
    }

    static func empty(_ path: String) -> String { "the proxy at \(path) gave no answer" }

    /// `file` was asked for by name, and the proxy that answers runs with another one.
    static func other(_ path: String, configuration: String?, than file: String) -> String {
        let theirs = configuration.map { "runs with \($0)" } ?? "runs without a file"
        return "no proxy answers for \(file); the one at \(path) \(theirs): `stratum-proxy status` without -c shows it"
    }

    static func answers(at path: String) -> String { "`stratum-proxy status` is answered at \(path)" }

    // MARK: --watch

    /// What stands above the answer that came at `time`.
    static func watching(_ part: StatusPart, _ time: String?) -> String {
        command(part) + (time.map { ", \($0)" } ?? ": asking the proxy") + " (q ends this)"
    }

    /// The same where no newer answer comes.
    static func silence(_ silence: StatusPicture.Silence, since time: String?) -> String {
        let since = time.map { "no answer since \($0), for \(Quantity.duration(silence.seconds))" } ?? "no answer yet"
        return "\(since): \(silence.cause). This asks again every second (q ends it)"
    }

    /// Why nobody answers, in a few words.
    static func cause(_ findings: [(path: String, finding: StatusSearch.Finding)]) -> String {
        guard let present = findings.first(where: { $0.finding != .nothing }) else {
            return "no proxy runs at \(findings.map(\.path).joined(separator: ", "))"
        }
        return text(present.finding, at: present.path)
    }

    static let stillWaiting = "the proxy takes long"

    static func moreRows(_ count: Int, _ part: StatusPart) -> String {
        "\(Quantity.count(count, "more line")): make the window higher, or `\(command(part)) | less`"
    }

    private static func command(_ part: StatusPart) -> String {
        (["stratum-proxy status", part.word].compactMap(\.self)).joined(separator: " ")
    }

    // MARK: The words of the command line

    /// `word` was asked for, which `status` does not have.
    static func noPart(_ word: String, nearest: String?) -> String {
        "status has no '\(word)'" + (nearest.map { ": did you mean `status \($0)`?" } ?? "")
            + "; it shows everything, `status rigs` the rigs only"
    }

    static let needsTerminal =
        "--watch needs a terminal that can move its cursor: over ssh use `ssh -t`; without one, `stratum-proxy status` prints once"
}
