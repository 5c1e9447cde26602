import ArgumentParser
import EventLoop

/// `stratum-proxy import FILE`: our configuration, made of another program's.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a configuration of one of xmrig, xmrig-proxy, Gupaxx, Pithead or p2pool.",
        discussion: """
            It prints ours on standard output and what could not be carried over on standard error: \
            stratum-proxy import old.json > config.json
            """)

    @Argument(
        help:
            "xmrig's or xmrig-proxy's config.json, Gupaxx's state.toml, Pithead's config.json, p2pool's params file; - is standard input.",
        completion: .file())
    var file: String

    func run() throws {
        let shown = Sanitizer.printable(file, limit: 256)
        let bytes: [UInt8]
        do throws(FileReadingFailure) {
            bytes = try ConfigurationText.read(file)
        } catch {
            throw CommandFailure(
                "\(shown): " + ConfigurationWords.unreadable(error, limit: ConfigurationLoader.sizeLimit))
        }
        guard let flat = FlatFile(bytes), let program = ForeignProgram.of(flat) else {
            let loaded = ConfigurationLoader.load(
                text: bytes, file: file, flags: FlagOverrides(), environment: .process)
            throw CommandFailure(loaded.settings == nil ? ImportWords.unknown(shown) : ImportWords.ours(shown))
        }
        let made = ForeignImport.read(flat, of: program)
        print(made.text(from: file), terminator: "")
        StandardError.print(ImportWords.made(program, shown))
        for note in made.notes { StandardError.print("- " + note) }
    }
}
