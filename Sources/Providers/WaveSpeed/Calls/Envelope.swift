import HTTPTypes
import ProviderSupport
import RenderCore

import struct Foundation.Date

/// An answer of the API as it is read everywhere: wrapped in `{code, message, data}`, or bare.
///
/// Three levels of code tell what happened: the HTTP status, the envelope's `code`, and the `code` of a task in `data`. A status of
/// 200 around an envelope of another code is a failure.
struct Envelope: Sendable {
    var status: Int
    /// Nil where the body is no JSON.
    var json: JSONValue?
    /// The envelope's own; nil: it has none.
    var code: Int?
    /// `error_code`, where a refusal names one.
    var word: String?
    /// Safe to show.
    var message: String
    /// What is wrapped, or a bare answer itself.
    var data: JSONValue?
    var requestID: String?
    var retryAfterSeconds: Int?

    init(_ answer: HTTPAnswer, key: APIKey?, now: Date) {
        status = answer.head.status
        // Nothing that is read from here on can show the key, wherever the provider repeats it.
        json = JSONBytes.parse(key.map { $0.masked(in: answer.body) } ?? answer.body)
        code = json?["code"]?.lenientInt
        let said = json?["message"]?.filledText ?? json?["data"]?["error"]?.filledText ?? json?["error"]?.filledText
        message = ProviderText.safe(said ?? "", key: nil)
        word = (json?["error_code"]?.filledText).map { ProviderText.safe($0, key: nil) }
        let isWrapped = json?["data"] != nil && json?["data"] != .null
        data = isWrapped ? json?["data"] : json?["id"] == nil ? nil : json
        requestID = (json?["request_id"]?.filledText ?? Self.header("x-request-id", answer.head)).map {
            ProviderText.safe($0, key: nil)
        }
        retryAfterSeconds = Self.header("retry-after", answer.head).flatMap { Int($0) }.map { min(max(0, $0), 86_400) }
    }

    static func header(_ name: String, _ head: HTTPHead) -> String? {
        HTTPField.Name(name).flatMap { head.headers[$0] }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Of a bare prediction the `code` is the task's, and no envelope's.
    private var isBare: Bool { json?["id"] != nil && json?["data"] == nil }

    /// It brings what was asked for.
    var isSuccess: Bool {
        (200..<300).contains(status) && data != nil && (isBare || code.map { (200..<300).contains($0) } ?? true)
    }

    /// The status that counts for a refusal: the envelope's within an answer of status 200.
    var refusal: Int { (200..<300).contains(status) ? (isBare ? nil : code) ?? status : status }

    /// It comes from the API: a gateway's page has no envelope.
    var isOfAPI: Bool { json?["code"] != nil || json?["message"] != nil || json?["data"] != nil || data != nil }

    var isKeyRefusal: Bool { refusal == 401 }
}
