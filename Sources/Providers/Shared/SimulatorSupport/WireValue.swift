import Foundation

/// A JSON value whose objects keep their order when written, so that answers read as the documentation prints them.
package enum WireValue: Sendable, Equatable {
    case null
    case flag(Bool)
    case int(Int)
    case double(Double)
    case text(String)
    case list([WireValue])
    case object([(key: String, value: WireValue)])

    package static func == (left: WireValue, right: WireValue) -> Bool { left.bytes == right.bytes }

    /// Nil if the bytes are not JSON. The order of an object's members is by name then.
    package static func parse(_ bytes: [UInt8]) -> WireValue? {
        guard let any = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
            return nil
        }
        return make(any)
    }

    private static func make(_ any: Any) -> WireValue {
        switch any {
        case let members as [String: Any]:
            .object(members.sorted { $0.key < $1.key }.map { ($0.key, make($0.value)) })
        case let items as [Any]: .list(items.map(make))
        case let text as String: .text(text)
        case let number as NSNumber:
            if isFlag(number) {
                .flag(number.boolValue)
            } else if let whole = Int(exactly: number.doubleValue) {
                .int(whole)
            } else {
                .double(number.doubleValue)
            }
        default: .null
        }
    }

    /// On Linux a Boolean is a number of this one type.
    private static func isFlag(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    package subscript(key: String) -> WireValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    package var string: String? { if case .text(let text) = self { text } else { nil } }
    package var items: [WireValue]? { if case .list(let items) = self { items } else { nil } }
    package var bool: Bool? { if case .flag(let flag) = self { flag } else { nil } }
    package var members: [(key: String, value: WireValue)]? {
        if case .object(let members) = self { members } else { nil }
    }
    package var whole: Int? { if case .int(let number) = self { number } else { nil } }
    package var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    package var bytes: [UInt8] { Array(words.utf8) }

    private var words: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .double(let number): number.isFinite ? String(number) : "null"
        case .text(let text): Self.quoted(text)
        case .list(let items): "[" + items.map(\.words).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { Self.quoted($0.key) + ":" + $0.value.words }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
