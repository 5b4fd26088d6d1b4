import FoundationEssentials

/// A JSON value whose objects keep their order when written, so that answers read as the documentation prints them.
enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable, Equatable {
        var key: String
        var value: JSON
    }

    /// Members in the given order; nil values are left out.
    static func make(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
    }

    /// Parses UTF-8 bytes; nil if they are not JSON. The order of an object's members is lost.
    static func parse(_ bytes: [UInt8]) -> JSON? {
        // A failed parse has one meaning for every caller: the body is not JSON.
        try? JSONDecoder().decode(JSON.self, from: Data(bytes))
    }

    subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var items: [JSON]? { if case .array(let items) = self { items } else { nil } }
    var isObject: Bool { if case .object = self { true } else { false } }
    var isNull: Bool { self == .null }

    var integer: Int? {
        switch self {
        case .int(let number): number
        case .double(let number): Int(exactly: number)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    var number: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The value at the end of a path of keys, `reference_edge.foreground_edge`.
    func value(at path: String) -> JSON? {
        path.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
    }

    /// Seconds and the like: whole where they are.
    static func rounded(_ number: Double) -> JSON {
        let hundredths = (number * 100).rounded()
        return hundredths.truncatingRemainder(dividingBy: 100) == 0
            ? .int(Int(hundredths) / 100) : .double(hundredths / 100)
    }

    mutating func set(_ key: String, _ value: JSON) {
        guard case .object(var members) = self else { return }
        members.append(Member(key: key, value: value))
        self = .object(members)
    }
}

extension JSON: Codable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(intValue: Int) { nil }
        init(stringValue: String) { self.stringValue = stringValue }
    }

    init(from decoder: any Decoder) throws {
        // Each kind is tried in turn: what is not an object may be a list, what is not a list a string, and so on.
        if let box = try? decoder.container(keyedBy: Key.self) {
            self = .object(
                try box.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
                    Member(key: $0.stringValue, value: try box.decode(JSON.self, forKey: $0))
                })
            return
        }
        if var list = try? decoder.unkeyedContainer() {
            var items: [JSON] = []
            while !list.isAtEnd { items.append(try list.decode(JSON.self)) }
            self = .array(items)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let text = try? single.decode(String.self) {
            self = .string(text)
        } else if let flag = try? single.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? single.decode(Int.self) {
            self = .int(number)
        } else {
            self = .double(try single.decode(Double.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var box = encoder.singleValueContainer()
            try box.encodeNil()
        case .bool(let flag): try flag.encode(to: encoder)
        case .int(let number): try number.encode(to: encoder)
        case .double(let number): try number.encode(to: encoder)
        case .string(let text): try text.encode(to: encoder)
        case .array(let items): try items.encode(to: encoder)
        case .object(let members):
            var box = encoder.container(keyedBy: Key.self)
            for member in members { try box.encode(member.value, forKey: Key(stringValue: member.key)) }
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    init(stringLiteral text: String) { self = .string(text) }
    init(integerLiteral number: Int) { self = .int(number) }
    init(booleanLiteral flag: Bool) { self = .bool(flag) }
    init(arrayLiteral items: JSON...) { self = .array(items) }
}

extension JSON {
    /// The UTF-8 text, compact, members in order.
    var bytes: [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    private func write(into out: inout [UInt8]) {
        switch self {
        case .null: out += Array("null".utf8)
        case .bool(let flag): out += Array((flag ? "true" : "false").utf8)
        case .int(let number): out += Array(String(number).utf8)
        case .double(let number): out += Array((number.isFinite ? String(number) : "null").utf8)
        case .string(let text): Self.write(text, into: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                item.write(into: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.write(member.key, into: &out)
                out.append(UInt8(ascii: ":"))
                member.value.write(into: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, into out: inout [UInt8]) {
        let hex = Array("0123456789abcdef".utf8)
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0x0A: out += Array("\\n".utf8)
            case 0x0D: out += Array("\\r".utf8)
            case 0x09: out += Array("\\t".utf8)
            case 0..<0x20: out += Array("\\u00".utf8) + [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
