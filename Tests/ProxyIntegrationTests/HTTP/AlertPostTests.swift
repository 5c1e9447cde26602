import Alerts
import EventLoop
import HTTPFetch
import ProxyTerms
import Testing

@testable import StratumProxy

@Suite("Messages on their way to a receiver")
struct AlertPostTests {
    /// A log that is kept.
    private final class Lines: DaemonLog {
        var lines: [String] = []
        func writes(_ level: LogLevel) -> Bool { level <= .info }
        func line(_ level: LogLevel, _ tag: LogTag, _ text: @autoclosure () -> String) {
            if writes(level) { lines.append(text()) }
        }
    }

    /// One receiver, on a server that does as it is told.
    private struct Room {
        let test: LoopTest
        let server: WebServer
        let post: AlertPost
        let log = Lines()
        let means: AlertSender.Means

        init(
            _ test: LoopTest, _ kind: AlertReceiver.Kind = .webhook, path: String = "/SECRETPATH",
            deadlineSeconds: Double = 0.5
        ) throws {
            self.test = test
            let server = try WebServer(test.loop) { _ in .text("ok") }
            self.server = server
            means = AlertSender.Means(
                test.loop, log: log, host: "farm", userAgent: "stratum-proxy/test", seed: 1,
                deadlineSeconds: deadlineSeconds)
            let receiver = AlertReceiver(
                kind: kind, address: try #require(SecretAddress(server.plain + path)),
                events: [.rigGone, .poolDown], token: Secret("SECRETTOKEN"), chat: Secret("SECRETCHAT"))
            post = AlertPost(receiver, 0, means)
        }

        /// A free run of the room.
        static func run(
            _ kind: AlertReceiver.Kind = .webhook, deadlineSeconds: Double = 0.5, _ body: (Room) throws -> Void
        ) throws {
            try LoopTest.run { test in
                let room = try Room(test, kind, deadlineSeconds: deadlineSeconds)
                defer {
                    room.means.close()
                    room.server.stop()
                }
                try body(room)
                for secret in ["SECRETPATH", "SECRETTOKEN", "SECRETCHAT"] {
                    #expect(!room.log.lines.contains { $0.contains(secret) })
                }
            }
        }

        func news(_ event: AlertEvent = .rigGone, _ subject: String = "attic") -> [AlertNews] {
            [
                AlertNews(
                    event, .raised, [.init(subject, "rig left")], subjects: 1, times: 1, since: test.loop.now,
                    at: test.loop.now)
            ]
        }

        /// Sends what is due in an hour, and waits until the server was asked once more.
        func sendAndWait() throws {
            let before = server.requests.count
            post.send(now: test.loop.now.adding(seconds: 3_600))
            try test.run { server.requests.count > before }
        }
    }

    @Test(
        "Each kind gets its message as a POST, with its secrets where they belong",
        arguments: AlertReceiver.Kind.allCases)
    func delivered(kind: AlertReceiver.Kind) throws {
        try Room.run(kind) { room in
            room.post.add(room.news())
            room.post.add(room.news(.shareFound))
            #expect(room.post.count == 1)
            try room.sendAndWait()
            try room.test.run { room.post.count == 0 }
            let request = try #require(room.server.requests.first)
            #expect(request.method == "POST" && request.body.contains("rig left"))
            #expect(request.headers["expect"] == nil && request.headers["user-agent"] == "stratum-proxy/test")
            switch kind {
            case .ntfy: #expect(request.headers["title"] == "Rig attic is gone")
            case .telegram: #expect(request.path == "/SECRETPATH/botSECRETTOKEN/sendMessage")
            case .webhook: #expect(request.headers["authorization"] == "Bearer SECRETTOKEN")
            }
            #expect(room.log.lines.isEmpty)
        }
    }

    // Fault A01.
    @Test("A receiver that answers 500 gets it again, one line tells the cause and one the end")
    func serverError() throws {
        try Room.run { room in
            room.server.answer = { _ in .reply(500) }
            room.post.add(room.news())
            for _ in 0..<5 {
                try room.sendAndWait()
                try room.test.runBriefly()
            }
            #expect(room.post.count == 1 && room.log.lines.count == 1)
            #expect(
                room.log.lines[0].hasSuffix("it answers with status 500; tried again, and what is to be told waits"))
            room.server.answer = { _ in .text("ok") }
            room.post.add(room.news(.poolDown, "p2pool"))
            try room.sendAndWait()
            try room.test.run { room.post.count == 0 }
            #expect(room.server.requests.last?.body.contains("2 alerts") == true)
            #expect(room.log.lines.count == 2 && room.log.lines[1].hasSuffix("messages are delivered again"))
        }
    }

    // Fault A01.
    @Test("One that hangs is given up at its deadline, and the loop turns meanwhile")
    func hangs() throws {
        try Room.run { room in
            room.server.answer = { _ in .silence }
            room.post.add(room.news())
            try room.sendAndWait()
            var turns = 0
            let timer = try LoopTimer(room.test.loop) { turns += 1 }
            defer { timer.close() }
            timer.arm(at: room.test.loop.now.adding(milliseconds: 10))
            try room.test.run { !room.log.lines.isEmpty }
            #expect(turns == 1 && room.post.count == 1)
            #expect(room.log.lines[0].contains("no complete answer in time"))
        }
    }

    // Fault A01.
    @Test(
        "A redirect is followed nowhere: the token is for one address",
        arguments: ["https://127.0.0.1:1/", "http://127.0.0.1:1/", "/other"])
    func redirect(place: String) throws {
        try Room.run { room in
            room.server.answer = { _ in .reply(307, headers: ["Location: \(place)"]) }
            room.post.add(room.news())
            try room.sendAndWait()
            try room.test.run { !room.log.lines.isEmpty }
            try room.test.runBriefly()
            #expect(room.server.requests.count == 1 && room.post.count == 1)
        }
    }

    // Fault A01.
    @Test("A connection that ends, an answer that is none, and one that does not end: the message waits or is there")
    func broken() throws {
        try Room.run { room in
            for answer in [WebServer.Answer.raw(""), .raw("HTTP/1.1 200"), .raw("no HTTP\r\n\r\n")] {
                room.server.answer = { _ in answer }
                if room.post.count == 0 { room.post.add(room.news()) }
                try room.sendAndWait()
                try room.test.runBriefly()
                #expect(room.post.count == 1)
            }
            // Whatever it says behind a good status is cut off.
            let long = [UInt8](repeating: 0x61, count: 1 << 20)
            room.server.answer = { _ in .reply(200, body: long) }
            try room.sendAndWait()
            try room.test.run { room.post.count == 0 }
        }
    }

    // Fault A02.
    @Test(
        "A day without the receiver: some tries, a bound on what waits, one line; then one message with the rest counted"
    )
    func day() throws {
        // A machine that takes its time is no other trouble of the receiver's.
        try Room.run(deadlineSeconds: 10) { room in
            room.server.answer = { _ in .reply(503) }
            let start = room.test.loop.now
            // The mailbox's pauses begin at the loop's clock, so a minute of the day is looked at after the other.
            for minute in 0..<100 {
                room.post.add(room.news(.rigGone, "rig-\(minute)"))
                let before = room.server.requests.count
                room.post.send(now: start.adding(seconds: Double(minute) * 60))
                if minute % 10 == 0 { try room.test.run { room.server.requests.count > before || minute > 0 } }
                try room.test.runBriefly(milliseconds: 5)
            }
            // What is on its way waits beside the bound until it is refused.
            try room.test.run { room.post.count <= AlertMailbox.most }
            #expect(room.log.lines.count == 1)
            room.server.answer = { _ in .text("ok") }
            try room.test.runBriefly(milliseconds: 600)
            try room.sendAndWait()
            try room.test.run { room.post.count == 0 }
            #expect(room.server.requests.last?.body.contains("\"title\":\"100 alerts\"") == true)
        }
    }

    // Fault A01.
    @Test("A message that the receiver will never take is given up, which is told")
    func refused() throws {
        try Room.run { room in
            room.server.answer = { _ in .reply(400) }
            room.post.add(room.news())
            try room.sendAndWait()
            try room.test.run { room.post.count == 0 }
            #expect(room.log.lines.map { $0.hasSuffix("it answers with status 400: the message is lost") } == [true])
        }
    }

    @Test("A dead man's switch is called while there is a pool, again after a failure, and says so once")
    func ping() throws {
        try LoopTest.run { test in
            let log = Lines()
            let server = try WebServer(test.loop) { _ in .text("ok") }
            let means = AlertSender.Means(
                test.loop, log: log, host: "farm", userAgent: "x", seed: 1, deadlineSeconds: 0.5)
            defer {
                means.close()
                server.stop()
            }
            var settings = PingSettings()
            let target = PingSettings.Target(
                address: try #require(SecretAddress(server.plain + "/SECRET")), socks5: nil)
            settings.target = target
            settings.intervalSeconds = 30
            var isWell = false
            let pinger = try Pinger(settings, target, means) { isWell }
            pinger.call()
            try test.runBriefly()
            #expect(server.requests.isEmpty)
            isWell = true
            server.answer = { _ in .reply(500) }
            pinger.call()
            try test.run { log.lines.count == 1 }
            server.answer = { _ in .text("ok") }
            pinger.call()
            try test.run { log.lines.count == 2 }
            #expect(server.requests.map(\.path) == ["/SECRET", "/SECRET"] && server.requests[0].method == "GET")
            #expect(!log.lines.contains { $0.contains("SECRET") })
            pinger.stop()
        }
    }
}
