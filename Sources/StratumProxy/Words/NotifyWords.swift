import Alerts
import ProxyTerms

/// Who is alerted: what is wrong with a receiver, and what became of messages to it.
enum NotifyWords {
    // MARK: The configuration

    static func tooMany(most: Int) -> String { "more than \(most) receivers: leave some out" }

    static let twice = "this receiver is here twice"
    static let noAddress = "a receiver needs a \"url\" such as \"https://ntfy.sh/TOPIC\""
    static let badAddress = "expected an address such as https://host/path"
    static let noTopic = "the topic is missing: https://ntfy.sh/TOPIC"
    static let noBotToken = "a bot has a \"token\" (BotFather tells it), such as \"123456:ABC...\""
    static let noChat = "a bot needs a \"chat\" to write to, such as \"123456789\" or \"@channel\""
    static let badChat = "expected a number in double quotes, or the name of a channel such as \"@channel\""
    static let chatWithoutEffect = "has no effect: only \"kind\": \"telegram\" has a chat"
    static let noEvents = "the list is empty, so nothing is told; leave the key out for everything"
    static let badHours = "expected hours of the day such as \"22:00-07:00\""
    static let plainToken = "without https anyone on the network path sees the token"
    static let plain = "without https anyone on the network path reads the alerts, and can call the address"

    static func unknownEvent(_ word: String) -> String {
        let words = AlertEvent.allCases.map(\.rawValue)
        let meant = Suggestion.nearest(to: word, among: words).map { "; did you mean \"\($0)\"?" }
        return "\"\(Sanitizer.printable(word))\" is no event"
            + (meant ?? "; there are \(words.joined(separator: ", "))")
    }

    // MARK: Receivers

    /// A receiver as log and `check` name it; `index` is its place in the list.
    static func name(_ receiver: AlertReceiver, _ index: Int) -> String {
        "notify[\(index)] (\(receiver.kind.rawValue) at \(receiver.address.place))"
    }

    static func name(_ ping: PingSettings.Target) -> String { "ping (\(ping.address.place))" }

    /// In the summary of `check`.
    static func summary(_ receiver: AlertReceiver) -> String {
        let isAll = receiver.events.count == AlertEvent.allCases.count
        let events = AlertEvent.allCases.filter(receiver.events.contains).map(\.rawValue)
        return "\(receiver.kind.rawValue) at \(receiver.address.place)"
            + (receiver.socks5.map { ", through SOCKS5 \($0)" } ?? "")
            + ": \(isAll ? "every event" : events.isEmpty ? "nothing" : events.joined(separator: ", "))"
            + (receiver.quiet.map { "; quiet \($0)" } ?? "")
    }

    /// In the summary of `check`.
    static func summary(_ ping: PingSettings.Target, seconds: Int) -> String {
        "\(ping.address.place) every \(Quantity.duration(Double(seconds)))"
    }

    // MARK: What became of a message

    static func failed(_ name: String, _ cause: String) -> String {
        "\(name): \(cause); tried again, and what is to be told waits"
    }

    static func refused(_ name: String, _ cause: String) -> String { "\(name): \(cause): the message is lost" }

    static func delivered(_ name: String) -> String { "\(name): messages are delivered again" }

    static func pingFailed(_ name: String, _ cause: String) -> String { "\(name): \(cause); called again" }

    static func status(_ status: Int) -> String { "it answers with status \(status)" }

    // MARK: stratum-proxy notify

    static let nobody = "nobody is told: the configuration has no \"notify\" and no \"ping\" (docs/alerts.md)"

    static func sent(_ name: String, status: Int) -> String { "\(name): delivered (status \(status))" }

    static func notSent(_ name: String, _ cause: String, answer: String) -> String {
        "\(name): not delivered: \(cause)" + (answer.isEmpty ? "" : ": \(answer)")
    }

    static func someFailed(_ count: Int, of all: Int) -> String { "\(count) of \(all) could not be reached" }

    static func cantSend(_ cause: String) -> String { "nothing can be sent: \(cause)" }
}
