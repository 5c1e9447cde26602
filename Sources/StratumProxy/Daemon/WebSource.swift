import HTTPFetch

/// Documents below an http or https address, as the configuration describes it.
struct WebSource {
    let fetcher: HTTPFetcher
    /// The beginning of the address, without a slash at its end.
    let base: String
    let userAgent: String
    var socks5: String?
    var authorityFile: String?
    /// Seconds for a whole answer; a proxy such as Tor's gets twice as long.
    var deadlineSeconds = 10.0

    /// The address as a log may show it.
    var description: String { WebAddress(base)?.description ?? "?" }

    /// Fetches the document at `path` (which begins with a slash) below the base.
    func fetch(
        _ path: String, limit: Int, completion: @escaping (Result<HTTPResponse, HTTPFailure>) -> Void
    ) -> HTTPTransfer {
        var request = HTTPRequest(address: base + path, bodyLimit: limit, userAgent: userAgent)
        request.socks5 = socks5
        request.authorityFile = authorityFile
        request.deadlineSeconds = socks5 == nil ? deadlineSeconds : 2 * deadlineSeconds
        request.connectSeconds = socks5 == nil ? min(5, deadlineSeconds) : request.deadlineSeconds
        return fetcher.fetch(request, completion: completion)
    }

    /// `text` as it may stand in the query of an address.
    static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                result.append(Character(Unicode.Scalar(byte)))
            case _:
                result.append("%")
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return result
    }
}
