import EventLoop
import Statistics
import Testing

@testable import StratumProxy

@Suite("Watching p2pool's documents over http and https")
struct P2PoolWebTests {
    /// A watcher of a server that has good documents, but for those that are answered otherwise.
    private final class Web {
        let server: WebServer
        let watch: P2PoolWatch
        /// By path.
        var answers: [String: WebServer.Answer] = [:]

        init(_ test: FetchTest, base: ((WebServer) -> String)? = nil) throws {
            let server = try WebServer(test.loop, tls: test.tls)
            self.server = server
            watch = try P2PoolWatch(
                test.test, directory: "", place: .web(test.source(base?(server) ?? server.secure + "/api")))
            server.answer = { [weak self] request in
                let name = String(request.path.dropFirst("/api/".count))
                if let answer = self?.answers[name] { return answer }
                guard let file = P2PoolFile.allCases.first(where: { $0.path == name }) else { return .reply(404) }
                return .text(P2PoolDocuments.good(file))
            }
        }

        static func run(_ body: (Web) throws -> Void) throws {
            try FetchTest.run { test in
                let web = try Web(test)
                web.watch.watcher?.start()
                try body(web)
                web.watch.watcher?.stop()
            }
        }

        /// Takes `local/` away, as the public mirrors have none.
        func removeLocal() {
            for file in P2PoolFile.allCases where file.isLocal { answers[file.path] = .reply(404) }
        }
    }

    @Test("The figures come over one connection, and nothing is said of good documents")
    func good() throws {
        try Web.run { web in
            try web.watch.runRounds(3)
            #expect(web.watch.readings.allSatisfy { $0.sidechainDifficulty == 85_500_000 && $0.shareInWindow == true })
            #expect(web.watch.said == [])
            #expect(web.server.connections == 1)
            #expect(
                web.server.requests.prefix(P2PoolFile.allCases.count).map(\.path)
                    == P2PoolFile.allCases.map { "/api/\($0.path)" })
        }
    }

    @Test("A public mirror has no local/: that is said once, it is not asked again, and the plan does without")
    func mirror() throws {
        try Web.run { web in
            web.removeLocal()
            try web.watch.runRounds(4)
            #expect(web.watch.readings.allSatisfy { $0.shareInWindow == nil })
            #expect(web.watch.said.count == 1)
            #expect(web.watch.said.first?.contains("has no local/") == true)
            #expect(web.server.requests.count { $0.path.hasPrefix("/api/local/") } == 1)
        }
    }

    @Test("A mirror that could not be asked at first is known for one all the same")
    func mirrorLater() throws {
        try Web.run { web in
            web.removeLocal()
            web.answers["pool/stats"] = .raw("")
            try web.watch.test.run { web.watch.said.count == 1 }
            web.answers["pool/stats"] = nil
            try web.watch.runRounds(3)
            #expect(web.watch.said.count { $0.contains("has no local/") } == 1)
            #expect(web.watch.said.count { $0.contains("--local-api as well") } == 0)
        }
    }

    @Test("A local/ that was there and is gone is a trouble")
    func localGone() throws {
        try Web.run { web in
            try web.watch.runRounds(1)
            web.removeLocal()
            try web.watch.test.run { !web.watch.said.isEmpty }
            try web.watch.runRounds(2)
            #expect(web.watch.said.count == 1)
            #expect(web.watch.said.first?.contains("--local-api") == true)
            #expect(web.watch.readings.last?.shareInWindow == true)
        }
    }

    @Test("The time in Last-Modified is the document's age")
    func old() throws {
        try Web.run { web in
            web.answers["pool/stats"] = .text(
                P2PoolDocuments.good(.poolStats), headers: ["Last-Modified: Sun, 11 Mar 2018 10:00:00 GMT"])
            try web.watch.test.run { !web.watch.said.isEmpty && !web.watch.readings.isEmpty }
            #expect(web.watch.said.first?.contains("pool/stats was last written") == true)
            #expect((web.watch.readings.last?.age ?? 0) > 86_400)
        }
    }

    @Test(
        "What is wrong with a document is said in words for a server",
        arguments: [
            (WebServer.Answer.reply(404), "/api/pool/stats is missing: check the address"),
            (.reply(403), "denies access to pool/stats"), (.reply(502), "answers with status 502 for pool/stats"),
            (.text(""), "is empty, cut off"), (.text("<html>"), "is empty, cut off"),
            (.reply(200, body: [UInt8](repeating: 0x20, count: 2 << 20)), "larger than 1 MiB"),
        ] as [(WebServer.Answer, String)])
    func broken(answer: WebServer.Answer, said: String) throws {
        try Web.run { web in
            try web.watch.runRounds(1)
            web.answers["pool/stats"] = answer
            try web.watch.runRounds(3)
            #expect(web.watch.readings.allSatisfy { $0.sidechainDifficulty == 85_500_000 })
            #expect(web.watch.said.count == 1 && web.watch.said.first?.contains(said) == true, "\(web.watch.said)")
            web.answers = [:]
            try web.watch.test.run { web.watch.said.count == 2 }
            #expect(web.watch.said.last == "pool/stats is good again")
        }
    }

    @Test("A server that is not there is said once, not once for each document, and found again")
    func down() throws {
        try Web.run { web in
            try web.watch.runRounds(1)
            for file in P2PoolFile.allCases { web.answers[file.path] = .raw("") }
            try web.watch.runRounds(3)
            #expect(web.watch.said.count == 1, "\(web.watch.said)")
            #expect(web.watch.said.first?.contains("can't be read: the connection ended") == true)
            web.answers = [:]
            try web.watch.test.run { web.watch.said.count == 2 }
            #expect(web.watch.said.last?.hasSuffix("can be read again") == true)
        }
    }

    @Test("Stopped with a question under way it tells nothing more")
    func stopped() throws {
        try Web.run { web in
            web.answers["pool/stats"] = .silence
            try web.watch.test.run { web.server.requests.count == 1 }
            web.watch.watcher?.stop()
            try web.watch.test.runBriefly(milliseconds: 500)
            #expect(web.watch.readings == [] && web.watch.said == [])
        }
    }
}
