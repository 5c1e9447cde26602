/// The two pages of the manual: the commands, made of their own help, and the keys, made of their table.
enum ManualPages {
    // MARK: stratum-proxy(1)

    /// `help` is what ArgumentParser knows of the commands, as JSON.
    static func commands(_ help: JSONCValue.Content) -> String {
        guard let command = help.member("command") else { preconditionFailure("ArgumentParser's help has no command") }
        var page = ManualPage("stratum-proxy", section: 1, about: "splits hashrate between p2pool and the XvB raffle")
        page.heading("Synopsis")
        page.paragraphs("`stratum-proxy` [`run`] [`-c` FILE]")
        page.paragraphs("`stratum-proxy` COMMAND [OPTION...]")
        page.heading("Description")
        page.paragraphs(command.text(at: "abstract") ?? "")
        page.paragraphs(command.text(at: "discussion") ?? "")
        page.heading("Commands")
        for command in command.list("subcommands") where command.text(at: "commandName") != "help" {
            guard command.member("shouldDisplay") == .bool(true) else { continue }
            page.subheading(command.text(at: "commandName") ?? "")
            page.paragraphs(command.text(at: "abstract") ?? "")
            page.paragraphs(command.text(at: "discussion") ?? "")
            for argument in command.list("arguments") { add(argument, to: &page) }
        }
        page.subheading("Every command")
        for argument in command.list("arguments") { add(argument, to: &page, isCommon: true) }
        ending(&page)
        return page.text
    }

    private static func add(_ argument: JSONCValue.Content, to page: inout ManualPage, isCommon: Bool = false) {
        guard argument.member("shouldDisplay") == .bool(true) else { return }
        let value = (argument.text(at: "valueName") ?? "value").uppercased()
        let names = argument.list("names").compactMap { name -> String? in
            guard let text = name.text(at: "name") else { return nil }
            return (name.text(at: "kind") == "long" ? "--" : "-") + text
        }
        // Those of every command stand at the end.
        if !isCommon, names.contains("--help") || names.contains("--version") { return }
        let takesValue = argument.text(at: "kind") == "option"
        let term = names.isEmpty ? value : names.joined(separator: ", ") + (takesValue ? " \(value)" : "")
        let standard = argument.text(at: "defaultValue").map { "Default: \($0)." } ?? ""
        page.item(term, argument.text(at: "abstract") ?? "", argument.text(at: "discussion") ?? "", standard)
    }

    private static func ending(_ page: inout ManualPage) {
        page.heading("Signals")
        page.item("SIGHUP", "The configuration is read again; rigs stay connected.")
        page.item(
            "SIGTERM, SIGINT",
            "An orderly stop: no new rigs, up to 5 s for verdicts of shares in flight. A second one ends it at once.")
        page.heading("Exit status")
        page.item("0", "All went well.")
        page.item("1", "It did not; the last line says why.")
        page.item("64", "A mistake on the command line.")
        page.item("78", "A mistake in the configuration.")
        page.heading("Files")
        page.item("/etc/stratum-proxy/config.json", "The configuration of the service; see `stratum-proxy.json`(5).")
        page.item("/var/lib/stratum-proxy", "The service's own files: its history and its certificate.")
        page.item("/run/stratum-proxy/control.sock", "Where the service answers `status`.")
        page.heading("See also")
        page.paragraphs("`stratum-proxy.json`(5), `systemctl`(1), `journalctl`(1), /usr/share/doc/stratum-proxy")
    }

    // MARK: stratum-proxy.json(5)

    static var keys: String {
        var page = ManualPage("stratum-proxy.json", section: 5, about: "configuration of stratum-proxy")
        page.heading("Description")
        page.paragraphs(
            "JSON with comments, as xmrig has it. `stratum-proxy setup` writes one, `stratum-proxy check` tells what is wrong with one. "
                + "SIGHUP (`systemctl reload stratum-proxy`) reads it again.")
        for group in ConfigurationKeys.groups {
            page.heading(group.title)
            for key in group.keys { add(key, to: &page) }
        }
        page.heading("A pool")
        page.paragraphs("What an object in `p2pool.pools` and `xvb.pools` may have, as in xmrig.")
        for key in ConfigurationKeys.pool { add(key, to: &page, ofPool: true) }
        page.heading("A receiver")
        page.paragraphs("What an object in `notify` may have.")
        for key in ConfigurationKeys.receiver { add(key, to: &page, ofPool: true) }
        page.heading("See also")
        page.paragraphs("`stratum-proxy`(1), /usr/share/doc/stratum-proxy/examples/config.example.json")
        return page.text
    }

    private static func add(_ key: ConfigurationKey, to page: inout ManualPage, ofPool: Bool = false) {
        guard key.kind != .section else { return page.item(key.path, key.meaning) }
        // A pool's keys count when their list does.
        let change = ofPool ? "" : "A change counts \(key.changes)."
        page.item(key.path, key.meaning, "Value: \(key.allowed). Default: `\(key.standard)`.", change)
    }
}

extension JSONCValue.Content {
    /// The elements of a list that a member is; none where it is none.
    fileprivate func list(_ name: String) -> [JSONCValue.Content] {
        if case .array(let values)? = member(name) { values.map(\.content) } else { [] }
    }
}
