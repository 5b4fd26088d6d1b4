/// Counts with their nouns: `1 render`, `12 renders`, `9,900 files`.
public enum Counted {
    /// - Parameter many: the plural; nil: `one` with an s.
    public static func text(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number(count)) \(count == 1 ? one : many ?? one + "s")"
    }

    /// `9,900`
    public static func number(_ count: Int) -> String {
        var digits = String(count.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }
}
