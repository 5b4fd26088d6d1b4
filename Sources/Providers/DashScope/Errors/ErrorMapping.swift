import RenderCore

import struct Foundation.Date

/// A code and a status become a `Failure`: who is at fault, what waits, whether to try again, what to do.
///
/// The code decides, not the HTTP status: a 429 can be an unpaid bill. Where the code only says that something broke, the head of the
/// message may name another, and then the status counts: a 4xx with a code is a refusal of this request.
enum ErrorMapping {
    /// Rows by name, in the table's order.
    private static let index: [String: [Int]] = {
        var index: [String: [Int]] = [:]
        for (place, row) in ErrorTable.rows.enumerated() {
            for name in Set(row.codes.map { ErrorCode.folded($0) }) { index[name, default: []].append(place) }
        }
        return index
    }()

    /// The row of a code; `InternalError.Something` falls back to `InternalError`. Nil where the table has neither.
    static func row(code: String, message: String) -> ErrorRow? {
        row(ErrorCode(code), message.lowercased())
    }

    private static func row(_ code: ErrorCode, _ said: String) -> ErrorRow? {
        for name in code.names {
            let row = index[name]?.lazy.map { ErrorTable.rows[$0] }.first { $0.fits(message: said) }
            if let row { return row }
        }
        return nil
    }

    /// The row that holds for an answer, be it in the table or made up for its status.
    static func row(code: String, message: String, status: Int?) -> (row: ErrorRow, status: Int?) {
        let said = message.lowercased()
        let outer = row(ErrorCode(code), said)
        let head = ErrorCode.head(of: message)
        // An outer code that says something of its own counts: a throttled request may quote an internal error.
        if outer?.isVague ?? true, let head, let inner = row(ErrorCode(head.code), said), !inner.isVague {
            return (inner, head.status ?? status)
        }
        let status = head?.status ?? status
        guard let outer else { return (ErrorTable.unknown(code: code, status: status), status) }
        if outer.isOnlyBroken, let status, (400..<500).contains(status), !StatusTable.provesNothing.contains(status) {
            return (ErrorTable.unknown(code: code, status: status), status)
        }
        return (outer, status)
    }

    /// - Returns: `isProof`: the answer to a submit proves that nothing was accepted.
    static func failure(
        code: String, message: String, status: Int?, requestID: String?, retryAfterSeconds: Int? = nil,
        endpoint: Endpoint
    ) -> (failure: Failure, isProof: Bool) {
        let (found, said) = row(code: code, message: message, status: status)
        let failure = Failure(
            code: code, message: message.isEmpty ? found.meaning : message,
            advice: filled(found.advice, endpoint), fault: found.fault, retryable: found.retryable, httpStatus: status,
            requestID: requestID, retryAfterSeconds: retryAfterSeconds, scope: found.scope, subject: found.subject,
            adviceAtEnd: found.end.map { filled($0, endpoint) })
        // The status on the wire comes first: a gateway that gave up tells nothing of what it quotes.
        let isOut = status.map(StatusTable.provesNothing.contains) ?? false
        return (failure, !isOut && found.acceptance.provesRefusal(status: said))
    }

    static func filled(_ text: String, _ endpoint: Endpoint) -> String {
        text.replacing("{region}", with: endpoint.region.rawValue).replacing("{host}", with: endpoint.host)
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

extension ErrorRow {
    /// Says that something broke, and nothing of what: the codes that stand in front of others.
    fileprivate var isOnlyBroken: Bool { said.isEmpty && codes.contains("InternalError.Algo") }

    /// A more specific code at the head of the message counts instead.
    fileprivate var isVague: Bool {
        isOnlyBroken || (said.isEmpty && (codes.contains("InvalidParameter") || codes.contains("BadRequest")))
    }
}
