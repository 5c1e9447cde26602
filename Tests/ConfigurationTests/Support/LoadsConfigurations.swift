import Testing

@testable import StratumProxy

/// A suite that loads configurations from texts, in which WALLET stands for a good one.
protocol LoadsConfigurations {}

extension LoadsConfigurations {
    var wallet: String { WalletAddressTests.donation }

    func load(
        _ text: String?, flags: FlagOverrides = FlagOverrides(), environment: Environment = ["HOME": "/home/m"]
    ) -> LoadedConfiguration {
        let bytes = text.map { Array($0.replacing("WALLET", with: wallet).utf8) }
        return ConfigurationLoader.load(text: bytes, file: "c.json", flags: flags, environment: environment)
    }

    /// The lines about `text`, which must not be usable.
    func errors(_ text: String, environment: Environment = [:]) -> [String] {
        let loaded = load(text, environment: environment)
        #expect(loaded.settings == nil)
        return loaded.problemLines
    }
}
