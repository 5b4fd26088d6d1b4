/// The content of a drop before its pictures are looked up.
public struct DropReading: Sendable, Equatable {
    /// The reader's `kind`.
    public var kind: String
    /// Empty where the bytes are no text.
    public var text: String
    /// In order, at least one. If the drop is all or nothing, such as a job file, there is one request for all of it.
    public var requests: [DropRequest]
    /// Nothing is in it yet: no byte, or only blanks.
    public var isBlank: Bool

    public init(kind: String, text: String, requests: [DropRequest], isBlank: Bool = false) {
        self.kind = kind
        self.text = text
        self.requests = requests
        self.isBlank = isBlank
    }

    /// With errors, as far as they could be read.
    public var specs: [JobSpec] { requests.flatMap(\.specs) }
    public var diagnostics: [Diagnostic] { requests.flatMap(\.diagnostics) }

    /// Whether it asks to render delivered renders again.
    public var isAgain: Bool { specs.contains { $0.again?.value == true } }

    /// The names of files that its jobs want, each once, if `ReferencePolicy` allows them.
    public var referenceNames: [String] {
        var names: [String] = []
        var seen: Set<String> = []
        for reference in specs.lazy.flatMap(\.mediaNames) {
            guard case .file(let path) = ReferencePolicy.judge(reference.value) else { continue }
            if seen.insert(path).inserted { names.append(path) }
        }
        return names
    }
}

/// One thing that a drop asks for: a whole job file, or one row of a list. A bad request does not spoil the others.
public struct DropRequest: Sendable, Equatable {
    /// For messages: `row 3`; nil for the only one.
    public var label: String?
    public var specs: [JobSpec]
    public var diagnostics: [Diagnostic]

    public init(label: String? = nil, specs: [JobSpec], diagnostics: [Diagnostic]) {
        self.label = label
        self.specs = specs
        self.diagnostics = diagnostics
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}
