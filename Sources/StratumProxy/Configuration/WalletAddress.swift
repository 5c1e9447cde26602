/// A Monero address as p2pool and XvB take it.
struct WalletAddress: Equatable, Sendable, CustomStringConvertible {
    /// The whole address. Not for logs: use `description`.
    let text: String

    /// The name that XvB knows a miner by: the first 8 characters (docs/protocol.md#xvb-login).
    var xvbUser: String { String(text.prefix(8)) }

    /// The address as logs show it: `44AFFq5k…QBEP3A`.
    var description: String { Self.shortened(text) }

    /// The ends of an address; short texts as they are.
    static func shortened(_ text: String) -> String {
        text.count <= 20 ? text : "\(text.prefix(8))…\(text.suffix(6))"
    }

    /// Two addresses, shortened so that they can be told apart: where their ends are the same, with the characters from the
    /// first that differs.
    static func shortened(_ one: String, besides other: String) -> (String, String) {
        let plain = (shortened(one), shortened(other))
        guard plain.0 == plain.1, one != other else { return plain }
        let (letters, others) = (Array(one), Array(other))
        let first = zip(letters, others).enumerated().first { $1.0 != $1.1 }?.offset ?? min(letters.count, others.count)
        func around(_ text: [Character]) -> String {
            "\(String(text.prefix(8)))…\(String(text.dropFirst(first).prefix(6)))…\(String(text.suffix(6)))"
        }
        return (around(letters), around(others) + " (they differ at character \(first + 1))")
    }

    /// What was found out about a text that should be an address.
    enum Verdict: Equatable {
        case good
        case bad(String)
    }

    /// Looks at the length, the letters, the kind of address and its checksum.
    static func check(_ text: String) -> Verdict {
        let length = text.utf8.count
        guard let first = text.first else { return .bad(ConfigurationWords.emptyWallet) }
        if text.hasSuffix("...") {
            return .bad(ConfigurationWords.placeholder(text))
        }
        if let wrong = text.first(where: { !base58.contains($0.asciiValue ?? 0) }) {
            return .bad(ConfigurationWords.notInAddresses(wrong))
        }
        switch first {
        case "4", "9", "5", "A": break
        case "8", "B", "7":
            return .bad(ConfigurationWords.subaddress(first))
        default: return .bad(ConfigurationWords.otherBeginning(first))
        }
        guard length == 95 || length == 106 else {
            return .bad(ConfigurationWords.otherLength(length))
        }
        guard let tag = tag(text) else { return .bad(ConfigurationWords.badChecksum) }
        return verdict(tag)
    }

    /// What an address with this first byte is for (Monero's src/cryptonote_config.h).
    private static func verdict(_ tag: UInt8) -> Verdict {
        switch tag {
        case 18: .good
        case 19: .bad(ConfigurationWords.integrated)
        case 53, 54: .bad(ConfigurationWords.otherNetwork("testnet"))
        case 24, 25: .bad(ConfigurationWords.otherNetwork("stagenet"))
        case _: .bad(ConfigurationWords.otherTag(tag))
        }
    }

    // MARK: Monero's base 58

    private static let base58 = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    /// Bytes in a block of this many digits; -1 where there is no such block. 11 digits are 8 bytes.
    private static let blockBytes = [0, -1, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8]

    /// The first byte of an address whose checksum is right; nil of others.
    private static func tag(_ text: String) -> UInt8? {
        guard let bytes = decoded(Array(text.utf8)), bytes.count > 4,
            Array(Keccak256.hash(Array(bytes.dropLast(4))).prefix(4)) == Array(bytes.suffix(4))
        else { return nil }
        return bytes[0]
    }

    private static func decoded(_ digits: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 11) {
            let block = digits[start..<min(start + 11, digits.count)]
            let count = blockBytes[block.count]
            guard count > 0 else { return nil }
            var value: UInt64 = 0
            for digit in block {
                guard let index = base58.firstIndex(of: digit) else { return nil }
                let (product, overflowed) = value.multipliedReportingOverflow(by: 58)
                let (sum, carried) = product.addingReportingOverflow(UInt64(index))
                guard !overflowed, !carried else { return nil }
                value = sum
            }
            guard count == 8 || value >> UInt64(8 * count) == 0 else { return nil }
            bytes.append(contentsOf: (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) })
        }
        return bytes
    }
}
