import Testing

@testable import StratumProxy

@Suite("A configuration that is refused")
struct RefusedConfigurationTests: LoadsConfigurations {
    @Test(
        "A wrong value is refused with its place, its key and what would be right",
        arguments: [
            ("{\n  \"windov\": 600}", "c.json:2:3: error: windov: unknown key; did you mean \"window\"?"),
            (
                "{\"p2pool\": {\"bufer\": 1}}",
                "c.json:1:13: error: p2pool.bufer: unknown key; did you mean \"buffer\"?"
            ),
            (
                "{\"maxLanes\": 1}",
                "c.json:1:2: error: maxLanes: unknown key here; there is p2pool.max-lanes"
            ),
            ("{\"pools\": []}", "c.json:1:2: error: pools: unknown key: pools belong in \"p2pool\""),
            ("{\"donate-level\": 1}", "donate-level: unknown key: there is no donation here"),
            ("{\"zzz\": 1}", "c.json:1:2: error: zzz: unknown key"),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"usr\": \"x\"}]}}",
                "c.json:1:38: error: p2pool.pools[0].usr: unknown key; did you mean \"user\"?"
            ),
            ("{\"window\": 5}", "c.json:1:12: error: window: 5 is not a whole number from 10 to 3600 seconds"),
            ("{\"window\": 60.5}", "window: 60.5 is not a whole number from 10 to 3600 seconds"),
            ("{\"window\": \"10m\"}", "window: expected a whole number (seconds), found a text"),
            ("{\"p2pool\": {\"buffer\": 1e9}}", "p2pool.buffer: 1000000000 is not a number from -100 to 1000 percent"),
            ("{\"colors\": \"yes\"}", "colors: expected true or false, found a text"),
            (
                "{\"mode\": \"hreo\"}",
                "mode: \"hreo\" is not one of \"default\", \"hero\", \"manual\", \"p2pool\"; did you mean \"hero\"?"
            ),
            ("{\"wallet\": 4}", "wallet: expected a text in double quotes or null, found a number"),
            (
                "{\"wallet\": \"4...\"}",
                "wallet: '4...' is a placeholder: put the address your p2pool mines to"
            ),
            ("{\"wallet\": \"4abc\"}", "wallet: a Monero address has 95 characters, this one 4"),
            ("{\"bind\": \"0.0.0.0:3355\"}", "bind: expected a list of texts such as [\"0.0.0.0:3355\"], found a text"),
            ("{\"bind\": [3355]}", "bind: expected a list of texts, found a number in it"),
            ("{\"bind\": []}", "bind: the list is empty"),
            ("{\"bind\": [\"0.0.0.0\"]}", "bind: '0.0.0.0' has no port: write 0.0.0.0:port"),
            ("{\"bind\": [\"::1:3355\"]}", "bind: an IPv6 address needs brackets"),
            ("{\"bind\": [\"0.0.0.0:70000\"]}", "bind: '70000' is not a port (0 to 65535)"),
            ("{\"bind\": [\"localhost:3355\"]}", "bind: 'localhost' is not an IP address"),
            ("{\"bind\": [\"0.0.0.0:1\", \"0.0.0.0:1\"]}", "bind: 0.0.0.0:1 is here twice"),
            ("{\"access-password\": \"\"}", "access-password: an empty password would lock every rig out"),
            ("{\"tls\": true}", "tls: expected an object { ... } or false, found true"),
            ("{\"tls\": {\"cert\": \"/c\"}}", "tls.cert: there is a certificate but no \"key\""),
            ("{\"mode\": \"manual\", \"manual-xvb-seconds\": 700}", "manual-xvb-seconds: more than the window"),
            (
                "{\n\"tier\": \"none\"}",
                "c.json:2:9: error: tier: \"none\" is not one of \"donor\", \"vip\", \"whale\", \"mega\""
            ),
            ("{\"tier\": \"wale\"}", "did you mean \"whale\"?"),
            ("{\"log-level\": \"warn\"}", "did you mean \"warning\"?"),
            (
                "{\"tier\": 1000}",
                "tier: expected one of \"donor\", \"vip\", \"whale\", \"mega\" or null, found a number"
            ),
            ("{\n\n\"cycle\": 601}", "c.json:3:10: error: cycle: more than the window, which has 600 seconds"),
            ("{\"cycle\": 4}", "c.json:1:11: error: cycle: 4 is not a whole number from 5 to 3600 seconds"),
            ("{\"cycle\": \"60\"}", "cycle: expected a whole number (seconds) or null, found a text"),
            ("{\"min-slice\": 0}", "min-slice: 0 is not a whole number from 1 to 600 seconds"),
            (
                "{\"cycle\": 30,\n \"min-slice\": 31}",
                "c.json:2:15: error: min-slice: more than the cycle, which has 30 seconds"
            ),
            (
                "{\"window\": 20, \"min-slice\": 21}",
                "min-slice: more than the window, which has 20 seconds"
            ),
            (
                "{\"p2pool\": {\n\"confidence\": 95}}",
                "c.json:2:15: error: p2pool.confidence: 95 is not a number above 0 and below 1 (95 % is 0.95)"
            ),
            ("{\"p2pool\": {\"confidence\": 0}}", "p2pool.confidence: 0 is not a number above 0 and below 1"),
            ("{\"p2pool\": {\"confidence\": 1}}", "p2pool.confidence: 1 is not a number above 0 and below 1"),
            ("{\"p2pool\": {\"confidence\": \"high\"}}", "p2pool.confidence: expected a number or null, found a text"),
            ("{\"xvb\": {\"confidence\": 0.9}}", "xvb.confidence: unknown key here; there is p2pool.confidence"),
            (
                "{\"xvb\": {\"external-hashrate\": -1}}",
                "c.json:1:31: error: xvb.external-hashrate: -1 is not a number from 0 to 1000000000000 H/s"
            ),
            ("{\"p2pool\": []}", "p2pool: expected an object { ... }, found a list"),
            ("{\"p2pool\": {\"pools\": []}}", "p2pool.pools: the list is empty"),
            ("{\"p2pool\": {\"pools\": [\"a:1\"]}}", "p2pool.pools[0]: expected a pool such as"),
            ("{\"p2pool\": {\"pools\": [{}]}}", "p2pool.pools[0]: a pool needs a \"url\""),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"http://a\"}]}}",
                "pools[0].url: 'http://a' is not host:port: write a without http://"
            ),
            ("{\"p2pool\": {\"pools\": [{\"url\": \"a b:1\"}]}}", "p2pool.pools[0].url: 'a b:1' is not host:port"),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"enabled\": false}]}}",
                "p2pool.pools: every pool is disabled"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"user\": \"rig.1\"}]}}",
                "p2pool.pools[0].user: p2pool reads what follows '.' as a difficulty"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"tls-fingerprint\": \"ab\"}]}}",
                "p2pool.pools[0].tls-fingerprint: expected the 64 hex digits"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"tls\": true, \"tls-verify\": \"pin\"}]}}",
                "p2pool.pools[0].tls-verify: needs \"tls-fingerprint\""
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"tls\": true, \"tls-verify\": \"first\"}]}}",
                "p2pool.pools[0].tls-verify: \"first\" is not one of \"pin\", \"ca\", \"first-use\", \"none\"; did you mean"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"tls\": true, \"tls-verify\": \"ca\", "
                    + "\"tls-fingerprint\": \"\(String(repeating: "ab", count: 32))\"}]}}",
                "p2pool.pools[0].tls-verify: \"tls-fingerprint\" names the one certificate that is taken"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\",\n \"socks5\": \"127.0.0.1\"}]}}",
                "c.json:2:12: error: p2pool.pools[0].socks5: '127.0.0.1' has no port: write 127.0.0.1:port"
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"a:1\", \"socks5\": true}]}}",
                "pools[0].socks5: expected a text in double quotes, false or null, found true"
            ),
            ("{\"socks5\": \"127.0.0.1:0\"}", "c.json:1:12: error: socks5: '0' is not a port (1 to 65535)"),
            ("{\"socks5\": \"hunter2@127.0.0.1:9\"}", "socks5: expected user:password before the '@'"),
            ("{\"socks5\": \"me:@127.0.0.1:9\"}", "socks5: the user and the password before the '@' have 1 to 255"),
            ("{\"socks5\": false}", "socks5: expected a text in double quotes or null, found false"),
            ("{\"xvb\": {\"api-socks5\": \"::1:9\"}}", "xvb.api-socks5: an IPv6 address needs brackets"),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"abc.onion:3333\"}]}}",
                "p2pool.pools[0].url: a .onion address is reached through Tor only: set \"socks5\": \"127.0.0.1:9050\""
            ),
            (
                "{\"socks5\": \"tor:9050\", \"p2pool\": {\"pools\": [{\"url\": \"abc.ONION\", \"socks5\": false}]}}",
                "p2pool.pools[0].url: a .onion address is reached through Tor only"
            ),
            (
                "{\"p2pool\": {\"api\": \"http://abc.onion/api\"}}",
                "p2pool.api: a .onion address is reached through Tor only: set \"api-socks5\""
            ),
            (
                "{\"p2pool\": {\"pools\": [{\"url\": \"[fe80::1%eth0]:1\", \"socks5\": \"tor:9050\"}]}}",
                "p2pool.pools[0].url: a SOCKS5 proxy can't use an address with a scope (%)"
            ),
            (
                "{\"xvb\": {\"pools\": [{\"url\": \"a:1\", \"rig-id\": \"rig1\"}]}}",
                "xvb.pools[0].rig-id: XvB credits the work to the rig-id instead of the user"
            ),
            ("{\"xvb\": {\"api\": \"/dir\"}}", "xvb.api: expected an http(s) address"),
            ("[]", "c.json:1:1: error: a configuration is an object"),
            ("{\"a\": 1", "c.json:1:1: error: the file ends before this '{' is closed"),
        ])
    func refused(text: String, line: String) {
        let lines = errors(text)
        #expect(lines.contains { $0.contains(line) }, "\(lines)")
    }

    @Test("All errors are reported at once, in the order of the file")
    func severalErrors() {
        let lines = errors("{\n\"window\": 1,\n\"mode\": \"x\",\n\"tls\": {\"kee\": 1},\n\"wallet\": \"0\"}")
        #expect(lines.count == 4)
        #expect(zip(lines, ["2:11", "3:9", "4:9", "5:11"]).allSatisfy { $0.hasPrefix("c.json:\($1): error: ") })
    }

    @Test("Text from the file is made printable before it is shown")
    func hostileNames() {
        let lines = errors("{\"\\u001b[2J\\u202e\": 1}")
        #expect(lines.contains { $0.contains("\\u{1b}[2J\\u{202e}: unknown key") }, "\(lines)")
    }

    @Test(
        "Whatever a file holds, what is said of it is one short line that a terminal shows",
        arguments: [
            "\u{7F}", "\u{202E}", "{\"\\u001b[2J\": 1, \"\\u001b[2J\": 2}", "{\"bind\": [\"\\u202e\\u0085:1\"]}",
            "{\"window\": 1\(String(repeating: "0", count: 100_000))x}", "{\"wallet\": \"\\u001b[31m\"}",
        ])
    func hostileTexts(text: String) {
        let lines = errors(text)
        #expect(!lines.isEmpty)
        for line in lines {
            #expect(line.utf8.count < 2_000)
            #expect(
                !line.unicodeScalars.contains { $0.properties.generalCategory == .control || $0 == "\u{202E}" },
                "\(line)")
        }
    }

    @Test(
        "Where it can be guessed what was meant it is said what to write",
        arguments: [
            ("3355", "'3355' is a port alone: write host:3355, such as 0.0.0.0:3355"),
            ("::1:3355", "write [::1]:3355"), ("*:3355", "write 0.0.0.0:3355"), (":3355", "write 0.0.0.0:3355"),
            ("tcp://1.2.3.4:3355", "write 1.2.3.4:3355 without tcp://"), ("1.2.3.4", "write 1.2.3.4:port"),
        ])
    func guessed(bind: String, advice: String) {
        let lines = errors("{\"mode\": \"p2pool\", \"bind\": [\"\(bind)\"]}")
        #expect(lines.contains { $0.contains(advice) }, "\(lines)")
    }
}
