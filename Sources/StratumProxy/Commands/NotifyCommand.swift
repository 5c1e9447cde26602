import Alerts
import ArgumentParser
import EventLoop
import HTTPFetch

/// `stratum-proxy notify`: who is alerted, and a message to each on demand.
struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify", abstract: "Show who is alerted, or send each one a test.",
        discussion: """
            With --test each receiver of `notify` gets one message, and `ping` one call, whether a proxy runs or not. \
            Exit status: 0 where every one was delivered, else 1.
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Send each receiver a message, and say what came back.")
    var test = false

    func run() throws {
        let settings = try options.settings()
        guard !settings.notify.isEmpty || settings.ping.target != nil else {
            throw CommandFailure(NotifyWords.nobody)
        }
        guard test else {
            for receiver in settings.notify { print(NotifyWords.summary(receiver)) }
            if let ping = settings.ping.target {
                print("ping " + NotifyWords.summary(ping, seconds: settings.ping.intervalSeconds))
            }
            return
        }
        let failed = try NotifyTrial.run(settings) { print($0) }
        let all = settings.notify.count + (settings.ping.target == nil ? 0 : 1)
        if failed > 0 { throw CommandFailure(NotifyWords.someFailed(failed, of: all)) }
    }
}

/// Sends each receiver one message, all at the same time.
enum NotifyTrial {
    /// Characters of an answer that are shown.
    private static let longestAnswer = 160

    /// - Returns: how many failed, when all have ended; `say` gets a line for each.
    static func run(_ settings: Settings, say: @escaping (String) -> Void) throws -> Int {
        let loop: EventLoop
        do {
            loop = try EventLoop()
        } catch {
            throw CommandFailure(NotifyWords.cantSend("\(error)"))
        }
        let host = MachineFacts.name
        let means = AlertSender.Means(loop, log: NoLog(), host: host, userAgent: settings.userAgent, seed: 0)
        defer {
            means.close()
            loop.shutdown()
        }
        let letter = AlertWords.test(host: host, time: QuietHours.text(WallClock.localMinute(at: WallClock.now)))
        var requests = settings.notify.enumerated().map { index, receiver in
            (
                name: NotifyWords.name(receiver, index), secrets: receiver.secrets,
                AlertForms.request(letter, to: receiver, host: host, userAgent: settings.userAgent)
            )
        }
        if let ping = settings.ping.target {
            requests.append(
                (
                    name: NotifyWords.name(ping), secrets: ping.address.secrets,
                    AlertForms.request(ping, userAgent: settings.userAgent)
                ))
        }
        var (left, failed) = (requests.count, 0)
        for (name, secrets, request) in requests {
            _ = means.fetch(request) { result in
                let answer = AlertAnswer(result)
                if let cause = answer.cause {
                    failed += 1
                    say(NotifyWords.notSent(name, cause, answer: shown(result, hiding: secrets)))
                } else {
                    say(NotifyWords.sent(name, status: answer.status ?? 0))
                }
                left -= 1
                if left == 0 { loop.stop() }
            }
        }
        loop.run()
        return failed
    }

    /// What a receiver said of what it does not take: it may repeat what it was sent.
    private static func shown(_ result: Result<HTTPResponse, HTTPFailure>, hiding secrets: [String]) -> String {
        guard case .success(let response) = result else { return "" }
        var text = String(decoding: response.body, as: UTF8.self)
        for secret in secrets where secret.utf8.count > 1 { text = text.replacing(secret, with: "***") }
        return Sanitizer.line(text, limit: longestAnswer)
    }
}

/// Nobody reads a log.
private final class NoLog: DaemonLog {
    func writes(_ level: LogLevel) -> Bool { false }
    func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {}
}

extension AlertReceiver {
    /// What no answer is to show.
    fileprivate var secrets: [String] {
        address.secrets + [token?.revealed, chat?.revealed].compactMap(\.self)
    }
}

extension SecretAddress {
    fileprivate var secrets: [String] { [url.revealed, path.revealed] }
}
