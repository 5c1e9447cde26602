import EventLoop
import HTTPFetch
import Testing

@Suite("Fetching through a SOCKS5 proxy")
struct SocksTests {
    @Test("The proxy gets the name, and resolves it itself")
    func nameOfTarget() throws {
        try FetchTest.run { test in
            let proxy = try SocksServer(test.loop)
            var request = test.request("http://xmrvsbeast.invalid:8080/p2pool/stats")
            request.socks5 = proxy.address
            try #expect(test.fetch(request).text == "{}")
            #expect(proxy.targets == ["name xmrvsbeast.invalid:8080"])
            let head = "GET /p2pool/stats HTTP/1.1\r\nHost: xmrvsbeast.invalid:8080\r\n"
            #expect(proxy.received.first?.hasPrefix(head) == true)
        }
    }

    @Test("Names of hidden services are the proxy's as well")
    func hiddenService() throws {
        try FetchTest.run { test in
            let proxy = try SocksServer(test.loop)
            var request = test.request("http://abcdefgh.onion/")
            request.socks5 = proxy.address
            try #expect(test.fetch(request).text == "{}")
            #expect(proxy.targets == ["name abcdefgh.onion:80"])
        }
    }

    @Test("What the proxy refuses fails, and is not tried without it")
    func refused() throws {
        try FetchTest.run { test in
            let proxy = try SocksServer(test.loop)
            proxy.reply = 4
            let server = try WebServer(test.loop)
            var request = test.request("http://localhost:\(server.port)/")
            request.socks5 = proxy.address
            let failure = try test.fetch(request).failure
            guard case .proxy(let text)? = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(text.contains("localhost"))
            proxy.stop()
            let second = try test.fetch(request).failure
            #expect(second == .proxy("can't connect to it (ECONNREFUSED)"))
            #expect(server.connections == 0)
        }
    }
}
