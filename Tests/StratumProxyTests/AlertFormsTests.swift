import HTTPFetch
import ProxyTerms
import Testing

@testable import Alerts
@testable import StratumProxy

@Suite("Messages as receivers get them")
struct AlertFormsTests {
    private func receiver(_ kind: AlertReceiver.Kind, _ url: String, token: String? = nil, chat: String? = nil) throws
        -> AlertReceiver
    {
        AlertReceiver(
            kind: kind, address: try #require(SecretAddress(url)), events: Set(AlertEvent.allCases),
            token: token.map(Secret.init), chat: chat.map(Secret.init))
    }

    private func news(_ event: AlertEvent, _ state: AlertNews.State = .raised, _ subject: String = "attic") -> AlertNews
    {
        AlertNews(
            event, state, [.init(subject, "rig \(subject) left: \"it\"")], subjects: 1, times: 1, since: .start,
            at: .start.adding(seconds: 60))
    }

    private func letter(_ news: [AlertNews], dropped: Int = 0) -> AlertLetter {
        AlertWords.letter(AlertMailbox.Batch(news: news, dropped: dropped), host: "pi-shelf") { _ in "22:05" }
    }

    private func request(_ letter: AlertLetter, _ receiver: AlertReceiver) throws -> (
        HTTPRequest, HTTPRequest.Post, String
    ) {
        let request = AlertForms.request(letter, to: receiver, host: "pi-shelf", userAgent: "stratum-proxy/1")
        let post = try #require(request.post)
        return (request, post, String(decoding: post.body, as: UTF8.self))
    }

    @Test("ntfy gets the text, and title, priority, sign and token as headers")
    func ntfy() throws {
        let receiver = try receiver(.ntfy, "https://ntfy.sh/topic", token: "tk_1")
        let (request, post, body) = try request(letter([news(.rigGone)]), receiver)
        #expect(request.address == "https://ntfy.sh/topic")
        #expect(body == "rig attic left: \"it\"\nstratum-proxy at pi-shelf")
        #expect(
            post.headers == [
                "Title: Rig attic is gone", "Priority: 4", "Tags: warning", "Content-Type: text/plain; charset=utf-8",
                "Authorization: Bearer tk_1",
            ])
    }

    @Test("What is no ASCII, or would begin another header, can't stand in one")
    func headers() throws {
        let receiver = try receiver(.ntfy, "https://ntfy.sh/topic")
        let (_, post, body) = try request(letter([news(.rigGone, .raised, "Küche\r\nX-Evil: 1")]), receiver)
        #expect(post.headers.allSatisfy { $0.utf8.allSatisfy { (0x20..<0x7F).contains($0) } })
        #expect(post.headers[0] == "Title: Rig K??che\\r\\nX-Evil: 1 is gone")
        #expect(body.contains("Küche"))
    }

    @Test("Telegram gets its JSON at the bot's address, without a sound where nothing hurries")
    func telegram() throws {
        let receiver = try receiver(.telegram, "https://api.telegram.org/", token: "1:AB", chat: "-100")
        let (request, post, body) = try request(letter([news(.rigGone)]), receiver)
        #expect(request.address == "https://api.telegram.org/bot1:AB/sendMessage")
        #expect(post.headers == ["Content-Type: application/json"])
        #expect(
            body
                == #"{"chat_id":"-100","text":"Rig attic is gone\u000arig attic left: \"it\"\u000astratum-proxy at pi-shelf","disable_notification":false}"#
        )
        let quiet = try self.request(letter([news(.shareFound, .happened)]), receiver)
        #expect(quiet.2.hasSuffix(#""disable_notification":true}"#))
    }

    @Test("A webhook gets a versioned document, with the text under the names that chats look for")
    func webhook() throws {
        let receiver = try receiver(.webhook, "http://127.0.0.1:8123/api/webhook/x?a=1", token: "t")
        let (request, post, body) = try request(letter([news(.rigGone)]), receiver)
        #expect(request.address == "http://127.0.0.1:8123/api/webhook/x?a=1")
        #expect(post.headers == ["Content-Type: application/json", "Authorization: Bearer t"])
        #expect(
            body
                == #"{"schema":1,"host":"pi-shelf","urgency":"high","title":"Rig attic is gone","message":"rig attic left: \"it\"\u000astratum-proxy at pi-shelf","time":"22:05","test":false,"alerts":[{"event":"rig-gone","state":"raised","subjects":["attic"],"count":1,"times":1,"title":"Rig attic is gone","details":["rig attic left: \"it\""]}],"content":"Rig attic is gone\u000arig attic left: \"it\"\u000astratum-proxy at pi-shelf","text":"Rig attic is gone\u000arig attic left: \"it\"\u000astratum-proxy at pi-shelf"}"#
        )
    }

    @Test("Several alerts are one message: a line each with its time, the oldest counted, the most urgent decides")
    func several() {
        let many = (0..<20).map { news(.rigGone, .raised, "rig-\($0)") } + [news(.poolDown, .raised, "p2pool")]
        let letter = letter(many, dropped: 9)
        #expect(letter.title == "30 alerts" && letter.urgency == .urgent)
        #expect(letter.lines.first == "15 older ones left out" && letter.lines.count == 17)
        #expect(letter.lines[15] == "22:05 p2pool is down: rig p2pool left: \"it\"")
        #expect(letter.lines.last == "stratum-proxy at pi-shelf")
    }

    @Test("A message is short enough for all of them, whatever names and pools say")
    func longest() {
        let long = String(repeating: "ü", count: 5_000)
        let items = (0..<6).map { AlertNews.Item("\(long)\($0)", long) }
        let news = AlertNews(.rigGone, .raised, items, subjects: 6, times: 6, since: .start, at: .start)
        let letter = letter(Array(repeating: news, count: 32))
        #expect(letter.text.count <= AlertLetter.longestText)
        #expect(AlertWords.lines(news).allSatisfy { $0.unicodeScalars.count <= 300 })
        #expect(AlertWords.title(news).count < 120)
    }

    @Test("A test says that it is one")
    func test() throws {
        let letter = AlertWords.test(host: "pi-shelf", time: "22:05")
        let body = try request(letter, receiver(.webhook, "http://127.0.0.1/")).2
        #expect(
            body.contains(#""title":"Test of stratum-proxy's alerts""#) && body.contains(#""test":true,"alerts":[]"#))
    }

    @Test(
        "What an answer means",
        arguments: [
            (200, .delivered), (204, .delivered), (400, .refused), (413, .refused), (401, .failed), (404, .failed),
            (429, .failed), (500, .failed), (304, .failed),
        ] as [(Int, AlertMailbox.Outcome)])
    func answers(status: Int, outcome: AlertMailbox.Outcome) {
        let answer = AlertAnswer(.success(HTTPResponse(status: status, body: [])))
        #expect(answer.outcome == outcome && (answer.cause == nil) == (outcome == .delivered))
    }

    @Test("Each event has a title for each of its states that ends in no mark")
    func titles() {
        for event in AlertEvent.allCases {
            for state in [AlertNews.State.raised, .recovered, .happened] {
                let title = AlertWords.title(news(event, state))
                #expect(!title.isEmpty && !title.hasSuffix("."), "\(event) \(state)")
            }
        }
    }
}
