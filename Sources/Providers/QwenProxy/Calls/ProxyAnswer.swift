import HTTPTypes
import ProviderSupport
import RenderCore

/// An answer of the proxy as it is read everywhere. Most failures come with HTTP status 200 and an `error`.
struct ProxyAnswer: Sendable {
    var status: Int
    /// Nil where the body is no JSON.
    var json: JSONValue?
    /// Of the `error`, be it a text or an object with a message; nil: there is none. Safe to show. In Russian or English: no program
    /// may look for words in it.
    var error: String?
    var retryAfterSeconds: Int?

    init(_ answer: HTTPAnswer, key: APIKey?) {
        status = answer.head.status
        // Nothing that is read from here on can show the key, wherever the proxy repeats it.
        json = JSONBytes.parse(key.map { $0.masked(in: answer.body) } ?? answer.body)
        let said = json?["error"]
        let isSaid = said != nil && said != .null && said != .bool(false)
        error =
            isSaid
            ? ProviderText.safe(
                said?.string ?? said?["message"]?.string ?? json?["message"]?.string ?? "", key: nil) : nil
        retryAfterSeconds = answer.head.headers.value("retry-after").flatMap { Int($0) }.map {
            min(max(0, $0), 86_400)
        }
    }

    var isFine: Bool { (200..<300).contains(status) && json != nil && error == nil }

    /// It comes from the proxy: a gateway's page has none of this.
    var isOfProxy: Bool { json?.object != nil }

    var taskID: String? {
        let id = json?["task_id"]?.lenientText ?? json?["data"]?["task_id"]?.lenientText
        return id.flatMap { $0.isEmpty || $0.utf8.count > 200 ? nil : $0 }
    }

    /// The words for the state of a task, the proxy's own first, in lower case.
    var stateWords: [String] {
        [json?["status"], json?["task_status"], json?["data"]?["task_status"], json?["data"]?["status"]]
            .compactMap { $0?.filledText?.lowercased() }
    }

    /// The code that the site gives with its limit. It is a code and no text, and may stand in what the proxy quotes.
    var saysRateLimited: Bool {
        let places = [json?["error"], json?["details"], json?["detail"], json?["data"]]
        return places.contains { place in
            guard let place, let bytes = try? JSONBytes.bytes(place) else { return false }
            return String(decoding: bytes, as: UTF8.self).contains("RateLimited")
        }
    }
}
