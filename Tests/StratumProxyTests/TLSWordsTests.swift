import Testing

@testable import EventLoop
@testable import StratumProxy

@Suite("What is wrong with a certificate")
struct TLSWordsTests {
    // Fault N12.
    @Test("OpenSSL's words are ours where there are better ones, and the file stays named")
    func words() {
        for (theirs, ours) in [
            ("certificate /a/b.pem: no start line", "certificate /a/b.pem is no such PEM file: it needs a line"),
            ("key /a/k.pem: bad decrypt", "key /a/k.pem has a password, which nobody can type here: `openssl pkey"),
            ("key /a/k.pem: key values mismatch", "key /a/k.pem does not belong to the certificate"),
            ("certificate /a/b.pem: bad end line", "certificate /a/b.pem is cut off"),
            ("key /a/k.pem: no such file or directory", "key /a/k.pem: no such file or directory"),
        ] {
            #expect(TLSWords.text(TLSFailure(theirs)).hasPrefix(ours), "\(TLSWords.text(TLSFailure(theirs)))")
        }
    }
}
