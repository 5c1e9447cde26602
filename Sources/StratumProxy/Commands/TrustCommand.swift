import ArgumentParser
import ProxyTerms
import Upstreams

/// `stratum-proxy trust`: which certificates pools are known by, and taking another one.
struct TrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust", abstract: "Show the certificates that pools are known by, or take a new one.",
        discussion: """
            With `tls-verify` at `first-use` (XvB's default) a pool that suddenly shows another certificate is not mined \
            at, unless an authority vouches for it. Ask the pool whether the new one is its own; then `trust HOST:PORT` \
            takes it. A proxy that runs mines there again within a minute.
            """)

    @Argument(help: ArgumentHelp("The pool whose refused certificate is its own.", valueName: "host:port"))
    var pool: String?

    @OptionGroup var options: ConfigurationOptions

    @Option(help: ArgumentHelp("The proxy's state directory.", valueName: "dir"), completion: .directory)
    var stateDirectory: String?

    func run() throws {
        let files = directories.map(KnownPoolsFile.init)
        var found: (file: KnownPoolsFile, pools: KnownPools)?
        for file in files where found == nil {
            let pools = try Self.telling { () throws(KnownPoolsTrouble) in try file.read(setsAside: false) }
            if !pools.entries.isEmpty { found = (file, pools) }
        }
        guard let (file, pools) = found else {
            throw CommandFailure(CertificateWords.nothingKnown(at: files.map(\.path)))
        }
        guard let pool else { return pools.entries.flatMap(CertificateWords.lines).forEach { print($0) } }
        guard let entry = pools[pool] else {
            throw CommandFailure(
                CertificateWords.unknown(Sanitizer.printable(pool), among: pools.entries.map(\.endpoint)))
        }
        var taken: KnownCertificate?
        _ = try Self.telling { () throws(KnownPoolsTrouble) in
            try file.update { pools in
                taken = pools.takeOffer(of: pool)
                return taken != nil
            }
        }
        guard let taken else { throw CommandFailure(CertificateWords.nothingOffered(entry)) }
        print(CertificateWords.took(pool, taken))
    }

    private static func telling<Value>(_ work: () throws(KnownPoolsTrouble) -> Value) throws -> Value {
        do throws(KnownPoolsTrouble) {
            return try work()
        } catch {
            throw CommandFailure(CertificateWords.text(error))
        }
    }

    /// Where a proxy may keep the file.
    private var directories: [String] {
        if let stateDirectory { return [stateDirectory] }
        var directories: [String] = []
        // A configuration with mistakes, or none at all, still leaves the other places.
        let own = (try? options.load())?.settings?.stateDirectory
        for directory in [own].compactMap(\.self) + ControlSocket.stateDirectories(.process)
        where !directories.contains(directory) {
            directories.append(directory)
        }
        return directories
    }
}
