extension Model {
    /// The type of the items in a list parameter.
    public struct ListRule: Sendable, Equatable {
        public enum Items: Sendable, Equatable {
            /// Without choices: any text.
            case text(choices: [String])
            /// `{hex: "#RRGGBB", ratio: "25.00%"}`, the shares 100 % together.
            case colours
            /// For one picture a list of at most two boxes `[x1, y1, x2, y2]`: pixels from its upper left corner.
            case boxes
            /// Checked by the provider only.
            case any
        }

        public var items: Items
        /// How many; nil: not limited.
        public var count: ClosedRange<Int>?
        /// The role for whose files there is one item each, in order; nil: none.
        public var oneEach: String?

        public init(items: Items, count: ClosedRange<Int>? = nil, oneEach: String? = nil) {
            self.items = items
            self.count = count
            self.oneEach = oneEach
        }
    }
}

extension Model.Parameter {
    /// A value as the parameter's type reads it, whether it stands in quotes or not.
    ///
    /// | type | written | read |
    /// | --- | --- | --- |
    /// | boolean | `yes`, `off`, `"true"` | true, false, true |
    /// | integer, number | `"2"`, `"0.5"` | 2, 0.5 |
    /// | text | `618` | `"618"` |
    func read(_ value: JSONValue) -> JSONValue {
        switch (kind, value) {
        case (.boolean, .string(let text)): ScalarReading.boolean(text).map { .bool($0) } ?? value
        case (.integer, .string(let text)): ScalarReading.integer(text).map { .int($0) } ?? value
        case (.number, .string(let text)):
            ScalarReading.integer(text).map { .int($0) } ?? ScalarReading.number(text).map { .double($0) } ?? value
        case (.text, .int(let figure)): .string(String(figure))
        default: value
        }
    }
}
