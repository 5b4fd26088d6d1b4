private import Foundation

extension JSONValue {
    /// A value as JSON, without a text in between. Optional members that are nil are left out, times are RFC 3339, and numbers
    /// without a JSON word (infinity, not a number) are written out as text.
    ///
    /// - Throws: what the value's own `encode` throws; `EncodingError` for a value that encodes nothing.
    public init(encoding value: some Encodable) throws {
        self = try Slot.json(of: value, [])
    }

    /// UTF-8 without spaces and with sorted keys, so that equal values have equal bytes.
    public var compact: [UInt8] {
        var out: [UInt8] = []
        write(to: &out)
        return out
    }

    private func write(to out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let flag): out += (flag ? "true" : "false").utf8
        case .int(let number): out += String(number).utf8
        // JSON has no word for infinity and its kin.
        case .double(let number): out += (number.isFinite ? String(number) : "null").utf8
        case .string(let text): Self.quote(text, to: &out)
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                item.write(to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (index, key) in members.keys.sorted().enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                Self.quote(key, to: &out)
                out.append(UInt8(ascii: ":"))
                members[key]?.write(to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }

    private static let hex = Array("0123456789abcdef".utf8)

    private static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0x0A: out += "\\n".utf8
            case 0x0D: out += "\\r".utf8
            case 0x09: out += "\\t".utf8
            case 0..<0x20, 0x7F: out += "\\u00".utf8 + [hex[Int(byte >> 4)], hex[Int(byte & 0xF)]]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}

/// Where an encoder puts what it is given.
private final class Slot: Encoder {
    enum Content {
        case none
        case value(JSONValue)
        case array([Slot])
        case object([String: Slot])
    }

    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    var content = Content.none

    init(_ path: [any CodingKey]) { codingPath = path }

    static func json(of value: some Encodable, _ path: [any CodingKey]) throws -> JSONValue {
        switch value {
        case let known as JSONValue: return known
        case let text as String: return .string(text)
        case let flag as Bool: return .bool(flag)
        case let number as any BinaryInteger: return .int(Int(clamping: number))
        case let number as any BinaryFloatingPoint: return Slot.number(Double(number))
        case let date as Date: return .string(Timestamp.text(date))
        default:
            let slot = Slot(path)
            try value.encode(to: slot)
            guard let json = slot.json else {
                throw EncodingError.invalidValue(
                    value, EncodingError.Context(codingPath: path, debugDescription: "it encodes nothing"))
            }
            return json
        }
    }

    /// Nil: nothing was put here.
    private var json: JSONValue? {
        switch content {
        case .none: nil
        case .value(let value): value
        case .array(let slots): .array(slots.map { $0.json ?? .null })
        case .object(let slots): .object(slots.mapValues { $0.json ?? .null })
        }
    }

    func below(_ key: String) -> Slot {
        let slot = Slot(codingPath)
        if case .object(var slots) = content {
            content = .none
            slots[key] = slot
            content = .object(slots)
        }
        return slot
    }

    func next() -> Slot {
        let slot = Slot(codingPath)
        if case .array(var slots) = content {
            content = .none
            slots.append(slot)
            content = .array(slots)
        }
        return slot
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = content {} else { content = .object([:]) }
        return KeyedEncodingContainer(Members(slot: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = content {} else { content = .array([]) }
        return Items(slot: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(slot: self) }

    static func number(_ value: Double) -> JSONValue {
        if value.isFinite { return .double(value) }
        return .string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: Slot
    var codingPath: [any CodingKey] { slot.codingPath }

    private func put(_ value: JSONValue, _ key: Key) { slot.below(key.stringValue).content = .value(value) }

    mutating func encodeNil(forKey key: Key) { put(.null, key) }
    mutating func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }
    mutating func encode(_ value: String, forKey key: Key) { put(.string(value), key) }
    mutating func encode(_ value: Double, forKey key: Key) { put(Slot.number(value), key) }
    mutating func encode(_ value: Int, forKey key: Key) { put(.int(value), key) }
    mutating func encode(_ value: some Encodable, forKey key: Key) throws {
        put(try Slot.json(of: value, codingPath + [key]), key)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { slot.below(key.stringValue).container(keyedBy: type) }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        slot.below(key.stringValue).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { slot.below("super") }
    mutating func superEncoder(forKey key: Key) -> any Encoder { slot.below(key.stringValue) }
}

private struct Items: UnkeyedEncodingContainer {
    let slot: Slot
    var codingPath: [any CodingKey] { slot.codingPath }
    private(set) var count = 0

    init(slot: Slot) { self.slot = slot }

    private mutating func put(_ value: JSONValue) {
        count += 1
        slot.next().content = .value(value)
    }

    mutating func encodeNil() { put(.null) }
    mutating func encode(_ value: Bool) { put(.bool(value)) }
    mutating func encode(_ value: String) { put(.string(value)) }
    mutating func encode(_ value: Double) { put(Slot.number(value)) }
    mutating func encode(_ value: Int) { put(.int(value)) }
    mutating func encode(_ value: some Encodable) throws { put(try Slot.json(of: value, codingPath)) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        count += 1
        return slot.next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        count += 1
        return slot.next().unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        count += 1
        return slot.next()
    }
}

private struct Single: SingleValueEncodingContainer {
    let slot: Slot
    var codingPath: [any CodingKey] { slot.codingPath }

    mutating func encodeNil() { slot.content = .value(.null) }
    mutating func encode(_ value: Bool) { slot.content = .value(.bool(value)) }
    mutating func encode(_ value: String) { slot.content = .value(.string(value)) }
    mutating func encode(_ value: Double) { slot.content = .value(Slot.number(value)) }
    mutating func encode(_ value: Int) { slot.content = .value(.int(value)) }
    mutating func encode(_ value: some Encodable) throws {
        slot.content = .value(try Slot.json(of: value, codingPath))
    }
}
