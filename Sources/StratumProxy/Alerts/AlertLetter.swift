import Alerts
import HTTPFetch
import StrictJSON

/// One message as a receiver gets it.
struct AlertLetter: Equatable {
    var title: String
    var lines: [String]
    var urgency: AlertUrgency
    /// What it is about; none in a test.
    var news: [AlertNews]
    /// The local time of what it is about, as 22:05.
    var time: String

    init(title: String, lines: [String], urgency: AlertUrgency, news: [AlertNews], _ time: String) {
        self.title = title
        self.lines = lines
        self.urgency = urgency
        self.news = news
        self.time = time
    }

    /// Characters of a text at most: what the strictest of the receivers takes (Discord).
    static let longestText = 1_900

    var text: String { String(lines.joined(separator: "\n").prefix(Self.longestText)) }
}

/// How a message is put to each kind of receiver (docs/alerts.md#receivers).
enum AlertForms {
    /// Bytes of an answer that are looked at.
    static let answerLimit = 4_096

    static func request(_ letter: AlertLetter, to receiver: AlertReceiver, host: String, userAgent: String)
        -> HTTPRequest
    {
        var address = receiver.address.url.revealed
        let post: HTTPRequest.Post
        switch receiver.kind {
        case .ntfy:
            post = HTTPRequest.Post(
                body: Array(letter.text.utf8), headers: ntfyHeaders(letter) + authorization(receiver))
        case .telegram:
            while address.hasSuffix("/") { address.removeLast() }
            address += "/bot\(receiver.token?.revealed ?? "")/sendMessage"
            post = HTTPRequest.Post(body: Array(telegram(letter, receiver).utf8), headers: [json])
        case .webhook:
            post = HTTPRequest.Post(
                body: Array(webhook(letter, host: host).utf8), headers: [json] + authorization(receiver))
        }
        var request = HTTPRequest(address: address, bodyLimit: answerLimit, userAgent: userAgent)
        request.post = post
        request.cutsBody = true
        request.authorityFile = receiver.authorityFile
        request.socks5 = receiver.socks5?.forFetching
        return request
    }

    /// The call of a dead man's switch.
    static func request(_ ping: PingSettings.Target, userAgent: String) -> HTTPRequest {
        var request = HTTPRequest(
            address: ping.address.url.revealed, bodyLimit: answerLimit, userAgent: userAgent)
        request.cutsBody = true
        request.socks5 = ping.socks5?.forFetching
        return request
    }

    // MARK: Bodies

    private static let json = "Content-Type: application/json"

    private static func authorization(_ receiver: AlertReceiver) -> [String] {
        receiver.token.map { ["Authorization: Bearer \($0.revealed)"] } ?? []
    }

    /// Headers are ASCII: of a title in other letters the text has them all.
    private static func ntfyHeaders(_ letter: AlertLetter) -> [String] {
        let title = String(
            decoding: letter.title.utf8.map { (0x20..<0x7F).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
        return [
            "Title: \(title)", "Priority: \(letter.urgency.ntfyPriority)", "Tags: \(tag(letter))",
            "Content-Type: text/plain; charset=utf-8",
        ]
    }

    /// The sign that ntfy shows before the title.
    private static func tag(_ letter: AlertLetter) -> String {
        if letter.news.isEmpty { return "test_tube" }
        if letter.news.allSatisfy({ $0.state == .recovered }) { return "white_check_mark" }
        switch letter.urgency {
        case .low: return "gem"
        case .normal: return "information_source"
        case .high: return "warning"
        case .urgent: return "rotating_light"
        }
    }

    private static func telegram(_ letter: AlertLetter, _ receiver: AlertReceiver) -> String {
        var object = JSONObject()
        object.set("chat_id", receiver.chat?.revealed ?? "")
        object.set("text", letter.title + "\n" + letter.text)
        object.set("disable_notification", letter.urgency == .low)
        return object.text
    }

    /// The version of the document that webhooks get.
    static let schema = 1

    private static func webhook(_ letter: AlertLetter, host: String) -> String {
        let text = letter.title + "\n" + letter.text
        var object = JSONObject()
        object.set("schema", schema)
        object.set("host", host)
        object.set("urgency", letter.urgency.name)
        object.set("title", letter.title)
        object.set("message", letter.text)
        object.set("time", letter.time)
        object.set("test", letter.news.isEmpty)
        object.objects("alerts", letter.news) { object, news in
            object.set("event", news.event.rawValue)
            object.set("state", news.state.rawValue)
            object.set("subjects", news.items.map(\.subject).filter { !$0.isEmpty })
            object.set("count", news.subjects)
            object.set("times", news.times)
            object.set("title", AlertWords.title(news))
            object.set("details", AlertWords.lines(news))
        }
        // Under the names that Discord and Slack look for.
        object.set("content", text)
        object.set("text", text)
        return object.text
    }
}

extension AlertUrgency {
    /// ntfy's 1 … 5.
    fileprivate var ntfyPriority: Int {
        switch self {
        case .low: 2
        case .normal: 3
        case .high: 4
        case .urgent: 5
        }
    }

    /// The word in JSON.
    fileprivate var name: String {
        switch self {
        case .low: "low"
        case .normal: "normal"
        case .high: "high"
        case .urgent: "urgent"
        }
    }
}
