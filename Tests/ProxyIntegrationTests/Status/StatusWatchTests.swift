import Foundation
import Glibc
import Testing

extension DaemonTests {
    /// The real command on a terminal.
    @Suite("stratum-proxy status --watch")
    struct StatusWatchTests {
        private let terminal: PseudoTerminal

        init() throws {
            terminal = try PseudoTerminal(columns: 80, rows: 24)
        }

        private static let entry = "\u{1B}[?1049h"
        private static let exit = "\u{1B}[?1049l"

        private func start(_ state: URL, wrapper: [String] = []) throws -> Process {
            try terminal.start(["status", "--watch", "--state-directory", state.path], wrapper: wrapper)
        }

        /// The rows of the last picture that is there whole, without colours.
        private func rows(_ text: String) -> [String] {
            let pictures = text.components(separatedBy: "\u{1B}[H").dropFirst()
            let last = pictures.last ?? ""
            let plain = last.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "")
            // The terminal puts a carriage return of its own before each line feed.
            return plain.replacingOccurrences(of: "\r", with: "").components(separatedBy: "\n")
        }

        @Test("It takes the other screen, fits it also after a change of its size, and q gives the terminal back")
        func watched() throws {
            try Stage.run { stage in
                let process = try start(stage.state)
                let text = terminal.read { $0.contains("Uptime") && $0.contains("Here") }
                #expect(text.hasPrefix(Self.entry) && !terminal.isOrdinary)
                #expect(rows(text)[0].hasPrefix("stratum-proxy status, "))
                #expect(rows(text).count <= 24 && rows(text).allSatisfy { $0.count <= 80 }, "\(rows(text))")
                terminal.resize(columns: 50, rows: 12)
                kill(process.processIdentifier, SIGWINCH)
                let small = terminal.read { rows($0).last?.contains("more line") == true }
                #expect(rows(small).count <= 12 && rows(small).allSatisfy { $0.count <= 50 }, "\(rows(small))")
                terminal.type("xq")
                let end = terminal.read { $0.contains(Self.exit) }
                #expect(end.hasSuffix(Self.exit))
                process.waitUntilExit()
                #expect(process.terminationStatus == 0 && terminal.isOrdinary)
            }
        }

        @Test(
            "A signal that ends it gives the terminal back first",
            arguments: [(SIGINT, 0), (SIGTERM, 143), (SIGHUP, 129), (SIGQUIT, 131)] as [(Int32, Int32)])
        func ended(signal: Int32, status: Int32) throws {
            let process = try start(TemporaryDirectory().url)
            _ = terminal.read { $0.contains("no answer yet: no proxy runs at ") }
            #expect(!terminal.isOrdinary)
            kill(process.processIdentifier, signal)
            #expect(terminal.read { $0.contains(Self.exit) }.hasSuffix("\u{1B}[?7h\u{1B}[?25h\(Self.exit)"))
            process.waitUntilExit()
            #expect(process.terminationReason == .exit && process.terminationStatus == status)
            #expect(terminal.isOrdinary)
        }

        @Test("Ctrl-C ends it, Ctrl-Z gives the terminal back until it goes on")
        func keys() throws {
            // A terminal of its own for the keys that are signals.
            let process = try start(TemporaryDirectory().url, wrapper: ["/usr/bin/setsid", "--ctty", "--wait"])
            _ = terminal.read { $0.contains("no answer yet") }
            terminal.type("\u{3}")
            #expect(terminal.read { $0.contains(Self.exit) }.contains(Self.exit))
            process.waitUntilExit()
            #expect(process.terminationStatus == 0 && terminal.isOrdinary)
            let other = try start(TemporaryDirectory().url)
            _ = terminal.read { $0.contains("no answer yet") }
            kill(other.processIdentifier, SIGTSTP)
            _ = terminal.read { $0.contains(Self.exit) }
            #expect(eventually { terminal.isOrdinary })
            kill(other.processIdentifier, SIGCONT)
            #expect(terminal.read { $0.contains("no answer yet") }.contains(Self.entry))
            #expect(!terminal.isOrdinary)
            terminal.type("q")
            _ = terminal.read { $0.contains(Self.exit) }
            other.waitUntilExit()
            #expect(other.terminationStatus == 0)
        }

        @Test("When the proxy stops its last figures stay, with a line that says so; when one is back it shows that")
        func gone() throws {
            let place = try TemporaryDirectory()
            var options = Stage.Options()
            options.state = place.url
            let stage = try Stage(options)
            let process = try start(place.url)
            _ = terminal.read { $0.contains("Uptime") }
            stage.program.signal(SIGTERM)
            #expect(try stage.program.end().status == 0)
            let text = terminal.read { rows($0)[0].hasPrefix("no answer since ") && $0.contains("Uptime") }
            #expect(rows(text).joined(separator: " ").contains("no proxy runs at \(place.url.path)"), "\(rows(text))")
            let next = try RunningProgram(["run", "-c", stage.configuration.path])
            _ = terminal.read { rows($0)[0].hasPrefix("stratum-proxy status, ") }
            terminal.type("q")
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            next.signal(SIGTERM)
            #expect(try next.end().status == 0)
        }

        @Test("Where there is no terminal, or one that can't move its cursor, it says what to do")
        func none() throws {
            let piped = try BuiltProgram.run(["status", "--watch"], environment: ["TERM": "xterm"])
            #expect(piped.status == 1 && piped.errors.contains("--watch needs a terminal") && piped.output.isEmpty)
            let dumb = try terminal.start(["status", "--watch"], environment: ["TERM": "dumb"])
            #expect(!terminal.read { $0.contains("ssh -t") }.contains(Self.entry))
            dumb.waitUntilExit()
            #expect(dumb.terminationStatus == 1)
            let both = try BuiltProgram.run(["status", "--watch", "--json"])
            #expect(both.status == 64 && both.errors.contains("Use --json or --watch, not both."))
        }
    }
}
