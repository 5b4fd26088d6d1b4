/// `seed: 7`, `seed: 1-20`, `seed: [1-5, 9]`: each number of a range is a seed of its own.
enum SeedList {
    /// A longer range is a mistake, whatever `limits.renders_per_job` says.
    static let seedsMax = 10_000

    /// The numbers of a value, each where the range stands. What cannot be read stays as it is.
    static func nodes(_ node: DocumentNode, _ reader: inout FieldReader) -> [DocumentNode] {
        reader.items(node).flatMap { item -> [DocumentNode] in
            guard case .scalar(let text, _) = item.content, let (first, last) = bounds(text) else { return [item] }
            guard first <= last else {
                reader.found.error(.backwardSeeds(item.found, first: first, last: last), at: item.mark)
                return []
            }
            guard last - first < seedsMax else {
                reader.found.error(.manySeeds(last - first + 1, most: seedsMax), at: item.mark)
                return []
            }
            return (first...last).map { DocumentNode(.scalar(text: String($0), plain: true), at: item.mark) }
        }
    }

    /// How many there will be; a value that cannot be read counts as one.
    static func count(_ node: DocumentNode) -> Int {
        let items: [DocumentNode] = if case .sequence(let items) = node.content { items } else { [node] }
        let sum = items.reduce(0) { sum, item in
            guard case .scalar(let text, _) = item.content, let (first, last) = bounds(text), first <= last else {
                return sum + 1
            }
            return sum + last - first + 1
        }
        return max(1, sum)
    }

    /// `1-20`, `1..20`. Numbers that no seed can be are no range.
    private static func bounds(_ text: String) -> (Int, Int)? {
        let parts = text.replacing("..", with: "-").split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        guard parts.count == 2,
            parts.allSatisfy({ (1...10).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let first = Int(parts[0]), let last = Int(parts[1]), max(first, last) <= 2_147_483_647
        else { return nil }
        return (first, last)
    }
}
