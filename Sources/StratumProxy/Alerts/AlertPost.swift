import Alerts
import EventLoop
import HTTPFetch
import ProxyTerms

/// Sends one receiver its messages, one at a time, and says once what is wrong with it.
final class AlertPost {
    let receiver: AlertReceiver
    private let name: String
    private let sender: AlertSender.Means
    private var mailbox: AlertMailbox
    private var transfer: HTTPTransfer?
    private var troubles = EdgeTrigger()
    private var generator: SeededGenerator

    /// Nothing is sent yet. `index`: its place in the configuration; `old`: who had it before, and news that wait.
    init(_ receiver: AlertReceiver, _ index: Int, _ sender: AlertSender.Means, after old: AlertPost? = nil) {
        mailbox = old.map { AlertMailbox(from: $0.mailbox) } ?? AlertMailbox()
        self.receiver = receiver
        self.sender = sender
        name = NotifyWords.name(receiver, index)
        generator = SeededGenerator(seed: sender.seed &+ UInt64(index))
        troubles.goodsToClear = 1
    }

    /// News that wait.
    var count: Int { mailbox.count }

    /// Takes what this receiver wants to know.
    func add(_ news: [AlertNews]) {
        for news in news where receiver.events.contains(news.event) { mailbox.add(news) }
    }

    /// Sends what is due.
    func send(now: Instant) {
        let isQuiet = receiver.quiet?.contains(minute: sender.minute(now)) ?? false
        guard let batch = mailbox.take(now: now, isQuiet: isQuiet) else { return }
        let letter = AlertWords.letter(batch, host: sender.host) { QuietHours.text(sender.minute($0)) }
        let request = AlertForms.request(letter, to: receiver, host: sender.host, userAgent: sender.userAgent)
        transfer = sender.fetch(request) { [weak self] in self?.ended($0) }
    }

    /// Sends no more.
    func stop() { transfer?.cancel() }

    private func ended(_ result: Result<HTTPResponse, HTTPFailure>) {
        transfer = nil
        let outcome = AlertAnswer(result)
        mailbox.ended(outcome.outcome, now: sender.loop.now, jitter: generator.unit())
        switch troubles.observe(outcome.cause) {
        case .raised:
            let cause = outcome.cause ?? ""
            let text = outcome.outcome == .refused ? NotifyWords.refused(name, cause) : NotifyWords.failed(name, cause)
            sender.log.line(.warning, .proxy, text)
        case .cleared: sender.log.line(.info, .proxy, NotifyWords.delivered(name))
        case .unchanged: break
        }
    }
}

/// What an answer to a message means.
struct AlertAnswer: Equatable {
    let outcome: AlertMailbox.Outcome
    /// What was wrong; nil where nothing was.
    let cause: String?
    /// The status, where there is one.
    var status: Int?

    init(_ result: Result<HTTPResponse, HTTPFailure>) {
        switch result {
        case .failure(let failure): (outcome, cause) = (.failed, failure.text)
        case .success(let response):
            status = response.status
            switch response.status {
            case 200...299: (outcome, cause) = (.delivered, nil)
            // This very message is what it does not take.
            case 400, 413, 415, 422: (outcome, cause) = (.refused, NotifyWords.status(response.status))
            case _: (outcome, cause) = (.failed, NotifyWords.status(response.status))
            }
        }
    }
}
