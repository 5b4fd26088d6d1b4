/// Formats numbers: `1-3, 7, 9-200`
enum NumberList {
    static func text(_ numbers: [Int]) -> String {
        var parts: [String] = []
        var start: Int?
        for (index, number) in numbers.enumerated() {
            let first = start ?? number
            start = first
            guard index + 1 == numbers.count || numbers[index + 1] != number + 1 else { continue }
            parts.append(first == number ? "\(number)" : "\(first)-\(number)")
            start = nil
        }
        return parts.joined(separator: ", ")
    }
}
