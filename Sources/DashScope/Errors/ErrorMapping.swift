import RenderCore

import struct Foundation.Date

/// A code and a status become a `Failure`: who is at fault, whether to try again, what to do.
///
/// The code decides, not the HTTP status: a 429 can be an unpaid bill.
enum ErrorMapping {
    /// The row of a code; `InternalError.Something` falls back to `InternalError`. Nil where the table has neither.
    static func row(code: String, message: String) -> ErrorRow? {
        let folded = code.lowercased()
        let said = message.lowercased()
        var name = Substring(folded)
        while true {
            if let row = ErrorTable.rows.first(where: { row in
                row.codes.contains { $0.lowercased() == name } && row.fits(message: said)
            }) {
                return row
            }
            guard let dot = name.lastIndex(of: ".") else { return nil }
            name = name[..<dot]
        }
    }

    /// What a code means that the table does not know: by the class of its status, nothing that costs taken for granted.
    static func unknownRow(code: String, status: Int?) -> ErrorRow {
        switch status ?? 500 {
        case 401, 402, 403:
            .account(
                code, meaning: "the provider refuses this account",
                advice: "look up the code in the provider's console of {region} ({host})")
        case 408:
            .provider(
                code, meaning: "the provider's own time ran out", acceptance: .midway, advice: "it is tried again")
        case 429: .throttled(code, meaning: "too many requests", advice: "it is tried again more slowly")
        case 400..<500:
            .job(code, meaning: "the provider refuses the request", advice: "correct what the message names")
        default:
            .provider(
                code, meaning: "something broke at the provider", acceptance: .midway, advice: "it is tried again")
        }
    }

    static func failure(
        code: String, message: String, status: Int?, requestID: String?, retryAfterSeconds: Int? = nil,
        endpoint: Endpoint
    ) -> (failure: Failure, row: ErrorRow) {
        let row = row(code: code, message: message) ?? unknownRow(code: code, status: status)
        let failure = Failure(
            code: code, message: message.isEmpty ? row.meaning : message,
            advice: row.advice.replacing("{region}", with: endpoint.region.rawValue)
                .replacing("{host}", with: endpoint.host),
            fault: row.fault, retryable: row.retryable, httpStatus: status, requestID: requestID,
            retryAfterSeconds: retryAfterSeconds)
        return (failure, row)
    }

    /// What `Retry-After` asks for, in seconds from `now`; at most a day, nil where it says nothing.
    static func retryAfterSeconds(_ text: String?, now: Date) -> Int? {
        guard let text = text?.trimmingPrefix(while: \.isWhitespace), !text.isEmpty else { return nil }
        let day = 86400
        if text.allSatisfy(\.isNumber) {
            return Int(text).map { min($0, day) } ?? day  // more digits than an Int holds
        }
        guard let date = CivilTime.httpDate(String(text)) else { return nil }
        return Int(min(max(0, date.timeIntervalSince(now)), Double(day)).rounded(.up))
    }
}
