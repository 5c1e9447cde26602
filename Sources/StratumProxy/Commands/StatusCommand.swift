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
        let question = try place.question(shown)
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

    /// What is asked, and where.
    ///
    /// - Throws: where a configuration is named that isn't there: no proxy is meant by it, whichever answers.
    func question(_ part: StatusPart = .all) throws -> StatusQuestion {
        if let stateDirectory {
            return StatusQuestion(paths: [ControlSocket.path(stateDirectory)], file: nil, part: part)
        }
        guard let file = options.config else {
            // One that is found has mistakes, or there is none at all: that leaves the other places.
            let directory = (try? options.load())?.settings?.stateDirectory
            return StatusQuestion(
                paths: ControlSocket.candidates(stateDirectory: directory, environment: .process), file: nil, part: part
            )
        }
        let found = try options.load()
        if found.isMissing { throw CommandFailure(StatusWords.missing(file)) }
        let directory = found.settings?.stateDirectory
        return StatusQuestion(
            paths: ControlSocket.candidates(stateDirectory: directory, environment: .process), file: file,
            own: directory.map(ControlSocket.path), mistake: found.settings == nil ? found.problemLines.first : nil,
            part: part)
    }
}
