import Testing

@testable import StratumProxy

@Suite("A pool that is our own port")
struct OwnPortTests {
    /// A machine with one address of each kind besides loopback, and a hosts file.
    private static var machine: ThisMachine {
        var machine = ThisMachine(
            interfaces: [
                [127, 0, 0, 1], [UInt8](repeating: 0, count: 15) + [1], [192, 168, 1, 5],
                [0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5],
            ])
        machine.readHosts(
            "# 192.168.1.5 commented\n127.0.0.1\tlocalhost\n127.0.1.1  farm.example Farm # the machine\n"
                + "192.168.1.9 p2pool-box\n\nnonsense line\n::1 ip6-loopback\n")
        return machine
    }

    private func problems(bind: String, p2pool: String, xvb: String = "na.example:4247") -> [ConfigurationProblem] {
        let text = """
            {"wallet": "\(WalletAddressTests.donation)", "bind": [\(bind)], "p2pool": {"pools": [{"url": "\(p2pool)"}]},
             "xvb": {"pools": [{"url": "\(xvb)", "tls": true}]}}
            """
        return ConfigurationLoader.load(
            text: Array(text.utf8), file: "c.json", flags: FlagOverrides(), environment: ["HOME": "/h"],
            machine: Self.machine
        ).problems.filter { $0.severity == .error }
    }

    @Test(
        "Any spelling of it is an error",
        arguments: [
            ("0.0.0.0:3355", "127.0.0.1:3355"), ("0.0.0.0:3355", "localhost:3355"), ("0.0.0.0:3355", "LOCALHOST:3355"),
            ("0.0.0.0:3355", "localhost.:3355"), ("0.0.0.0:3355", "0.0.0.0:3355"), ("0.0.0.0:3355", "127.7.7.7:3355"),
            ("0.0.0.0:3355", "127.1:3355"), ("0.0.0.0:3355", "0x7f000001:3355"), ("0.0.0.0:3355", "2130706433:3355"),
            ("0.0.0.0:3355", "192.168.1.5:3355"), ("0.0.0.0:3355", "[::ffff:127.0.0.1]:3355"),
            ("0.0.0.0:3355", "[::ffff:192.168.1.5]:3355"), ("0.0.0.0:3355", "[::FFFF:7f00:1]:3355"),
            ("0.0.0.0:3355", "stratum+tcp://127.0.0.1:3355"), ("0.0.0.0:3355", "stratum+ssl://Localhost.:3355/"),
            ("0.0.0.0:3355", "farm.example:3355"), ("0.0.0.0:3355", "FARM:3355"), ("0.0.0.0:3333", "127.0.0.1"),
            ("[::]:3355", "[::1]:3355"), ("[::]:3355", "127.0.0.1:3355"), ("[::]:3355", "[fd00::5]:3355"),
            ("[::]:3355", "192.168.1.5:3355"), ("[::]:3355", "[::]:3355"), ("[::]:3355", "ip6-loopback:3355"),
            ("127.0.0.1:3355", "localhost:3355"), ("127.0.0.1:3355", "0.0.0.0:3355"), ("[::1]:3355", "[::]:3355"),
            ("[::1]:3355", "[0:0:0:0:0:0:0:1]:3355"), ("192.168.1.5:3355", "192.168.1.5:3355"),
            ("192.168.1.5:3355", "[::ffff:c0a8:105]:3355"), ("127.0.0.1:1\", \"0.0.0.0:3355", "127.0.0.1:3355"),
        ])
    func ours(bind: String, pool: String) throws {
        let errors = problems(bind: "\"\(bind)\"", p2pool: pool)
        #expect(errors.map(\.path) == ["p2pool.pools[0].url"])
        #expect(errors.first?.message.contains("is the proxy itself: rigs connect there (\"bind\": ") == true)
        let ofXvB = problems(
            bind: "\"\(bind)\"", p2pool: "192.168.1.9:3333", xvb: pool.contains(":") ? pool : "\(pool):3333")
        #expect(ofXvB.map(\.path) == ["xvb.pools[0].url"])
    }

    @Test(
        "Another port, another address of this machine and other machines are none of it",
        arguments: [
            ("0.0.0.0:3355", "127.0.0.1:3333"), ("0.0.0.0:3355", "192.168.1.9:3355"),
            ("0.0.0.0:3355", "p2pool-box:3355"),
            ("0.0.0.0:3355", "na.example:3355"), ("0.0.0.0:3355", "[::1]:3355"), ("0.0.0.0:3355", "[fd00::5]:3355"),
            ("127.0.0.1:3355", "192.168.1.5:3355"), ("192.168.1.5:3355", "127.0.0.1:3355"),
            ("127.0.0.1:3355", "127.0.0.2:3355"), ("[::1]:3355", "127.0.0.1:3355"), ("0.0.0.0:0", "127.0.0.1:3355"),
            ("[::]:3355", "[fd00::6]:3355"), ("0.0.0.0:3355", "notlocalhost:3355"), ("192.168.1.5:3333", "localhost"),
        ])
    func others(bind: String, pool: String) {
        #expect(problems(bind: "\"\(bind)\"", p2pool: pool).isEmpty)
    }

    @Test("This machine knows itself")
    func current() {
        let machine = ThisMachine.current
        #expect(machine.owns([127, 0, 0, 1]))
        #expect(machine.interfaces.contains([127, 0, 0, 1]))
        #expect(!machine.owns([192, 0, 2, 1]))
    }
}
