/// What a rig is called, in the log, in status and among `exclusive`: what its login says of it, without the wallet.
///
/// Miners log in as `WALLET.rig7` or `WALLET+25000` at most pools, and keep that here. A wallet is nobody's name, and is never shown whole.
enum RigName {
    /// A Monero address has 95 characters, an integrated one 106; so many of its letters in a row are taken for one, so that one that was
    /// cut or mistyped is not shown either.
    private static let shortestWallet = 60

    /// The name of a rig with that rig-id, else of that login name (without its difficulty); "rig" where it gave none.
    static func shown(rigID: String, user: String) -> String {
        let name = withoutWallet(rigID)
        if !name.isEmpty { return name }
        let other = withoutWallet(user)
        return other.isEmpty ? "rig" : other
    }

    /// What follows a wallet, with any further one shortened; other text as it is.
    private static func withoutWallet(_ text: String) -> String {
        guard text.utf8.count >= shortestWallet else { return text }
        let wallet = text.prefix(while: isLetter)
        guard wallet.count >= shortestWallet else { return shortened(text) }
        var rest = text[wallet.endIndex...]
        // A difficulty may stand between the wallet and the name.
        if rest.first == "+" { rest = rest.dropFirst().drop(while: \.isWholeNumber) }
        rest = rest.drop { "+.:/#-_ ".contains($0) }
        return shortened(rest.isEmpty ? text : String(rest))
    }

    /// The text with only the two ends of what may be a wallet.
    private static func shortened(_ text: String) -> String {
        var name = ""
        var run = ""
        func endRun() {
            name += run.count >= shortestWallet ? "\(run.prefix(8))…\(run.suffix(6))" : run
            run = ""
        }
        for character in text {
            if isLetter(character) {
                run.append(character)
            } else {
                endRun()
                name.append(character)
            }
        }
        endRun()
        return name
    }

    /// The letters of Monero's addresses: no 0, O, I and l.
    private static func isLetter(_ character: Character) -> Bool {
        switch character {
        case "0", "O", "I", "l": false
        case "0"..."9", "A"..."Z", "a"..."z": true
        default: false
        }
    }
}
