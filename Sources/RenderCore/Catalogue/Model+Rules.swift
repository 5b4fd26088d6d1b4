extension Model {
    /// A function of a model; the job must name the one it wants.
    public struct Function: Sendable, Equatable {
        public var name: String
        public var summary: String
        public var rules: Model

        public init(name: String, summary: String, rules: Model) {
            self.name = name
            self.summary = summary
            self.rules = rules
        }
    }

    /// The condition under which other rules apply.
    public enum Condition: Sendable, Hashable {
        /// Any media are given: `references`.
        case anyInput
        /// A file of a role is given: `reference_video`.
        case input(String)
        /// A parameter has a value: `enable_interleave`, which means true, or `mode=wan-pro`.
        case parameter(String, JSONValue)
        /// `mode=std, audio=true`
        indirect case all([Condition])
    }

    /// Maps a key of the job file to a parameter.
    public struct WordMap: Sendable, Equatable {
        public var parameter: String
        /// The parameter's spelling of a job file's value: `720P` → `std`; empty: unchanged.
        public var spelling: [String: String]

        public init(parameter: String, spelling: [String: String] = [:]) {
            self.parameter = parameter
            self.spelling = spelling
        }
    }

    /// The name of these rules in messages: `wan2.7-i2v`, `the function expand of wanx2.1-imageedit`.
    public var subject: String { function.map { "the function \($0) of \(id)" } ?? id }

    public struct Variant: Sendable, Equatable {
        public var condition: Condition
        public var rules: Model

        public init(condition: Condition, rules: Model) {
            self.condition = condition
            self.rules = rules
        }
    }

    /// The parts of a request that decide which rules apply.
    public struct Request: Sendable {
        /// Roles of which a file is given.
        public var roles: Set<String>
        /// With the words that have keys of their own in a job file.
        public var parameters: [String: JSONValue]
        public var function: String?

        public init(roles: Set<String> = [], parameters: [String: JSONValue] = [:], function: String? = nil) {
            self.roles = roles
            self.parameters = parameters
            self.function = function
        }
    }

    /// Marks the limits as the user's own, in all rules.
    mutating func ownLimits() {
        limit.isOwn = true
        for region in limits.keys { limits[region]?.isOwn = true }
        for index in variants.indices { variants[index].rules.ownLimits() }
        for index in functions.indices { functions[index].rules.ownLimits() }
    }

    /// The rules that apply to a request: those of its function, otherwise of the first condition that it meets,
    /// otherwise the row's.
    public func rules(for request: Request) -> Model {
        if let function = functions.first(where: { $0.name == request.function }) { return function.rules }
        return variants.first { $0.condition.isMet(by: request, of: self) }?.rules ?? self
    }
}

extension Model.Condition {
    fileprivate func isMet(by request: Model.Request, of model: Model) -> Bool {
        switch self {
        case .anyInput: !request.roles.isEmpty
        case .input(let role): request.roles.contains(role)
        case .parameter(let name, let value):
            Self.isSame(
                request.parameters[name].map { model.parameters[name]?.read($0) ?? $0 }
                    ?? model.parameters[name]?.standard, value)
        case .all(let conditions): conditions.allSatisfy { $0.isMet(by: request, of: model) }
        }
    }

    /// Words in any case: `720p` is `720P`.
    private static func isSame(_ value: JSONValue?, _ wanted: JSONValue) -> Bool {
        if let text = value?.string, let other = wanted.string { return text.lowercased() == other.lowercased() }
        return value == wanted
    }
}
