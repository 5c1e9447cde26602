import ArgumentParser

/// `stratum-proxy manual`: the pages of the manual, for scripts/package.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print stratum-proxy(1), or with --keys stratum-proxy.json(5).",
        shouldDisplay: false)

    @Flag(help: "Print the page of the configuration file.")
    var keys = false

    func run() throws {
        guard !keys else { return print(ManualPages.keys, terminator: "") }
        guard let help = try? JSONCReader.read(Array(StratumProxyCommand._dumpHelp().utf8)) else {
            throw CommandFailure("ArgumentParser's help is no JSON")
        }
        print(ManualPages.commands(help.content), terminator: "")
    }
}
