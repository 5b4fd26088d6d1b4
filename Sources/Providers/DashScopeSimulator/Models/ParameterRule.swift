/// A value that is looked at. Whatever has no rule is ignored.
struct ParameterRule: Sendable {
    enum Kind: Sendable {
        case flag
        case integer(ClosedRange<Int>?)
        case number(ClosedRange<Double>)
        case choice([String])
        /// A text of so many characters.
        case text(ClosedRange<Int>)
        /// A list of these words, one for each file of a place.
        case words([String], asManyAs: String)
        /// One list for each picture, each with at most two boxes of four numbers.
        case boxes
        /// Three to ten colours with their shares.
        case palette
    }

    var name: String
    var kind: Kind
    var isRequired = false
    /// Stands in `input`.
    var isInput = false

    init(_ name: String, _ kind: Kind, isRequired: Bool = false, isInput: Bool = false) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.isInput = isInput
    }
}

/// What a model takes besides for one value of `input.function`.
struct FunctionRule: Sendable {
    var inputs: [InputRule] = []
    var parameters: [ParameterRule] = []
    /// Of the keys of `input` in each list, one must be given.
    var needsOneOf: [[String]] = []
    /// With this key of `input`, that parameter must be given.
    var needsWith: [String: String] = [:]
    var canvas: Canvas?
}
