package import RenderCore

/// What a provider writes now as a number, now as text.
extension JSONValue {
    package var lenientInt: Int? {
        int ?? double.flatMap { Int(exactly: $0.rounded()) } ?? string.flatMap { Int($0) }
    }

    /// Finite.
    package var lenientDouble: Double? {
        (double ?? string.flatMap { Double($0) }).flatMap { $0.isFinite ? $0 : nil }
    }

    package var lenientText: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }

    /// Text that is there: an empty one counts as left out.
    package var filledText: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

    /// What stands alone where a list may stand counts as a list of one.
    package var lenientItems: [JSONValue] {
        switch self {
        case .array(let items): items
        case .null: []
        case .bool, .int, .double, .string, .object: [self]
        }
    }
}
