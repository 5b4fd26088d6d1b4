/// Scripted trouble, and how often each rule has seen its requests.
struct FaultDesk: Sendable {
    private struct Entry: Sendable {
        var rule: FaultRule
        var seen = 0
        var struck = 0
    }

    private var entries: [Entry] = []

    var rules: [FaultRule] { entries.map(\.rule) }

    mutating func add(_ rules: [FaultRule]) { entries += rules.map { Entry(rule: $0) } }
    mutating func clear() { entries = [] }

    /// The first rule that strikes this request. Every rule counts the requests that it matches.
    ///
    /// - Parameter early: true before the body is read: only `closeBeforeReading` can strike then, and nothing else can later.
    mutating func take(_ kind: RequestKind, model: String?, early: Bool, random: inout RandomSource) -> FaultAction? {
        var struck: FaultAction?
        for index in entries.indices {
            let match = entries[index].rule.match
            guard (entries[index].rule.action.type == .closeBeforeReading) == early,
                match.kind ?? kind == kind, match.model == nil || match.model == model
            else { continue }
            entries[index].seen += 1
            guard struck == nil, match.nth ?? entries[index].seen == entries[index].seen,
                entries[index].struck < match.count ?? .max,
                match.probability.map({ random.unit() < $0 }) ?? true
            else { continue }
            entries[index].struck += 1
            struck = entries[index].rule.action
        }
        return struck
    }
}
