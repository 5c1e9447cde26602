import Testing

@testable import StratumProxy

@Suite("The manual")
struct ManualPagesTests {
    @Test("stratum-proxy(1) has each command that is shown, and each of its options")
    func commands() throws {
        let help = try JSONCReader.read(Array(StratumProxyCommand._dumpHelp().utf8))
        let page = ManualPages.commands(help.content)
        for name in ["run", "setup", "demo", "status", "plan", "simulate", "check", "import", "keys"] {
            #expect(page.contains(".SS \"\(name)\"\n"), "\(name)")
        }
        #expect(!page.contains(".SS \"manual\"") && !page.contains(".SS \"help\""))
        #expect(page.contains("\\fB\\-\\-takeover\\fR") && page.contains("\\fB\\-c, \\-\\-config FILE\\fR"))
        #expect(
            page.contains("\\fBstatus rigs\\fR shows the rigs only")
                && page.contains("\\fBPART\\fR\nrigs: the rigs only"))
        #expect(StratumProxyCommand.completionScript(for: .bash).contains("rigs"))
        // Once, at the end.
        #expect(page.components("\\-\\-version") == 2)
    }

    @Test("stratum-proxy.json(5) has each key of the table and of a pool")
    func keys() {
        let page = ManualPages.keys
        for key in ConfigurationKeys.all + ConfigurationKeys.pool {
            #expect(
                page.contains("\n\\fB\(key.path.split(separator: "-").joined(separator: "\\-"))\\fR\n"), "\(key.path)")
        }
    }

    @Test("What man(7) takes for its own is escaped")
    func escaped() {
        var page = ManualPage("x", section: 1, about: "y")
        page.paragraphs(".dot \\ \"q\" `b-c`\n  an example")
        #expect(page.text.hasSuffix(".PP\n\\&.dot \\e \\(dqq\\(dq \\fBb\\-c\\fR\n.PP\n.EX\n  an example\n.EE\n"))
    }
}

extension String {
    /// Parts between occurrences of `separator`.
    fileprivate func components(_ separator: String) -> Int {
        var count = 1
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
