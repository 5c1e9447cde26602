import ArgumentParser
import EventLoop
import Glibc

/// `stratum-proxy status`: asks the running daemon how things stand.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the state of the running proxy.",
        discussion: "It finds the proxy by its state directory: give the same configuration, or name the directory.")

    /// Seconds for the answer.
    private static let patience = 5

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("The proxy's state directory, instead of the configuration's.", valueName: "dir"))
    var stateDirectory: String?

    @Flag(help: "One line of JSON instead of text.")
    var json = false

    func run() throws {
        let directory = try stateDirectory ?? options.settings().stateDirectory
        let path = ControlSocket.path(directory)
        let answer: [UInt8]
        do {
            answer = try LocalListener.ask(path: path, seconds: Self.patience)
        } catch {
            switch error.name {
            case "ENOENT", "ECONNREFUSED":
                throw CommandFailure(ProxyWords.noProxy(directory))
            case "EACCES", "EPERM":
                throw CommandFailure(ProxyWords.notOurs(path))
            case "EAGAIN":
                throw CommandFailure(ProxyWords.silent(path, seconds: Self.patience))
            case _:
                throw CommandFailure(ProxyWords.noAnswer(path, "\(error)"))
            }
        }
        // The answer's first line is the JSON, the rest the text.
        let parts = answer.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw CommandFailure(ProxyWords.emptyAnswer(path)) }
        if json { return print(String(decoding: parts[0], as: UTF8.self)) }
        print(RigList.cut(String(decoding: parts[1], as: UTF8.self), rows: TerminalRows.now), terminator: "")
    }
}

/// How many lines a screen shows.
enum TerminalRows {
    /// nil where standard output is no terminal.
    static var now: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0
        else { return nil }
        return Int(size.ws_row)
    }
}

/// The socket in the state directory at which the daemon answers `status`.
enum ControlSocket {
    /// Its path.
    static func path(_ stateDirectory: String) -> String { "\(stateDirectory)/control.sock" }
}
