import ArgumentParser
import Glibc

/// `stratum-proxy status`: asks the running daemon how things stand.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the state of the running proxy.",
        discussion: """
            `status rigs` shows the rigs only, in a table: those that are connected and those that left within a day.

            It looks for the proxy where the service keeps its socket, in your own state directory, and in that of the \
            configuration, if you name one. docs/status.md describes the JSON.
            """)

    @Argument(
        help: ArgumentHelp("rigs: the rigs only, with all that is known of each.", valueName: "part"),
        completion: .list(StatusPart.words))
    var part: String?

    @OptionGroup var place: RunningProxyOptions

    @Flag(help: "One line of JSON instead of text.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show it on the whole terminal, anew every second, until q or Ctrl-C.")
    var watch = false

    func validate() throws {
        if json, watch { throw ValidationError("Use --json or --watch, not both.") }
    }

    func run() throws {
        guard let shown = StatusPart.named(part) else {
            let word = part ?? ""
            throw CommandFailure(
                StatusWords.noPart(word, nearest: Suggestion.nearest(to: word, among: StatusPart.words)),
                status: ExitCode.validationFailure.rawValue)
        }
        let question = StatusQuestion(
            paths: place.paths, file: place.stateDirectory == nil ? place.options.config : nil,
            part: shown)
        if watch { return try show(question) }
        switch question.ask() {
        case .failed(_, let full): throw CommandFailure(full)
        case .answered(let line, _) where json: print(line)
        case .answered(_, let text): print(text.text(on: Terminal.at(STDOUT_FILENO)), terminator: "")
        }
    }

    private func show(_ question: StatusQuestion) throws {
        let kind = Environment.process["TERM"] ?? ""
        guard kind != "", kind != "dumb", let screen = LiveScreen(.apart) else {
            throw CommandFailure(StatusWords.needsTerminal)
        }
        // As a shell tells of a program that a signal has ended.
        if let signal = try StatusWatch.run(question, on: screen) { throw ExitCode(128 + signal) }
    }
}

/// The options that say where the running proxy is.
struct RunningProxyOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Look in this directory of the proxy only.", valueName: "dir"), completion: .directory)
    var stateDirectory: String?

    /// Where it may answer.
    var paths: [String] {
        if let stateDirectory { return [ControlSocket.path(stateDirectory)] }
        // A configuration with mistakes, or none at all, still leaves the other places.
        let directory = (try? options.load())?.settings?.stateDirectory
        return ControlSocket.candidates(stateDirectory: directory, environment: .process)
    }
}
