import RenderCore

/// What the provider writes now as a number, now as text.
extension JSONValue {
    var lenientInt: Int? {
        int ?? double.flatMap { Int(exactly: $0.rounded()) } ?? string.flatMap { Int($0) }
    }

    var lenientText: String? {
        switch self {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): String(flag)
        case .null, .array, .object: nil
        }
    }

    /// Text that is there: an empty one counts as left out.
    var filledText: String? { string.flatMap { $0.isEmpty ? nil : $0 } }
}
