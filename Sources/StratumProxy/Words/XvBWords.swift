import ProxyTerms
import Statistics

extension XvBFault {
    /// What is wrong and what helps, in one line for a log. What came from XvB is not in it.
    var text: String {
        switch self {
        case .notRegistered:
            "XvB does not know the wallet: register it in a browser at \(XvBAnswers.registrationForm) (it must have a "
                + "share in p2pool's window first)"
        case .status(let status): "XvB answers with status \(status)"
        case .empty: "XvB's answer is empty"
        case .tooLarge: "XvB's answer is larger than \(Quantity.bytes(XvBAnswers.longest))"
        case .webPage: "XvB answers with a web page instead of its figures"
        case .notJSON: "XvB's answer is cut off or not JSON"
        case .missing(let member): "XvB's answer lacks \(member)"
        case .implausible(let member): "\(member) in XvB's answer is not plausible"
        }
    }
}
