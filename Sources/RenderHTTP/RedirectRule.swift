import HTTPTypes
import RenderCore

/// Which redirects are followed: GET and HEAD, within one scheme, host and port, five at most.
enum RedirectRule {
    enum Verdict: Equatable {
        /// No redirect: hand the answer to the caller.
        case answer
        case follow(RequestURL)
        case refuse(TransportError)
    }

    static let hopsMax = 5

    /// - Parameter hops: how many redirects this exchange has followed already.
    static func verdict(on head: HTTPHead, to method: HTTPRequest.Method, of url: RequestURL, hops: Int) -> Verdict {
        guard [301, 302, 303, 307, 308].contains(head.status), let location = head.headers[.location] else {
            return .answer
        }
        func refuse(_ reason: String) -> Verdict {
            .refuse(
                TransportError(
                    .redirected, "\(url.place) answered \(head.status): \(reason)", mayHaveArrived: true))
        }
        guard method == .get || method == .head else { return refuse("a \(method) is not redirected") }
        guard let target = url.resolving(location) else { return refuse("the new address is not valid") }
        guard target.hasSameOrigin(as: url) else {
            return refuse("it leads to another server, \(target.scheme)://\(target.place)")
        }
        guard hops < hopsMax else { return refuse("more than \(hopsMax) redirects") }
        return .follow(target)
    }
}
