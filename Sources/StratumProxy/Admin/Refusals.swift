import AdminHTTP
import StrictJSON

/// The answers to those who get none, in xmrig's form: `{"status":404,"error":"..."}`.
struct Refusals {
    let nothingThere = Self.make(.notFound, AdminWords.nothingThere)
    let method = Self.make(.methodNotAllowed, AdminWords.readOnly, [("Allow", "GET, HEAD")])
    let noToken = Self.make(.unauthorized, AdminWords.noToken, [("WWW-Authenticate", "Bearer")])
    let wrongToken = Self.make(.unauthorized, AdminWords.wrongToken, [("WWW-Authenticate", "Bearer")])

    let tooManyReaders = Self.make(.unavailable, AdminWords.tooManyReaders, [("Retry-After", "10")])
    let badHashrate = Self.make(.badRequest, AdminWords.badHashrate)
    let noFigures = Self.make(.unavailable, AdminWords.noFigures, [("Retry-After", "10")])
    let noTime = Self.make(.badRequest, AdminWords.noTime)
    let busy = Self.make(.unavailable, AdminWords.busy, [("Retry-After", "2")])

    let restricted = Self.make(.forbidden, AdminWords.readOnly)

    /// Pages of other sites may read why they get nothing.
    private static let anyOrigin = ("Access-Control-Allow-Origin", "*")
    let foreignNoToken = Self.make(.unauthorized, AdminWords.noToken, [("WWW-Authenticate", "Bearer"), anyOrigin])
    let foreignWrongToken = Self.make(.forbidden, AdminWords.wrongToken, [anyOrigin])
    let otherSitesMay = HTTPDocument(
        .noContent, type: "text/plain",
        headers: [
            anyOrigin, ("Access-Control-Allow-Methods", "GET"),
            // xmworkers names the type of a body that it doesn't send.
            ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
        ], [])

    func noRig(_ name: String) -> HTTPDocument { Self.make(.notFound, AdminWords.noRig(name)) }
    func badNumber(_ name: String) -> HTTPDocument { Self.make(.badRequest, AdminWords.badNumber(name)) }
    func noHistory(_ cause: String) -> HTTPDocument { Self.make(.unavailable, AdminWords.noHistory(cause)) }
    func host(_ host: String?) -> HTTPDocument { Self.make(.forbidden, AdminWords.otherHost(host)) }

    private static func make(_ status: HTTPStatus, _ text: String, _ headers: [(String, String)] = []) -> HTTPDocument {
        var json = JSONObject()
        json.set("status", status.rawValue)
        json.set("error", text)
        return HTTPDocument(status, json: json.text, headers: headers)
    }
}
