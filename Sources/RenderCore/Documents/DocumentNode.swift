/// A position in a file. Line and column are counted from one; columns count Unicode scalars.
public struct Mark: Sendable, Hashable, Codable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static let start = Mark(line: 1, column: 1)
}

extension Mark: Comparable {
    public static func < (left: Mark, right: Mark) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

/// A value with its position in the file.
public struct Marked<Value> {
    public var value: Value
    public var mark: Mark

    public init(_ value: Value, at mark: Mark) {
        self.value = value
        self.mark = mark
    }
}

extension Marked: Sendable where Value: Sendable {}
extension Marked: Equatable where Value: Equatable {}

/// A parsed tree: every scalar is text until a key's type reads it (`size: 16:9` is never a number).
public struct DocumentNode: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        /// `plain` is false for quoted and block scalars, which are always text.
        case scalar(text: String, plain: Bool)
        case sequence([DocumentNode])
        /// In the order of the file; keys are unique.
        case mapping([Entry])
    }

    public struct Entry: Sendable, Equatable {
        public var key: Marked<String>
        public var value: DocumentNode

        public init(key: Marked<String>, value: DocumentNode) {
            self.key = key
            self.value = value
        }
    }

    /// Text beside a value that YAML does not count as part of it, although the author may have meant it so.
    public enum Dropped: Sendable, Equatable {
        /// From a `#` behind a blank on; another sign follows it at once.
        case comment(Mark)
        /// A word behind `&`, which nothing repeats.
        case anchor(String)
    }

    public var content: Content
    public var mark: Mark
    public var dropped: Dropped?

    public init(_ content: Content, at mark: Mark, dropped: Dropped? = nil) {
        self.content = content
        self.mark = mark
        self.dropped = dropped
    }

    /// Whether the file says nothing here: `key:`, `~` or `null`. Quotes make it text.
    public var isNothing: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// How many nodes it has, itself included.
    var nodes: Int {
        switch content {
        case .scalar: 1
        case .sequence(let items): items.reduce(1) { $0 + $1.nodes }
        case .mapping(let entries): entries.reduce(1) { $0 + $1.value.nodes }
        }
    }

    /// UTF-8 bytes of all keys and scalars in it.
    var textBytes: Int {
        switch content {
        case .scalar(let text, _): text.utf8.count
        case .sequence(let items): items.reduce(0) { $0 + $1.textBytes }
        case .mapping(let entries): entries.reduce(0) { $0 + $1.key.value.utf8.count + $1.value.textBytes }
        }
    }

    /// `a list of 3 items`, `"4 cats"`: how a message names what it found.
    public var found: String {
        switch content {
        case .scalar where isNothing: "nothing"
        case .scalar(let text, _): "\"\(text.prefix(40))\(text.count > 40 ? "…" : "")\""
        case .sequence(let items): "a list of \(Counted.text(items.count, "item"))"
        case .mapping(let entries): "a mapping with \(Counted.text(entries.count, "key"))"
        }
    }
}

/// Parses the text of a job file or a configuration into trees, one for each document.
public protocol DocumentParser: Sendable {
    /// - Throws: `Diagnostic`, at the first place where the text is no longer YAML or passes a bound.
    func parse(_ text: String) throws -> [DocumentNode]
}
