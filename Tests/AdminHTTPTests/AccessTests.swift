import Foundation
import Testing

@testable import AdminHTTP

@Suite("Who may read")
struct AccessTests {
    // Fault H03.
    @Test("A token is right as a whole and only so")
    func token() {
        let token = AccessToken("secret")
        #expect(token.judge("Bearer secret") == .right)
        #expect(token.judge("bearer secret") == .right)
        for wrong in [
            "Bearer secre", "Bearer secrets", "Bearer Secret", "Bearer ", "Bearer secretsecret", "Bearer secret ",
        ] {
            #expect(token.judge(wrong) == .wrong, "\(wrong)")
        }
        for none in [nil, "", "secret", "Basic secret", "Bearersecret"] as [String?] {
            #expect(token.judge(none) == .none, "\(none ?? "nil")")
        }
    }

    @Test(
        "Addresses, localhost and the names of the configuration are answered",
        arguments: [
            "127.0.0.1", "127.0.0.1:3356", "[::1]:3356", "[::1]", "192.168.1.5:3356", "localhost", "LOCALHOST:3356",
            "farm.localhost", "farm.lan", "Farm.LAN.:3356",
        ])
    func good(host: String) {
        #expect(HostNames(["farm.lan"]).allows(host))
    }

    // Fault H02.
    @Test(
        "Any other name is refused: it may be a website's",
        arguments: [
            nil, "", "evil.example", "evil.example:3356", "127.0.0.1.evil.example", "localhost.evil.example",
            "xlocalhost", "farm.lan.evil.example", "127.0.0.1:3356:1", "127.0.0.1/", "[::1", "farm.lan@evil.example",
        ] as [String?])
    func bad(host: String?) {
        #expect(!HostNames(["farm.lan"]).allows(host))
    }

    @Test("The page's files have the types that browsers need, and stand in the folder as in the program")
    func files() throws {
        let files = PageFiles.all
        let folder = "\(#filePath)".replacing("Tests/AdminHTTPTests/AccessTests.swift", with: "Sources/AdminHTTP/Page")
        let page = files.filter { $0.name != "openapi.json" }
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder)) == Set(page.map(\.name)))
        for file in page {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file.name)")) == Data(file.bytes), "\(file.name)"
            )
        }
        #expect(files.allSatisfy { !$0.bytes.isEmpty })
        #expect(PageFiles.type(of: "page.css") == "text/css; charset=utf-8")
        #expect(PageFiles.type(of: "page.js") == "text/javascript; charset=utf-8")
        #expect(PageFiles.type(of: "index.html") == "text/html; charset=utf-8")
    }
}
