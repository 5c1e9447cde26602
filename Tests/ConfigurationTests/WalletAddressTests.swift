import Testing

@testable import StratumProxy

@Suite("Wallet addresses")
struct WalletAddressTests {
    /// The Monero project's public donation address.
    static let donation =
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("Keccak-256 gives the published values")
    func keccak() {
        #expect(
            hex(Keccak256.hash([])) == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        #expect(
            hex(Keccak256.hash(Array("abc".utf8)))
                == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")
        // One byte short of a block, a whole block, and one more: where padding goes wrong.
        let lengths = [135, 136, 137].map { Keccak256.hash([UInt8](repeating: 0x61, count: $0)) }
        #expect(Set(lengths).count == 3)
        #expect(hex(lengths[0]) == "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446")
        #expect(hex(lengths[1]) == "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e")
        #expect(hex(lengths[2]) == "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39")
    }

    @Test("A good address is good")
    func good() {
        #expect(WalletAddress.check(Self.donation) == .good)
    }

    // Fault N06.
    @Test("N6: one wrong letter is an error: a wrong checksum can't be meant")
    func typingError() {
        var letters = Array(Self.donation)
        letters[40] = letters[40] == "a" ? "b" : "a"
        guard case .bad(let message) = WalletAddress.check(String(letters)) else {
            Issue.record("a typing error was not noticed")
            return
        }
        #expect(message.contains("typing error"))
    }

    @Test(
        "What can't be a wallet is refused and the reason said",
        arguments: [
            ("", "empty"),
            ("4short", "95 characters, this one 6"),
            (donation + "A", "95 characters, this one 96"),
            ("8" + donation.dropFirst(), "subaddress"),
            ("x" + donation.dropFirst(), "begins with 4, this one with x"),
            (donation.dropLast() + "0", "'0' does not occur"),
            (donation.dropLast() + "\u{1B}", "'\\u{1b}' does not occur"),
        ] as [(String, String)])
    func bad(text: String, reason: String) {
        guard case .bad(let message) = WalletAddress.check(text) else {
            Issue.record("accepted: \(text)")
            return
        }
        #expect(message.contains(reason), "\(message)")
    }

    /// A text as Monero writes bytes: blocks of 8 bytes are 11 digits.
    private func address(_ tag: UInt8, bytes count: Int = 64) -> String {
        let digits = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        let lengths = [0, 2, 3, 5, 6, 7, 9, 10, 11]
        var bytes = [tag] + (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        bytes += Keccak256.hash(bytes).prefix(4)
        return stride(from: 0, to: bytes.count, by: 8).map { start in
            let block = bytes[start..<min(start + 8, bytes.count)]
            var value = block.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            var text: [Character] = []
            for _ in 0..<lengths[block.count] {
                text.insert(digits[Int(value % 58)], at: 0)
                value /= 58
            }
            return String(text)
        }.joined()
    }

    // Fault N06.
    @Test("N6: an address that is written right is still no wallet on another network, or where it is integrated")
    func networks() {
        #expect(WalletAddress.check(address(18)) == .good)
        #expect(WalletAddress.check(address(53)) == .bad(ConfigurationWords.otherNetwork("testnet")))
        #expect(WalletAddress.check(address(24)) == .bad(ConfigurationWords.otherNetwork("stagenet")))
        #expect(WalletAddress.check(address(19, bytes: 72)) == .bad(ConfigurationWords.integrated))
        #expect(WalletAddress.check(address(42)) == .bad(ConfigurationWords.subaddress("8")))
    }

    @Test("Texts of two addresses differ where these do, and only where they must be longer for it")
    func besides() {
        let one = Self.donation
        #expect(
            WalletAddress.shortened(one, besides: "4B" + one.dropFirst(2)) == ("44AFFq5k…QBEP3A", "4BAFFq5k…QBEP3A"))
        #expect(WalletAddress.shortened(one, besides: one) == ("44AFFq5k…QBEP3A", "44AFFq5k…QBEP3A"))
        let longer = one.prefix(50) + "XXXX" + one.suffix(6)
        let texts = WalletAddress.shortened(one, besides: String(longer))
        #expect(texts.0 != texts.1)
    }

    @Test("Logs show the ends of an address only, XvB gets its first 8 characters")
    func shortened() {
        let wallet = WalletAddress(text: Self.donation)
        #expect(wallet.description == "44AFFq5k…QBEP3A")
        #expect(wallet.xvbUser == "44AFFq5k")
    }
}
