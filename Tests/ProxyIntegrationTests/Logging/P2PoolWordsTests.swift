import Statistics
import Testing

@testable import StratumProxy

@Suite("What is said of p2pool's API")
struct P2PoolWordsTests {
    private static let troubles: [P2PoolTrouble] =
        P2PoolFile.allCases.flatMap { file in
            [
                .failed(.missing), .failed(.unreadable), .failed(.notAFile), .failed(.tooLarge), .failed(.failed(5)),
                .empty, .broken(.notJSON), .lacks(.sidechainDifficulty), .implausible(.hashRate), .inFuture(3600),
                .stale(.infinity), .notRewritten(130),
            ].map { P2PoolTrouble.file(file, $0) }
        } + P2PoolMember.allCases.map { P2PoolTrouble.untold($0) } + [
            .noPeers, .monerodSilent(301), .monerodNeverHeard, .figures(.syncing), .otherWallet("44AFFq5kSiGBoZ"),
            .subaddress("8AFFq5kSiGBoZ"), .shareFromElsewhere(90_000),
        ]

    @Test("Every trouble has one line, of a directory and of a server", arguments: troubles)
    func oneLine(trouble: P2PoolTrouble) {
        for source in [P2PoolWords.Source.directory, .web("http://10.0.0.5:8080")] {
            let words = P2PoolWords(
                source: source,
                wallet:
                    "48edfHu7V9Z84YzzMa6fUueoELZ9ZRXq9VetWzYGzKt52XU5xvqgzYnDK9URnRoJMk1j8nLwEVsaSWJ4fhdUyZijBGUicoD")
            let text = words.text(trouble)
            #expect(!text.isEmpty && !text.contains("\n") && !text.contains("  "))
            #expect(!words.recovery(of: trouble.topic).isEmpty)
        }
    }

    @Test("Users and groups are looked up only where a message names them", arguments: troubles)
    func lookedUp(trouble: P2PoolTrouble) {
        var lookUps = 0
        let words = P2PoolWords(refusal: { _ in
            lookUps += 1
            return nil
        })
        _ = words.text(trouble)
        let isNamed = if case .file(_, .failed(.unreadable)) = trouble { true } else { false }
        #expect(lookUps == (isNamed ? 1 : 0))
    }

    // Fault N06.
    @Test("N6: two wallets whose ends are the same are told apart by the characters that differ")
    func alikeWallets() {
        let ours = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"
        var letters = Array(ours)
        letters[40] = "z"
        let text = P2PoolWords(wallet: ours).text(.otherWallet(String(letters)))
        #expect(
            text.contains("p2pool mines to 44AFFq5k…z7otXf…QBEP3A, the configuration says 44AFFq5k…H7otXf…QBEP3A"),
            "\(text)")
        #expect(text.contains("they differ at character 41"))
    }

    // Fault O02.
    @Test("A member that an old p2pool lacks is told with the version that has it, and with what goes without")
    func untold() {
        let text = P2PoolWords().text(.untold(.monerodSilence))
        #expect(text.contains("zmq_last_active") && text.contains("v4.3") && text.contains("not noticed"))
        let needed = P2PoolWords().text(.file(.poolStats, .lacks(.sidechainDifficulty)))
        #expect(needed.contains("v3.2") && needed.contains("update p2pool"))
    }

    @Test("Figures that stay in use are told of only where there are some")
    func lastGood() {
        #expect(
            P2PoolWords(hasGoodFigures: true).text(.figures(.syncing)).hasSuffix("the last good figures stay in use"))
        #expect(!P2PoolWords(hasGoodFigures: false).text(.figures(.syncing)).contains("stay in use"))
    }
}
