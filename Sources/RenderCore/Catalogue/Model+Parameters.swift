extension Model {
    /// What the items of a parameter's list are.
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
        /// The role of which each file has one item, in their order; nil: none.
        public var oneEach: String?

        public init(items: Items, count: ClosedRange<Int>? = nil, oneEach: String? = nil) {
            self.items = items
            self.count = count
            self.oneEach = oneEach
        }
    }
}

extension Model.Parameter {
    /// A value as the parameter's type reads it: a switch takes the words of every other switch, `yes` and `no`, `on` and `off`.
    func read(_ value: JSONValue) -> JSONValue {
        guard kind == .boolean, let text = value.string, let flag = ScalarReading.boolean(text) else { return value }
        return .bool(flag)
    }
}
