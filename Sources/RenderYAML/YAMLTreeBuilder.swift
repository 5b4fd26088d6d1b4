import RenderCore

/// Bounds that keep a hostile file small.
public struct YAMLLimits: Sendable {
    /// How deep lists and mappings may lie in each other, aliases included.
    public var depth = 64
    /// Nodes of all documents, aliases included.
    public var nodes = 100_000
    /// Nodes that aliases and merge keys may add.
    public var aliasNodes = 10_000
    /// UTF-8 bytes of text that aliases and merge keys may add.
    public var aliasBytes = 1 << 20

    public init() {}
}

/// Events → trees. Aliases become copies, merge keys (`<<`) become the keys they bring.
struct YAMLTreeBuilder {
    /// A node and what a copy of it costs.
    private struct Built {
        var node: DocumentNode
        var nodes = 1
        var bytes = 0
        var height = 1

        mutating func grow(by child: Built) {
            nodes += child.nodes
            bytes += child.bytes
            height = max(height, child.height + 1)
        }
    }

    private let reader: YAMLEventReader
    private let limits: YAMLLimits
    private var anchors: [String: Built] = [:]
    /// Anchors whose node is not finished: an alias to one would never end.
    private var open: Set<String> = []
    private var nodes = 0
    private var aliasNodes = 0
    private var aliasBytes = 0

    private var comments: CommentMarks
    /// Anchors of scalars, until something repeats them.
    private var unused: Set<String> = []
    private var used: Set<String> = []

    init(_ reader: YAMLEventReader, limits: YAMLLimits, comments: CommentMarks) {
        self.reader = reader
        self.limits = limits
        self.comments = comments
    }

    /// - Throws: `YAMLError` or `Diagnostic`.
    mutating func documents() throws -> [DocumentNode] {
        var found: [DocumentNode] = []
        while true {
            let event = try reader.next()
            switch event.value {
            case .streamEnd: return found
            case .documentStart:
                (anchors, unused, used) = ([:], [], [])
                let root = try node(try reader.next(), depth: 1).node
                found.append(unused.isDisjoint(with: used) ? root : Self.forgetting(used, in: root))
            case .streamStart, .documentEnd, .alias, .scalar, .sequenceStart, .sequenceEnd, .mappingStart, .mappingEnd:
                break
            }
        }
    }

    private mutating func node(_ event: Marked<YAMLEvent>, depth: Int) throws -> Built {
        nodes += 1
        guard nodes <= limits.nodes else { throw Diagnostic(.tooManyValues(limits.nodes), at: event.mark) }
        guard depth <= limits.depth else {
            throw Diagnostic(.tooDeep(limits.depth), at: event.mark)
        }
        switch event.value {
        case .alias(let name): return try copy(name, at: event.mark, depth: depth)
        case .scalar(let text, let plain, let properties):
            let isText = try isText(properties.tag, of: .scalar, at: event.mark)
            var node = DocumentNode(.scalar(text: text, plain: plain && !isText), at: event.mark)
            if plain, let place = properties.end.flatMap({ comments.comment(behind: $0) }) {
                node.dropped = .comment(place)
            } else if let anchor = properties.anchor {
                node.dropped = .anchor(anchor)
                unused.insert(anchor)
            }
            return keep(Built(node: node, bytes: text.utf8.count), as: properties.anchor)
        case .sequenceStart(let properties):
            _ = try isText(properties.tag, of: .sequence, at: event.mark)
            if let anchor = properties.anchor { open.insert(anchor) }
            return keep(try sequence(at: event.mark, depth: depth), as: properties.anchor)
        case .mappingStart(let properties):
            _ = try isText(properties.tag, of: .mapping, at: event.mark)
            if let anchor = properties.anchor { open.insert(anchor) }
            return keep(try mapping(at: event.mark, depth: depth), as: properties.anchor)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            // libyaml's grammar never lets one of these stand where a node must.
            throw Diagnostic(.missingValue, at: event.mark)
        }
    }

    private mutating func keep(_ built: Built, as anchor: String?) -> Built {
        if let anchor {
            anchors[anchor] = built
            open.remove(anchor)
        }
        return built
    }

    /// Anchors that something repeats were meant as such.
    private static func forgetting(_ used: Set<String>, in node: DocumentNode) -> DocumentNode {
        var node = node
        switch node.content {
        case .scalar: if case .anchor(let name)? = node.dropped, used.contains(name) { node.dropped = nil }
        case .sequence(let items): node.content = .sequence(items.map { forgetting(used, in: $0) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map { entry in
                    var entry = entry
                    entry.value = forgetting(used, in: entry.value)
                    return entry
                })
        }
        return node
    }

    private mutating func sequence(at mark: Mark, depth: Int) throws -> Built {
        var items: [DocumentNode] = []
        var whole = Built(node: DocumentNode(.sequence([]), at: mark))
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.value { break }
            let item = try node(event, depth: depth + 1)
            items.append(item.node)
            whole.grow(by: item)
        }
        whole.node.content = .sequence(items)
        return whole
    }

    private mutating func mapping(at mark: Mark, depth: Int) throws -> Built {
        var entries: [DocumentNode.Entry] = []
        var places: [String: Mark] = [:]
        var merged: [DocumentNode.Entry] = []
        var whole = Built(node: DocumentNode(.mapping([]), at: mark))
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.value { break }
            let key = try key(event, depth: depth)
            let value = try node(try reader.next(), depth: depth + 1)
            whole.grow(by: value)
            if key.merges {
                merged += try mergeable(value.node)
                continue
            }
            if let first = places[key.name.value] {
                throw Diagnostic(.duplicateKey(key.name.value, firstLine: first.line), at: key.name.mark)
            }
            places[key.name.value] = key.name.mark
            entries.append(.init(key: key.name, value: value.node))
        }
        // What stands in the mapping itself wins, then the first of the merged mappings.
        for entry in merged where places[entry.key.value] == nil {
            places[entry.key.value] = entry.key.mark
            entries.append(entry)
        }
        whole.node.content = .mapping(entries)
        return whole
    }

    private mutating func key(_ event: Marked<YAMLEvent>, depth: Int) throws -> (name: Marked<String>, merges: Bool) {
        let built = try node(event, depth: depth + 1)
        guard case .scalar(let text, let plain) = built.node.content else {
            throw Diagnostic(.notAKey(built.node), at: event.mark)
        }
        return (Marked(text, at: event.mark), merges: plain && text == "<<")
    }

    private func mergeable(_ node: DocumentNode) throws -> [DocumentNode.Entry] {
        switch node.content {
        case .mapping(let entries): return entries
        case .sequence(let items):
            return try items.flatMap { item throws in
                guard case .mapping(let entries) = item.content else { throw notMergeable(item) }
                return entries
            }
        case .scalar: throw notMergeable(node)
        }
    }

    private func notMergeable(_ node: DocumentNode) -> Diagnostic {
        Diagnostic(.notMergeable(node), at: node.mark)
    }

    private mutating func copy(_ name: String, at mark: Mark, depth: Int) throws -> Built {
        guard let built = anchors[name], !open.contains(name) else {
            throw Diagnostic(open.contains(name) ? .endlessAlias(name) : .unknownAlias(name), at: mark)
        }
        used.insert(name)
        aliasNodes += built.nodes
        aliasBytes += built.bytes
        nodes += built.nodes - 1
        guard aliasNodes <= limits.aliasNodes, aliasBytes <= limits.aliasBytes, nodes <= limits.nodes else {
            throw Diagnostic(.tooManyCopies, at: mark)
        }
        guard depth + built.height - 1 <= limits.depth else {
            throw Diagnostic(.tooDeep(limits.depth), at: mark)
        }
        return built
    }

    private enum Shape: String {
        case scalar = "text"
        case sequence = "a list"
        case mapping = "a mapping"
    }

    /// Whether the tag makes a scalar text. Types follow from the key, so tags of numbers and the like say nothing new.
    private func isText(_ tag: String?, of shape: Shape, at mark: Mark) throws -> Bool {
        guard let tag, !tag.isEmpty else { return false }
        let core = "tag:yaml.org,2002:"
        let name = tag.hasPrefix(core) ? String(tag.dropFirst(core.count)) : tag
        switch (shape, name) {
        case (.scalar, "!"), (.scalar, "str"): return true
        case (.scalar, "int"), (.scalar, "float"), (.scalar, "bool"), (.scalar, "null"), (.scalar, "timestamp"),
            (.sequence, "seq"), (.mapping, "map"), (.sequence, "!"), (.mapping, "!"):
            return false
        case (.scalar, "binary"):
            throw Diagnostic(.binaryData, at: mark)
        default:
            throw Diagnostic(.unknownTag(name, on: shape.rawValue), at: mark)
        }
    }
}
