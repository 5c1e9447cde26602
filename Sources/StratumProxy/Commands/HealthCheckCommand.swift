import ArgumentParser
import StrictJSON

/// `stratum-proxy healthcheck`: for containers, which have nothing else to ask with.
struct HealthCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Tell by the exit code whether the running proxy answers.",
        discussion: """
            Exit code 0 where it answers, 1 where it does not: `HEALTHCHECK CMD ["stratum-proxy", "healthcheck"]`. It asks \
            the same socket as `status`, so `http` may be off.
            """)

    @OptionGroup var place: RunningProxyOptions

    @Flag(help: "Exit code 1 also where it can't do its work: no pool is connected, or p2pool's figures are missing.")
    var ready = false

    func run() throws {
        let line: String
        switch try place.question().ask() {
        case .failed(_, let full): throw CommandFailure(full)
        case .answered(let json, _): line = json
        }
        guard let document = try? JSONDocument(Array(line.utf8)), let isReady = document.bool("ready") else {
            throw CommandFailure(StatusWords.noReadiness)
        }
        let reasons = document.texts("not_ready_because") ?? []
        if ready, !isReady { throw CommandFailure(reasons.joined(separator: "; ")) }
        print(isReady ? AdminWords.isReady : AdminWords.isAlive(reasons))
    }
}
