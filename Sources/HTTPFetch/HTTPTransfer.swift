import CCurl
import EventLoop
import Glibc

/// One request on its way, of `HTTPFetcher.fetch`.
public final class HTTPTransfer {
    typealias Completion = (Result<HTTPResponse, HTTPFailure>) -> Void

    /// libcurl's handle; nil when the transfer is over.
    private(set) var easy: UnsafeMutableRawPointer?
    private weak var fetcher: HTTPFetcher?
    private let limit: Int
    private let cutsBody: Bool
    private let isSecure: Bool
    private let hasProxy: Bool
    private var completion: Completion?
    private var body: [UInt8] = []
    private var headBytes = 0
    private var date: Double?
    private var isTooLarge = false
    /// What libcurl allows for all of it and for the connection, in milliseconds from its beginning.
    private var wholeMilliseconds: Int
    private var connectMilliseconds: Int
    /// Where libcurl writes what went wrong.
    private let words: UnsafeMutablePointer<CChar>

    /// The largest head of an answer, all its redirects included, in bytes.
    static let headLimit = 65_536
    /// Redirects that are followed, from https to https.
    static let redirectLimit = 3

    init(_ request: HTTPRequest, fetcher: HTTPFetcher, completion: @escaping Completion) {
        self.fetcher = fetcher
        self.completion = completion
        limit = request.bodyLimit
        cutsBody = request.cutsBody
        hasProxy = request.socks5 != nil
        isSecure = request.address.lowercased().hasPrefix("https://")
        wholeMilliseconds = Self.milliseconds(request.deadlineSeconds)
        connectMilliseconds = Self.milliseconds(request.connectSeconds)
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        if let easy { curl_easy_cleanup(easy) }
        curl_slist_free_all(list)
        curl_slist_free_all(headers)
        words.deallocate()
    }

    /// Addresses that libcurl reads while it works.
    private var list: UnsafeMutablePointer<curl_slist>?
    /// Headers that it reads while it works.
    private var headers: UnsafeMutablePointer<curl_slist>?

    /// Gives the request up: no answer comes after this.
    public func cancel() {
        completion = nil
        fetcher?.remove(self)
    }

    /// Tells the outcome, unless the request was given up.
    func complete(_ result: Result<HTTPResponse, HTTPFailure>) {
        guard let completion else { return }
        self.completion = nil
        completion(result)
    }

    /// Forgets who wanted to know.
    func silence() {
        completion = nil
    }

    /// Frees libcurl's handle, which is in no multi handle any more.
    func release() {
        guard let easy else { return }
        self.easy = nil
        curl_easy_cleanup(easy)
    }

    // MARK: Setting up

    /// Makes libcurl's handle. Nil if libcurl refuses an option, which is for want of memory or of a protocol.
    func prepare(_ request: HTTPRequest) -> UnsafeMutableRawPointer? {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        let isComplete =
            setAddress(easy, request) && setPost(easy, request) && setBounds(easy, request) && setCallbacks(easy)
            && setTrust(easy, request)
            && setWay(easy, request)
        return isComplete ? easy : nil
    }

    private func setAddress(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
        // What is sent, and the headers with it, is for the one address only.
        let follows = request.post == nil
        return http_set_text(easy, CURLOPT_URL, request.address) == CURLE_OK
            && http_allow_protocols(easy) == CURLE_OK
            && http_set_text(easy, CURLOPT_USERAGENT, request.userAgent) == CURLE_OK
            && http_set_number(easy, CURLOPT_HTTPGET, 1) == CURLE_OK
            && http_set_number(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)) == CURLE_OK
            && http_set_number(easy, CURLOPT_FILETIME, 1) == CURLE_OK
            // Plain http could lead anywhere that somebody on the way likes.
            && http_set_number(easy, CURLOPT_FOLLOWLOCATION, isSecure && follows ? 1 : 0) == CURLE_OK
            && http_set_number(easy, CURLOPT_MAXREDIRS, Self.redirectLimit) == CURLE_OK
    }

    private func setPost(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
        guard let post = request.post else { return true }
        for line in post.headers + ["Expect:"] {
            guard line.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }), let longer = curl_slist_append(headers, line)
            else { return false }
            headers = longer
        }
        // libcurl copies the body, whose length is to be set before it.
        return http_set_number(easy, CURLOPT_POST, 1) == CURLE_OK
            && http_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(post.body.count)) == CURLE_OK
            && post.body.withUnsafeBytes {
                http_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
            } == CURLE_OK
            && http_set_pointer(easy, CURLOPT_HTTPHEADER, headers) == CURLE_OK
    }

    private func setBounds(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
        http_set_number(easy, CURLOPT_NOSIGNAL, 1) == CURLE_OK
            && http_leave_resolver_behind(easy) == CURLE_OK
            && setDeadlines(easy)
            // A length that is announced; what comes unannounced is counted. 0: no bound.
            && http_set_size(
                easy, CURLOPT_MAXFILESIZE_LARGE, request.cutsBody ? 0 : curl_off_t(request.bodyLimit)) == CURLE_OK
    }

    private func setDeadlines(_ easy: UnsafeMutableRawPointer) -> Bool {
        http_set_number(easy, CURLOPT_TIMEOUT_MS, wholeMilliseconds) == CURLE_OK
            && http_set_number(easy, CURLOPT_CONNECTTIMEOUT_MS, connectMilliseconds) == CURLE_OK
    }

    /// The process stood still for so long: both deadlines are so much later. libcurl looks at them each time before it reads, so that
    /// whoever answered meanwhile would be late.
    func stoodStill(milliseconds: Int) {
        guard let easy else { return }
        wholeMilliseconds += milliseconds
        connectMilliseconds += milliseconds
        _ = setDeadlines(easy)
    }

    private func setCallbacks(_ easy: UnsafeMutableRawPointer) -> Bool {
        let data = Unmanaged.passUnretained(self).toOpaque()
        return http_set_function(easy, CURLOPT_WRITEFUNCTION, bodyArrived) == CURLE_OK
            && http_set_pointer(easy, CURLOPT_WRITEDATA, data) == CURLE_OK
            && http_set_function(easy, CURLOPT_HEADERFUNCTION, headArrived) == CURLE_OK
            && http_set_pointer(easy, CURLOPT_HEADERDATA, data) == CURLE_OK
            && http_set_pointer(easy, CURLOPT_ERRORBUFFER, words) == CURLE_OK
    }

    private func setTrust(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
        guard
            http_set_number(easy, CURLOPT_SSL_VERIFYPEER, 1) == CURLE_OK,
            http_set_number(easy, CURLOPT_SSL_VERIFYHOST, 2) == CURLE_OK,
            http_set_number(easy, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)) == CURLE_OK
        else { return false }
        if let file = request.authorityFile {
            return http_set_text(easy, CURLOPT_CAINFO, file) == CURLE_OK
                && http_set_text(easy, CURLOPT_CAPATH, nil) == CURLE_OK
        }
        if let directory = CurlLibrary.authorityDirectory {
            return http_set_text(easy, CURLOPT_CAINFO, nil) == CURLE_OK
                && http_set_text(easy, CURLOPT_CAPATH, directory) == CURLE_OK
        }
        // libcurl keeps a bundle that stands alone.
        return http_set_text(easy, CURLOPT_CAPATH, nil) == CURLE_OK
    }

    private func setWay(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
        // Empty texts: what the environment says of proxies is not asked for, neither to use one nor to pass one by.
        http_set_text(easy, CURLOPT_PROXY, request.socks5.map { "socks5h://\($0)" } ?? "") == CURLE_OK
            && http_set_text(easy, CURLOPT_NOPROXY, "") == CURLE_OK
            && setAddresses(easy, request)
    }

    /// libcurl tries the two families beside each other (RFC 8305), 200 ms apart, and the addresses of one family in a row, each for half of
    /// the time that is left. The order is another one with each look-up, so that one that is silent does not always come first.
    private func setAddresses(_ easy: UnsafeMutableRawPointer, _ request: HTTPRequest) -> Bool {
        guard let addresses = request.addresses else {
            return http_set_number(easy, CURLOPT_DNS_SHUFFLE_ADDRESSES, 1) == CURLE_OK
        }
        list = curl_slist_append(nil, addresses)
        return http_set_pointer(easy, CURLOPT_RESOLVE, list) == CURLE_OK
    }

    private static func milliseconds(_ seconds: Double) -> Int {
        Int((max(0.001, min(seconds, 3600)) * 1000).rounded(.up))
    }

    // MARK: Receiving, called by libcurl

    /// Takes a piece of the body. False ends the transfer.
    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if cutsBody {
            body.append(contentsOf: bytes.prefix(limit - body.count))
            return true
        }
        guard bytes.count <= limit - body.count else {
            isTooLarge = true
            body = []
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Counts a line of the head, and keeps the server's clock. False ends the transfer.
    fileprivate func takeHead(_ line: UnsafeRawBufferPointer) -> Bool {
        headBytes += line.count
        isTooLarge = headBytes > Self.headLimit
        if line.count < 64 {
            let text = String(decoding: line, as: UTF8.self)
            if text.lowercased().hasPrefix("date:") {
                let time = curl_getdate(String(text.dropFirst(5)), nil)
                date = time > 0 ? Double(time) : nil
            }
        }
        return !isTooLarge
    }

    // MARK: The outcome

    /// What has become of it, when libcurl says that it is over.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPFailure> {
        guard let easy else { preconditionFailure("a transfer ends twice") }
        let status = number(easy, CURLINFO_RESPONSE_CODE)
        guard code == CURLE_OK else { return .failure(failure(code, easy, status: status)) }
        // A redirect that would have been followed is none any more when it ends here.
        if (300...399).contains(status), text(easy, CURLINFO_REDIRECT_URL) != nil { return .failure(.redirectRefused) }
        let time = size(easy, CURLINFO_FILETIME_T)
        return .success(
            HTTPResponse(status: status, body: body, lastModified: time > 0 ? Double(time) : nil, date: date))
    }

    private func failure(_ code: CURLcode, _ easy: UnsafeMutableRawPointer, status: Int) -> HTTPFailure {
        switch code {
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            if (300...399).contains(status) { return .redirectRefused }
            // Of an answer without a head libcurl says that HTTP 0.9 is not supported.
            return hasConnection(easy) ? .notHTTP : .badAddress
        case CURLE_COULDNT_RESOLVE_HOST: return .nameNotFound
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return .proxy(printableWords)
        case CURLE_COULDNT_CONNECT:
            let code = number(easy, CURLINFO_OS_ERRNO)
            let name = code == 0 ? "no route" : LoopError(errno: Int32(truncatingIfNeeded: code)).name
            return hasProxy ? .proxy("can't connect to it (\(name))") : .connectFailed(name)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(stage(easy))
        case CURLE_PEER_FAILED_VERIFICATION: return .certificate(printableWords)
        case CURLE_SSL_CACERT_BADFILE: return .noAuthorities
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tls(printableWords)
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            return .connectionLost
        case CURLE_WRITE_ERROR: return isTooLarge ? .tooLarge : .other(Int32(code.rawValue))
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge
        case CURLE_TOO_MANY_REDIRECTS: return .tooManyRedirects
        case CURLE_WEIRD_SERVER_REPLY: return .notHTTP
        default: return .other(Int32(truncatingIfNeeded: code.rawValue))
        }
    }

    private func stage(_ easy: UnsafeMutableRawPointer) -> HTTPFailure.Stage {
        if hasConnection(easy) { return .answering }
        return size(easy, CURLINFO_NAMELOOKUP_TIME_T) == 0 ? .resolving : .connecting
    }

    /// Whether there was a connection to ask on, new or kept.
    private func hasConnection(_ easy: UnsafeMutableRawPointer) -> Bool {
        size(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
    }

    /// libcurl's words, in which a peer's may be, for a log: plain ASCII, and short.
    private var printableWords: String {
        let bytes = UnsafeBufferPointer(start: words, count: Int(CURL_ERROR_SIZE)).prefix { $0 != 0 }.prefix(160)
        return String(decoding: bytes.map { (0x20..<0x7F).contains($0) ? UInt8($0) : UInt8(ascii: "?") }, as: UTF8.self)
    }

    private func number(_ easy: UnsafeMutableRawPointer, _ info: CURLINFO) -> Int {
        var value = 0
        return http_get_number(easy, info, &value) == CURLE_OK ? value : 0
    }

    private func size(_ easy: UnsafeMutableRawPointer, _ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        return http_get_size(easy, info, &value) == CURLE_OK ? Int64(value) : 0
    }

    private func text(_ easy: UnsafeMutableRawPointer, _ info: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        return http_get_text(easy, info, &value) == CURLE_OK ? value.map { String(cString: $0) } : nil
    }
}

private func bodyArrived(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ data: UnsafeMutableRawPointer?
) -> Int {
    guard let data else { return 0 }
    let (total, _) = size.multipliedReportingOverflow(by: count)
    let transfer = Unmanaged<HTTPTransfer>.fromOpaque(data).takeUnretainedValue()
    // Any other number than that of the bytes ends the transfer, and nothing is a number of its own when it was all.
    return transfer.take(UnsafeRawBufferPointer(start: bytes, count: total)) ? total : total &+ 1
}

private func headArrived(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ data: UnsafeMutableRawPointer?
) -> Int {
    guard let data else { return 0 }
    let (total, _) = size.multipliedReportingOverflow(by: count)
    let transfer = Unmanaged<HTTPTransfer>.fromOpaque(data).takeUnretainedValue()
    return transfer.takeHead(UnsafeRawBufferPointer(start: bytes, count: total)) ? total : total &+ 1
}
