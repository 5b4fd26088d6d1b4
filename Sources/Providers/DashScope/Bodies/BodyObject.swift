import RenderCore

/// The members of an object in the order in which they were put there, none of them twice.
struct BodyObject: Sendable {
    private(set) var members: [(key: String, value: BodyNode)] = []

    init(_ members: KeyValuePairs<String, BodyNode> = [:]) {
        self.members = members.map { ($0.key, $0.value) }
    }

    /// - Parameter path: a key, or keys of objects within each other with dots between them: `reference_edge.foreground_edge`.
    /// - Throws: `Failure` (job) where something else stands there.
    mutating func put(_ node: BodyNode, at path: String) throws(Failure) {
        try put(node, at: path.split(separator: ".")[...], of: path, isItem: false)
    }

    /// Puts it at the end of the list there, which is made where there is none.
    ///
    /// - Throws: as `put`, with the same `path`.
    mutating func append(_ node: BodyNode, at path: String) throws(Failure) {
        try put(node, at: path.split(separator: ".")[...], of: path, isItem: true)
    }

    /// Adds what is passed on as it stands. What is here already stays as it is, but that objects are joined.
    mutating func fill(with further: [String: JSONValue]) {
        for (key, value) in further.sorted(by: { $0.key < $1.key }) {
            guard let index = members.firstIndex(where: { $0.key == key }) else {
                members.append((key, .value(value)))
                continue
            }
            if case .object(var ours) = members[index].value, case .object(let theirs) = value {
                ours.fill(with: theirs)
                members[index].value = .object(ours)
            }
        }
    }

    /// Dots in a place: no body of the provider's is as deep.
    private static let depthMax = 4

    private mutating func put(
        _ node: BodyNode, at keys: ArraySlice<Substring>, of path: String, isItem: Bool
    ) throws(Failure) {
        guard let key = keys.first.map({ String($0) }), keys.count <= Self.depthMax else { throw Self.misplaced(path) }
        let index = members.firstIndex { $0.key == key }
        var node = node
        if keys.count > 1 {
            var inner = BodyObject()
            if let index {
                guard case .object(let object) = members[index].value else { throw Self.misplaced(path) }
                inner = object
            }
            try inner.put(node, at: keys.dropFirst(), of: path, isItem: isItem)
            node = .object(inner)
        } else if isItem {
            var items: [BodyNode] = []
            if let index {
                guard case .list(let list) = members[index].value else { throw Self.misplaced(path) }
                items = list
            }
            node = .list(items + [node])
        } else if index != nil {
            throw Self.misplaced(path)
        }
        if let index { members[index].value = node } else { members.append((key, node)) }
    }

    static func misplaced(_ path: String) -> Failure {
        Failure(.bodyUnusable, .twoFilesInOnePlace(String(path.prefix(80))), fault: .job, retryable: false)
    }
}
