import Testing

@testable import StratumProxy

@Suite("O6, N12: paths and hints of a configuration")
struct MissingHintTests: LoadsConfigurations {
    private func load(_ text: String, file: String) -> LoadedConfiguration {
        ConfigurationLoader.load(
            text: Array(text.utf8), file: file, flags: FlagOverrides(), environment: ["HOME": "/home/m"])
    }

    // Fault O06.
    @Test("O6: a relative path in a file begins at the file, one in a flag at the current directory")
    func relative() {
        let text =
            #"{"mode": "p2pool", "p2pool": {"api": "api"}, "state-directory": "state", "tls": {"cert": "c", "key": "~/k"}}"#
        let settings = load(text, file: "/etc/farm/c.json").settings
        #expect(settings?.upstreams.p2pool.api == .directory("/etc/farm/api"))
        #expect(settings?.stateDirectory == "/etc/farm/state")
        #expect(settings?.tls == .files(certificate: "/etc/farm/c", key: "/home/m/k"))
        var flags = FlagOverrides()
        flags.p2poolAPI = "api"
        flags.mode = .p2pool
        let flagged = ConfigurationLoader.load(
            text: Array("{}".utf8), file: "/etc/farm/c.json", flags: flags, environment: [:])
        #expect(flagged.settings?.upstreams.p2pool.api == .directory(AbsolutePath.of("api")))
    }

    // Fault N12.
    @Test(
        "What does nothing, or something else than was meant, is told",
        arguments: [
            (#"{"mode": "p2pool", "p2pool": {"pools": [{"url": "${HOST}:3333"}]}}"#, "${NAME} is replaced in wallet"),
            (#"{"wallet": "WALLET", "mode": "donor"}"#, #"that is a tier: write "mode": "default", "tier": "donor""#),
            (#"{"wallet": "WALLET", "mode": "VIP"}"#, #""tier": "vip""#),
            ("{\n# mine\n\"mode\": \"p2pool\"}", "found '#' (a comment begins with //)"),
            (#"{"mode": "p2pool", "manual-xvb-seconds": 60}"#, "has no effect: mode is \"p2pool\""),
            (#"{"mode": "p2pool", "p2pool": {"buffer": -50}}"#, "none in it 60.7 % of the time"),
            (#"{"mode": "p2pool", "p2pool": {"api": "/var/lib/p2pool/api/local"}}"#, "is the directory above local"),
            (#"{"mode": "p2pool", "p2pool": {"api": "/srv/api/local/stratum"}}"#, "is the directory above local"),
            (
                #"{"mode": "p2pool", "p2pool": {"api": "http://127.0.0.1/api/pool/stats"}}"#,
                "is the directory above local"
            ),
            (
                #"{"mode": "p2pool", "p2pool": {"api": "http://10.0.0.2:8080/api/local/"}}"#,
                "is the directory above local"
            ),
            (
                #"{"wallet": "WALLET", "xvb": {"pools": [{"url": "na.xmrvsbeast.com:4247"}]}}"#,
                "anyone on the network path"
            ),
            (#"{"mode": "p2pool", "bind": ["3355"]}"#, "such as 0.0.0.0:3355"),
            (#"{"mode": "p2pool", "bind": ["::1:3355"]}"#, "write [::1]:3355"),
            (#"{"mode": "p2pool", "bind": ["tcp://0.0.0.0:3355"]}"#, "without tcp://"),
            (#"{"mode": "p2pool", "bind": ["*:3355"]}"#, "write 0.0.0.0:3355"),
            (#"{"mode": "p2pool", "bind": [":3355"]}"#, "write 0.0.0.0:3355"),
            (#"{"mode": "p2pool", "cycle": 20, "min-slice": 30}"#, "more than the cycle"),
        ] as [(String, String)])
    func told(text: String, part: String) {
        let lines = load(text).problemLines
        #expect(lines.contains { $0.contains(part) }, "\(lines)")
    }
}
