import Testing

@testable import StratumProxy

@Suite("Lines for a terminal")
struct StatusLinesTests {
    private func rows(_ text: String) -> [Substring] { text.split(separator: "\n") }

    @Test("A number is not torn from its unit at the end of a line")
    func wrapping() {
        var lines = StatusLines()
        lines.add("Name", String(repeating: "1234567 kH/s ", count: 20), "second")
        let rows = rows(lines.text)
        #expect(rows.dropLast().allSatisfy { $0.hasSuffix("kH/s") })
        #expect(rows.allSatisfy { $0.count <= 100 })
        #expect(rows.first?.hasPrefix("Name        1234567") == true)
        #expect(rows.last == "            second")
    }

    @Test("What is to be typed, in backquotes, is not torn apart where it fits into a row")
    func typed() {
        let help = "Error: there is no command 'rub': did you mean `run`?\nSee `stratum-proxy --help`."
        let shown = Terminal(columns: 40).shown(help, isError: true)
        #expect(rows(shown).last == "See `stratum-proxy --help`.")
        #expect(rows(shown).allSatisfy { $0.count <= 40 } && rows(shown).count == 3)
        let cure = "the directory /srv keeps user miner out: `usermod -aG p2pool miner`, then log in again (`id`)"
        for width in 28...90 {
            let rows = TextLayout.rows(cure, width: width)
            #expect(rows.contains { $0.contains("`usermod -aG p2pool miner`,") }, "\(width): \(rows)")
            #expect(rows.allSatisfy { $0.count <= width } && rows.joined(separator: " ") == cure)
        }
        // What doesn't fit into a row is broken as ever, and so is what has no second backquote.
        #expect(TextLayout.rows("`a command that is long`", width: 10) == ["`a command", "that is", "long`"])
        #expect(TextLayout.rows("don`t break this", width: 8) == ["don`t", "break", "this"])
    }

    // Fault O09.
    @Test(
        "status is as wide as its terminal, and isn't broken where that is narrower than 40 columns",
        arguments: [40, 80, 160])
    func width(columns: Int) {
        let text = SampleReport.report.lines.text(on: Terminal(columns: columns))
        // A path or a fingerprint may be longer than such a screen is wide.
        let rows = rows(text).filter { row in row.split(separator: " ").allSatisfy { $0.count <= columns - 12 } }
        #expect(rows.allSatisfy { $0.count <= columns })
        #expect(rows.contains { $0.count > columns - 15 })
        let narrow = self.rows(SampleReport.report.lines.text(on: Terminal(columns: 39)))
        #expect(narrow.count < self.rows(text).count && narrow.contains { $0.count > 100 })
    }

    @Test("status at 80 and at 160 columns is the golden files'", arguments: [80, 160])
    func golden(columns: Int) throws {
        try Golden.expect(SampleReport.report.lines.text(on: Terminal(columns: columns)), "status-\(columns).txt")
    }

    @Test("What the daemon sends is the same when it is read, and the answer of an earlier version is shown as it came")
    func wire() {
        let lines = SampleReport.report.lines
        #expect(StatusLines(wire: lines.wire).text == lines.text)
        #expect(StatusLines(wire: lines.wire).wire == lines.wire)
        #expect(
            StatusLines(wire: "Now         mining\n            on p2pool\n").text
                == "Now         mining\n            on p2pool\n")
    }

    @Test("Colours: names are bold, what needs attention is yellow, and neither counts as columns")
    func colors() {
        var lines = StatusLines()
        lines.add("p2pool", "down", needsAttention: true)
        lines.add("XvB", "up")
        #expect(lines.text == "p2pool      down\nXvB         up\n")
        let painted = lines.text(on: Terminal(columns: 80, hasColors: true))
        #expect(painted.contains("\u{1B}[33mdown\u{1B}[0m") && painted.contains("\u{1B}[1mXvB\u{1B}[0m         up"))
    }

    @Test("A line of check is broken below its text on a terminal, and stays one line elsewhere")
    func check() {
        let line = "p2pool      " + String(repeating: "word ", count: 30).dropLast()
        let rows = rows(Terminal(columns: 80).shown(line))
        #expect(rows.count == 3 && rows.allSatisfy { $0.count <= 80 })
        #expect(rows.dropFirst().allSatisfy { $0.hasPrefix("            word") })
        #expect(Terminal().shown(line) == line)
        #expect(Terminal(columns: 39).shown(line) == line)
    }

    @Test("Errors are red, warnings and lines with ! yellow, where there are colours")
    func tones() {
        let terminal = Terminal(columns: 200, hasColors: true)
        #expect(terminal.shown("c.json:1:2: error: mode: no").hasPrefix("\u{1B}[31m"))
        #expect(terminal.shown("c.json:1:2: warning: mode: no").hasPrefix("\u{1B}[33m"))
        #expect(terminal.shown("!           shut").hasPrefix("\u{1B}[33m"))
        #expect(terminal.shown("mode        default").hasPrefix("\u{1B}[1mmode\u{1B}[0m   "))
        #expect(Terminal(columns: 200).shown("c.json:1:2: error: mode: no") == "c.json:1:2: error: mode: no")
    }

    // Fault O09.
    @Test("A plan is as wide as its terminal as well, and off a terminal a line stays one", arguments: [40, 80])
    func plan(columns: Int) {
        let lines = [
            "XvB 60.2 s of 600: hold donor (1 kH/s); p2pool keeps 9 kH/s, risk of no share 10.3 %", "",
            "needs      p2pool 4.95 kH/s of the 10 kH/s here; one share per PPLNS window takes 3.96 kH/s",
        ]
        let rows = PlanScreen.text(lines, on: Terminal(columns: columns)).split(separator: "\n")
        #expect(rows.count > 2 && rows.allSatisfy { $0.count <= columns }, "\(rows)")
        #expect(rows.last?.hasPrefix("           ") == true)
        #expect(PlanScreen.text(lines, on: Terminal()) == lines.joined(separator: "\n"))
    }

    // Fault O09.
    @Test("COLUMNS says how wide it is where nobody else does; nonsense in it says nothing")
    func columns() throws {
        // A file is no terminal.
        #expect(Terminal.at(-1, environment: ["COLUMNS": "72"]).columns == 72)
        #expect(Terminal.at(-1, environment: ["COLUMNS": "-3"]).columns == nil)
        #expect(Terminal.at(-1, environment: [:]) == Terminal())
    }

    // Fault N10.
    @Test("A word that is no command is told with the command that was meant, or with how to run a file")
    func commands() {
        #expect(CommandName.fault("stauts")?.description.contains("did you mean `status`?") == true)
        #expect(CommandName.fault("stauts")?.status == 64)
        #expect(CommandName.fault("/dev/null")?.description.contains("`stratum-proxy run -c /dev/null`") == true)
        #expect(CommandName.fault("frobnicate")?.description.hasPrefix("there is no command 'frobnicate'\n") == true)
        // Without /proc there is no command line: nothing runs then, whatever was typed.
        #expect(CommandName.fault(words: [])?.description.contains("/proc is not mounted") == true)
        #expect(CommandName.fault(words: ["stratum-proxy", "status"]) == nil)
        #expect(CommandName.fault(words: ["stratum-proxy"]) == nil)
        for known in ["status", "run", "help", "-c", "--version", nil] { #expect(CommandName.fault(known) == nil) }
    }
}
