import Glibc
import ProxyTerms
import Upstreams

/// Certificates of pools: why they are taken or refused, and what helps.
enum CertificateWords {
    /// A line of the log.
    static func text(_ upstream: Upstream, _ news: TrustNews) -> String {
        switch news {
        case .taken(let endpoint, let pin, let grounds):
            let fingerprint = pin.map { " fingerprint (SHA-256): \"\($0)\"" } ?? " shows no certificate"
            return "\(upstream.name) \(endpoint)\(fingerprint), \(Self.text(grounds))"
        case .stillRefused(let endpoint, let refusal):
            return "\(upstream.name) \(endpoint) is still not mined at: \(refusal.text)"
        case .file(let trouble): return text(trouble)
        }
    }

    /// Why it is taken. `isTrial`: by `check`, which remembers nothing.
    static func text(_ grounds: CertificateGrounds, isTrial: Bool = false) -> String {
        switch grounds {
        case .pinned: "the pinned one"
        case .vouched: "an authority vouches for it"
        case .firstUse(let authority):
            "new here and \(isTrial ? "would be " : "")remembered; \(text(authority)). From now on only this one is taken, or one that an authority "
                + "vouches for"
        case .known(let since): "known since \(day(since))"
        case .renewed(let old):
            "new, and an authority vouches for it: taken instead of \(old.fingerprint), which was known since "
                + day(old.since)
        case .unchecked: "not checked (tls-verify)"
        }
    }

    /// Which certificates are taken, in the summary of `check`.
    static func policy(_ policy: CertificatePolicy) -> String {
        switch policy {
        case .pin: "certificate pinned"
        case .authority: "certificate by authority"
        case .firstUse: "certificate of the first use"
        case .none: "certificate not checked"
        }
    }

    /// What the authorities say, as part of a sentence.
    static func text(_ authority: AuthorityVerdict) -> String {
        switch authority {
        case .vouches: "an authority vouches for it"
        case .selfSigned: "no authority vouches for it (self-signed)"
        case .unknownAuthority: "no authority that this system knows vouches for it"
        case .otherName: "an authority vouches for it, but for another name"
        case .refused(let text): "no authority vouches for it (\(text))"
        }
    }

    /// The day in UTC, as 2026-11-20, of a time since 1970.
    static func day(_ seconds: Int64) -> String {
        var (seconds, parts) = (time_t(seconds), tm())
        guard gmtime_r(&seconds, &parts) != nil else { return "a time out of range" }
        let (month, day) = (parts.tm_mon + 1, parts.tm_mday)
        return "\(Int(parts.tm_year) + 1900)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    // MARK: The file

    static func text(_ trouble: KnownPoolsTrouble) -> String {
        switch trouble {
        case .setAside(let path, let copy):
            "\(path) can't be read as a list of known certificates: it is now \(copy), and the pools' certificates are "
                + "remembered anew"
        case .unreadable(let path, let cause):
            "\(path): \(cause). The pools' certificates are known until the end of this run only"
        case .unwritable(let path, let cause):
            "\(path) can't be written: \(cause). A new certificate is known until the end of this run only"
        }
    }

    // MARK: stratum-proxy trust

    static func nothingKnown(at paths: [String]) -> String {
        "no certificate of a pool is known: there is no \(paths.joined(separator: ", nor "))"
    }

    static func unknown(_ endpoint: String, among known: [String]) -> String {
        "no certificate of \(endpoint) is known; there are those of: \(known.joined(separator: ", "))"
    }

    static func nothingOffered(_ entry: KnownPools.Entry) -> String {
        "\(entry.endpoint) has shown no other certificate than \(entry.known.fingerprint), known since "
            + "\(day(entry.known.since)): there is nothing to take"
    }

    static func took(_ endpoint: String, _ certificate: KnownCertificate) -> String {
        "\(endpoint) is known by \(certificate.fingerprint) from now on (\(certificate.subject)). A proxy that runs "
            + "mines there again within a minute"
    }

    static func lines(_ entry: KnownPools.Entry) -> [String] {
        let known =
            "\(entry.endpoint)  \(entry.known.fingerprint)  \(entry.known.subject), since \(day(entry.known.since))"
        guard let offered = entry.offered else { return [known] }
        return [
            known,
            "!   refused on \(day(offered.since)): \(offered.fingerprint)  \(offered.subject)",
            "    If the pool says that this is its own: stratum-proxy trust \(entry.endpoint)",
        ]
    }
}

extension CertificateRefusal {
    /// Why it is refused, and what helps.
    var text: String {
        switch self {
        case .absent: "it shows no certificate"
        case .notPinned(let shown):
            "its certificate is not the pinned one: if the pool renewed it, set tls-fingerprint to \(shown)"
        case .weakKey(let key, let shown):
            "its certificate has \(key.text), which can be broken. \(Self.pinning(shown))"
        case .weakSignature(let hash, let shown):
            "its certificate is signed with \(hash), which can be forged. \(Self.pinning(shown))"
        case .expired(let end, let shown):
            "its certificate has expired on \(CertificateWords.day(end)). \(Self.pinning(shown))"
        case .notYetValid(let begin):
            "its certificate is valid from \(CertificateWords.day(begin)) on: is this machine's clock right?"
        case .noAuthority(let authority, let shown):
            "\(CertificateWords.text(authority)) (tls-verify \"ca\"). \(Self.pinning(shown))"
        case .changed(let known, let shown, let authority):
            "its certificate has changed, and \(CertificateWords.text(authority)). Somebody may be in between. Known since "
                + "\(CertificateWords.day(known.since)): \(known.fingerprint); now: \(shown). If the pool says that it "
                + "renewed it, `stratum-proxy trust` takes it"
        }
    }

    private static func pinning(_ shown: CertificatePin) -> String {
        "To take just this one all the same, set tls-fingerprint to \(shown)"
    }
}

extension PeerCertificate.Key {
    /// Its kind and size.
    fileprivate var text: String {
        switch self {
        case .rsa(let bits): "an RSA key of \(bits) bits"
        case .elliptic(let bits): "a key on a curve of \(bits) bits"
        case .other: "a weak key"
        }
    }
}
