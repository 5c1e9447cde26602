import SplitScheduler
import Testing

@testable import StratumProxy

@Suite("O5: configurations of other programs are known, and ours is made of them")
struct ForeignFileTests: LoadsConfigurations {
    static let wallet = WalletAddressTests.donation
    static let xmrig = """
        { "autosave": true, "cpu": true, "donate-level": 1, "http": { "enabled": false },
          "pools": [
            { "algo": null, "coin": null, "url": "192.168.1.5:3333", "user": "\(wallet)+50000", "pass": "x", "tls": false },
            { "url": "gulf.moneroocean.stream:20128", "user": "\(wallet)", "pass": "x", "tls": true } ] }
        """
    static let xmrigProxy = """
        { "access-password": "s3cret", "algo-ext": true, "bind": [ { "host": "0.0.0.0", "port": 3333, "tls": false },
            { "host": "::", "port": 3334, "tls": true } ],
          "mode": "nicehash", "workers": "rig-id", "custom-diff": 50000, "log-file": "/var/log/x.log", // as it comes
          "tls": { "enabled": true, "cert": "cert.pem", "cert_key": "key.pem" },
          "pools": [ { "url": "127.0.0.1:3333", "user": "x" }, { "url": "eu.xmrvsbeast.com:4247", "tls": true } ] }
        """
    static let gupaxx = """
        [gupax]
        simple = true
        absolute_p2pool_path = "/home/hinto/p2pool/p2pool"
        [p2pool]
        address = "\(wallet)"
        stratum_port = 3333
        [xmrig_proxy]
        port = "3355"
        [xvb]
        simple = false
        mode = "ManualDonationLevel"
        manual_donation_level = "DonorVIP"
        token = ""
        node = "Europe"
        p2pool_buffer = 5
        """
    static let pithead = """
        { "p2pool": { "pool": "mini", "stratum_bind": "0.0.0.0", "stratum_port": 3333, "stratum_password": "farm" },
          "xvb": { "enabled": true, "url": "na.xmrvsbeast.com:4247", "donation_level": "whale", "tor": true },
          "monero": { "wallet_address": "\(wallet)", "mode": "local" } }
        """
    static let p2pool = """
        # my node
        host = 127.0.0.1
        wallet = \(wallet)
        stratum = "0.0.0.0:3333,[::]:3333"
        data-api = /var/lib/p2pool/api
        mini
        """
    static let all: [(String, ForeignProgram)] = [
        (xmrig, .xmrig), (xmrigProxy, .xmrigProxy), (gupaxx, .gupaxx), (pithead, .pithead), (p2pool, .p2pool),
    ]

    private func made(_ text: String) throws -> ImportedConfiguration {
        let flat = try #require(FlatFile(Array(text.utf8)))
        return ForeignImport.read(flat, of: try #require(ForeignProgram.of(flat)))
    }

    @Test("check says in one sentence whose each is, instead of an error a key", arguments: all)
    func known(text: String, program: ForeignProgram) throws {
        #expect(FlatFile(Array(text.utf8)).flatMap(ForeignProgram.of) == program)
        let lines = errors(text)
        #expect(
            lines == [
                "c.json: error: this is \(ImportWords.whose(program)), not this proxy's: `stratum-proxy import c.json` prints ours, made of it"
            ])
    }

    @Test("What is made of each is a configuration that can be used", arguments: all)
    func usable(text: String, program: ForeignProgram) throws {
        var imported = try made(text)
        // xmrig-proxy's has no wallet: the operator puts it in.
        if imported.wallet == nil { imported.wallet = Self.wallet }
        imported.certificate = nil
        let loaded = load(imported.text(from: "old.json"))
        #expect(loaded.settings != nil, "\(loaded.problemLines)\n\(imported.text(from: "old.json"))")
    }

    // Fault O05.
    @Test(
        "xmrig: the wallet without its difficulty, the pool of one's own network; a public pool is left out and named")
    func ofXmrig() throws {
        let made = try made(Self.xmrig)
        #expect(made.wallet == Self.wallet && made.p2pool == [.init(url: "192.168.1.5:3333")])
        #expect(made.notes.contains { $0.contains("gulf.moneroocean.stream:20128") && $0.contains("left out") })
    }

    // Fault O05.
    @Test("xmrig-proxy: bind objects, the password, tls.cert_key; the mode and workers are said to be left out")
    func ofProxy() throws {
        let made = try made(Self.xmrigProxy)
        // Its first port is p2pool's on the same machine.
        #expect(made.bind == ["0.0.0.0:3355", "[::]:3334"] && made.accessPassword == "s3cret")
        #expect(made.certificate?.path == "cert.pem" && made.certificate?.key == "key.pem")
        #expect(made.xvb == [.init(url: "eu.xmrvsbeast.com:4247", usesTLS: true)])
        for part in [
            "the rigs' port 3333 is p2pool's", "mode nicehash", "workers: ", "custom-diff: ", "log-file: ", "no wallet",
        ] {
            #expect(made.notes.contains { $0.contains(part) }, "\(part)")
        }
    }

    // Fault O05.
    @Test("Gupaxx: the tier, the region first, the API beside p2pool's program")
    func ofGupaxx() throws {
        let made = try made(Self.gupaxx)
        #expect(made.tier == .vip && made.mode == .default && made.api == "/home/hinto/p2pool")
        #expect(made.bind == ["0.0.0.0:3355"] && made.xvb.first?.url == "eu.xmrvsbeast.com:4247")
        let hero = try self.made(
            Self.gupaxx.replacing("simple = false", with: "simple = true\nsimple_hero_mode = true"))
        #expect(hero.mode == .hero && hero.tier == nil)
    }

    // Fault O05.
    @Test("Pithead: wallet_address, donation_level, stratum_password; Tor is told")
    func ofPithead() throws {
        let made = try made(Self.pithead)
        #expect(made.wallet == Self.wallet && made.tier == .whale && made.accessPassword == "farm")
        #expect(made.socks5 == "127.0.0.1:9050" && made.notes.contains { $0.contains("Tor") })
        let off = try self.made(Self.pithead.replacing("\"enabled\": true", with: "\"enabled\": false"))
        #expect(off.mode == .p2pool)
    }

    @Test("p2pool's parameters: where it listens from here, its API, and that --local-api is missing")
    func ofP2Pool() throws {
        let made = try made(Self.p2pool)
        #expect(made.p2pool == [.init(url: "127.0.0.1:3333")] && made.api == "/var/lib/p2pool/api")
        #expect(made.notes == [ImportWords.noLocalAPI])
        #expect(try self.made(Self.p2pool + "\nlocal-api\n").notes == [])
    }

    // Fault O05.
    @Test(
        "p2pool's command line is known as well: alone, in a script of several lines, in a unit",
        arguments: [
            "", "#!/bin/sh\ncd /opt/p2pool\n./p2pool ", "[Service]\nUser=p2pool\nExecStart=/opt/p2pool/p2pool ",
        ])
    func commandLine(before: String) throws {
        let options =
            "--host 127.0.0.1 --wallet \(Self.wallet) \\\n  --stratum 0.0.0.0:3334 --data-api /srv/api --local-api --mini"
        let made = try made(before + options + "\n")
        #expect(made.wallet == Self.wallet && made.api == "/srv/api")
        #expect(made.p2pool == [.init(url: "127.0.0.1:3334")] && made.notes == [])
        // Options in a text of Gupaxx are Gupaxx's.
        let other = Self.gupaxx + "\n[p2pool]\narguments = \"--host 127.0.0.1 --wallet x\"\n"
        #expect(FlatFile(Array(other.utf8)).flatMap(ForeignProgram.of) == .gupaxx)
    }

    @Test("A wallet that can't be one is not carried over")
    func badWallet() throws {
        var letters = Array(Self.wallet)
        letters[40] = "z"
        let made = try made(Self.p2pool.replacing(Self.wallet, with: String(letters)))
        #expect(made.wallet == nil && made.notes.contains { $0.contains("checksum") })
    }

    @Test(
        "Ours, and what is none of them, is not taken for another's",
        arguments: ["{\"wallet\": \"4...\"}", "", "hello\n", "[x]\ny = 1\n", "{\"bind\": []}"])
    func others(_ text: String) {
        #expect(FlatFile(Array(text.utf8)).flatMap(ForeignProgram.of) == nil)
    }
}
