/// A JSON document in the order in which it was built, and its text. `JSONValue` has no order: its keys are sorted.
public indirect enum JSONText: Sendable, Equatable {
    case value(JSONValue)
    /// A number by its digits, written exactly so: `0.50`.
    case number(String)
    case array([JSONText])
    case object([Member])

    public struct Member: Sendable, Equatable {
        public var key: String
        public var value: JSONText

        public init(_ key: String, _ value: JSONText) {
            self.key = key
            self.value = value
        }
    }

    public static let null = JSONText.value(.null)

    public static func text(_ text: String?) -> JSONText { .value(text.map { .string($0) } ?? .null) }
    public static func int(_ number: Int?) -> JSONText { .value(number.map { .int($0) } ?? .null) }
    public static func bool(_ flag: Bool?) -> JSONText { .value(flag.map { .bool($0) } ?? .null) }
    public static func double(_ number: Double?) -> JSONText { .value(number.map { .double($0) } ?? .null) }

    /// UTF-8 for people: two spaces a level, slashes as they are, a line feed at the end.
    public var pretty: String {
        var out = ""
        write(to: &out, indent: "")
        return out + "\n"
    }

    private func write(to out: inout String, indent: String) {
        switch self {
        case .value(.null): out += "null"
        case .value(.bool(let flag)): out += flag ? "true" : "false"
        case .value(.int(let number)): out += String(number)
        // JSON has no word for infinity and its kin.
        case .value(.double(let number)): out += number.isFinite ? String(number) : "null"
        case .value(.string(let text)): Self.quote(text, to: &out)
        case .value(.array(let items)): JSONText.array(items.map(JSONText.value)).write(to: &out, indent: indent)
        case .value(.object(let members)):
            let sorted = members.sorted { $0.key < $1.key }.map { Member($0.key, .value($0.value)) }
            JSONText.object(sorted).write(to: &out, indent: indent)
        case .number(let digits): out += digits
        case .array(let items):
            Self.list(items, in: ("[", "]"), to: &out, indent: indent) { item, out, inner in
                item.write(to: &out, indent: inner)
            }
        case .object(let members):
            Self.list(members, in: ("{", "}"), to: &out, indent: indent) { member, out, inner in
                Self.quote(member.key, to: &out)
                out += ": "
                member.value.write(to: &out, indent: inner)
            }
        }
    }

    private static func list<Item>(
        _ items: [Item], in brackets: (String, String), to out: inout String, indent: String,
        write: (Item, inout String, String) -> Void
    ) {
        out += brackets.0
        let inner = indent + "  "
        for (index, item) in items.enumerated() {
            out += index == 0 ? "\n" : ",\n"
            out += inner
            write(item, &out, inner)
        }
        if !items.isEmpty { out += "\n" + indent }
        out += brackets.1
    }

    /// Appends a string as JSON writes it.
    public static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
