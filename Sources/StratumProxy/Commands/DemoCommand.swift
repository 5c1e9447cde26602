import ArgumentParser

/// `stratum-proxy demo`: placeholder until the demo is wired in.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Show it at work with simulated pools and rigs.")

    func run() throws {
        throw CommandFailure("the demo is not part of this build yet")
    }
}
