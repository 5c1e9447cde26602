import ProxyTerms
import StrictJSON

@testable import Configuration

/// A configuration's text. The same text means the same; without its comments it still does; what is said about it fits on a
/// line of a terminal, and passwords don't stand in it.
enum ConfigurationTarget {
    static func check(_ bytes: UnsafeRawBufferPointer) {
        let text = [UInt8](bytes)
        let loaded = load(text)
        for line in loaded.problemLines {
            require(line.utf8.count < 4_096, "a message of \(line.utf8.count) bytes")
            require(
                line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "control characters: \(line)")
        }
        require((loaded.settings == nil) == loaded.problems.hasErrors, "neither settings nor an error")
        guard let value = try? JSONCReader.read(text) else {
            return require(loaded.settings == nil, "settings of what is no JSON")
        }
        let plain = load(Array(value.content.text.utf8))
        require(plain.settings == loaded.settings, "comments and spaces change the settings")
        require(plain.problems.count == loaded.problems.count, "comments and spaces change what is wrong")
        let commented = load(Array("/* before */ ".utf8) + text + Array("\n// behind".utf8))
        require(commented.settings == loaded.settings, "a comment changes the settings")
    }

    private static func load(_ text: [UInt8]) -> LoadedConfiguration {
        ConfigurationLoader.load(
            text: text, file: "config.json", flags: FlagOverrides(),
            environment: ["HOME": "/home/miner", "PASS": "secret"],
            machine: ThisMachine())
    }
}
