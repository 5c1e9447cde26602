import ArgumentParser
import Glibc

/// `stratum-proxy status`: asks the running daemon how things stand.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the state of the running proxy.",
        discussion: """
            It looks for the proxy where the service keeps its socket, in your own state directory, and in that of the \
            configuration, if you name one. docs/status.md describes the JSON.
            """)

    @OptionGroup var place: RunningProxyOptions

    @Flag(help: "One line of JSON instead of text.")
    var json = false

    func run() throws {
        let file = place.options.config
        let paths = place.paths
        let search = StatusSearch(paths)
        guard let (path, answer) = search.answer else { throw CommandFailure(search.failure) }
        // The answer's first line is the JSON, the rest the text.
        let parts = answer.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw CommandFailure(StatusWords.empty(path)) }
        if let file, place.stateDirectory == nil, path != paths.first, let line = try? JSONCReader.read(Array(parts[0]))
        {
            let theirs = line.content.text(at: "configuration")
            guard let theirs, AbsolutePath.of(theirs) == AbsolutePath.of(file) else {
                throw CommandFailure(StatusWords.other(path, configuration: theirs, than: file))
            }
        }
        if json { return print(String(decoding: parts[0], as: UTF8.self)) }
        let lines = StatusLines(wire: String(decoding: parts[1], as: UTF8.self))
        print(lines.text(on: Terminal.at(STDOUT_FILENO)), terminator: "")
    }
}

/// The options that say where the running proxy is.
struct RunningProxyOptions: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("Look in this directory of the proxy only.", valueName: "dir"))
    var stateDirectory: String?

    /// Where it may answer.
    var paths: [String] {
        if let stateDirectory { return [ControlSocket.path(stateDirectory)] }
        // A configuration with mistakes, or none at all, still leaves the other places.
        let directory = (try? options.load())?.settings?.stateDirectory
        return ControlSocket.candidates(stateDirectory: directory, environment: .process)
    }
}
