import FoundationEssentials
import HTTPTypes

/// How a request is written down: without keys, and without the bytes of pictures.
enum RequestLog {
    static let entriesMax = 20_000

    static func entry(_ request: Incoming, number: Int, kind: RequestKind, keyID: String?, now: Date) -> ReceivedRequest
    {
        var headers: [String: String] = [:]
        for field in request.headers {
            headers[field.name.canonicalName] = field.name == .authorization ? "key \(keyID ?? "unknown")" : field.value
        }
        return ReceivedRequest(
            number: number, at: WireTime.stamp(now), kind: kind, method: request.method.rawValue,
            target: request.rawTarget, headers: headers,
            body: request.json.map { String(decoding: shortened($0).bytes, as: UTF8.self) }, status: 0, fault: nil)
    }

    private static func shortened(_ value: JSON) -> JSON {
        switch value {
        case .string(let text) where text.hasPrefix("data:"):
            let head = text.prefix { $0 != "," }
            return
                "\(String(head.prefix(64))),<sha256 \(Checksum.hex(Checksum.sha256(text).prefix(8))), \(text.utf8.count) characters>"
        case .array(let items): return .array(items.map(shortened))
        case .object(let members):
            return .object(members.map { JSON.Member(key: $0.key, value: shortened($0.value)) })
        case .null, .bool, .int, .double, .string: return value
        }
    }
}
