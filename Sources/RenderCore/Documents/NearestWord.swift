/// Finds the known word nearest to a mistyped one.
public enum NearestWord {
    /// The nearest of `words`, if it is near enough to be what was meant: one slip in three letters, in any case and
    /// with `-` for `_`.
    public static func of(_ word: String, among words: some Sequence<String>) -> String? {
        all(word, among: words).first
    }

    /// Those that are near enough, nearest first; of equally near ones the first.
    public static func all(_ word: String, among words: some Sequence<String>) -> [String] {
        let asked = folded(word)
        let bound = max(1, asked.count / 3)
        return words.map { ($0, distance(asked, folded($0), atMost: bound)) }
            .filter { $0.1 <= bound }
            .sorted { $0.1 < $1.1 }
            .map(\.0)
    }

    private static func folded(_ word: String) -> [Character] {
        word.prefix(60).lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
    }

    /// Damerau and Levenshtein's distance (optimal string alignment): inserted, dropped, changed and swapped letters.
    ///
    /// | from, to | distance |
    /// | --- | --- |
    /// | `promt`, `prompt` | 1 |
    /// | `porpmt`, `prompt` | 2 |
    /// | `size`, `seed` | 3 |
    static func distance(_ left: [Character], _ right: [Character], atMost bound: Int = .max) -> Int {
        guard abs(left.count - right.count) <= bound else { return bound < .max ? bound + 1 : .max }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in 0..<left.count {
            var current = [i + 1]
            for j in 0..<right.count {
                var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                current.append(cost)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
