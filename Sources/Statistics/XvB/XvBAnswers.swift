import SplitScheduler
import StrictJSON

/// Why an answer of XvB's could not be used. Any status and any body may come.
public enum XvBFault: Error, Equatable, Sendable {
    /// XvB does not know the wallet (status 422): it has to be registered by hand.
    case notRegistered
    /// An HTTP status other than 200 and 422.
    case status(Int)
    /// No body.
    case empty
    /// More than `XvBAnswers.longest` bytes.
    case tooLarge
    /// A web page where JSON was expected: a challenge, or an error page.
    case webPage
    /// Cut off, or not JSON.
    case notJSON(JSONFault.Code)
    /// A member is missing.
    case missing(String)
    /// A member is of the wrong type, negative, not a number or beyond reason.
    case implausible(String)
}

/// Reads XvB's answers. Figures come in kH/s, numbers sometimes as texts.
public enum XvBAnswers {
    /// The largest body that is looked at, in bytes.
    public static let longest = 256 << 10
    /// Where a wallet is registered, for messages: by hand, in a browser.
    public static let registrationForm = "https://xmrvsbeast.com/cgi-bin/p2pool_bonus_submit.cgi"

    /// What XvB counted for the wallet. An answer whose `fails` is missing or makes no sense is good for its
    /// averages.
    /// - Throws: `XvBFault` for anything that is no such answer.
    public static func averages(status: Int, body: UnsafeRawBufferPointer) throws(XvBFault) -> XvBReading {
        let document = try document(status: status, body: body)
        let kilohashes = XvBReading.plausibleAverage.upperBound / 1000
        guard let hour = try number(document, "donor_1hr_avg", 0...kilohashes) else { throw .missing("donor_1hr_avg") }
        guard let day = try number(document, "donor_24hr_avg", 0...kilohashes) else { throw .missing("donor_24hr_avg") }
        let plausibleFails = 0...Double(XvBReading.plausibleFails.upperBound)
        let fails = try? number(document, "fails", plausibleFails)
        return XvBReading(credited1h: hour * 1000, credited24h: day * 1000, fails: fails.map { Int($0) })
    }

    /// The public statistics. Every figure may be missing.
    /// - Throws: `XvBFault` where the answer is no JSON object.
    public static func statistics(status: Int, body: UnsafeRawBufferPointer) throws(XvBFault) -> XvBStatistics {
        XvBStatistics(try document(status: status, body: body))
    }

    private static func document(status: Int, body: UnsafeRawBufferPointer) throws(XvBFault) -> JSONDocument {
        if status == 422 { throw .notRegistered }
        guard status == 200 else { throw .status(status) }
        guard body.count <= longest else { throw .tooLarge }
        guard let first = body.first(where: { $0 > 0x20 }) else { throw .empty }
        if first == UInt8(ascii: "<") { throw .webPage }
        do throws(JSONFault) {
            let document = try JSONDocument(body)
            guard first == UInt8(ascii: "{") else { throw JSONFault(.notAnObject, at: 0) }
            return document
        } catch {
            // An older endpoint says it in words, with status 200 (docs/protocol.md#xvb-tiers).
            let text = displayText(body, limit: 256).lowercased()
            throw text.contains("not registered") ? .notRegistered : .notJSON(error.code)
        }
    }

    /// nil where the member is missing, or null.
    private static func number(
        _ document: JSONDocument, _ name: String, _ range: ClosedRange<Double>
    ) throws(XvBFault) -> Double? {
        guard document.tells(name) else { return nil }
        guard let value = document.number(name), range.contains(value) else { throw .implausible(name) }
        return value
    }
}
