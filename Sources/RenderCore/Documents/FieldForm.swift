/// How the value of a field is written: the next step of whoever wrote another one.
struct FieldForm: Sendable {
    let next: String

    init(_ next: String) { self.next = next }

    // MARK: Numbers, times, amounts

    static func integer(_ range: ClosedRange<Int>) -> FieldForm {
        FieldForm(
            range.upperBound == .max
                ? "write a whole number, \(range.lowerBound) or more"
                : "write a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    static func number(_ range: ClosedRange<Double>) -> FieldForm {
        FieldForm("write a number from \(range.lowerBound) to \(range.upperBound)")
    }

    static let seeds = FieldForm("write a whole number from 0 to 2147483647, a range such as 1-20, or a list of both")
    static let boolean = FieldForm("write true or false")
    static let duration = FieldForm("write a time with its unit: 90s, 30m, 1h30m")
    static let amount = FieldForm("write an amount: 2.00 or 2.00 CNY")
    static let amountWithCurrency = FieldForm("write the amount and its currency: 0.2 CNY")
    static let byteCount = FieldForm("write a size with its unit: 500MB, 2GB")
    static let secondsOrAll = FieldForm("write the most seconds that are billed, or `all`")

    // MARK: Words and shapes

    /// - Parameter text: what was written; nil: no text.
    static func word(_ words: [String], instead text: String?) -> FieldForm {
        let near = text.flatMap { NearestWord.of($0, among: words) }.map { "did you mean \($0)? " } ?? ""
        return FieldForm("\(near)write one of \(words.joined(separator: ", "))")
    }

    static let currency = FieldForm("write its three letters: CNY")
    static let rate = FieldForm("write what one unit is worth, above zero, such as 7.12")
    static let day = FieldForm("write a day, such as 2026-11-30")
    static let timezone = FieldForm("write a place, such as Europe/Berlin or Asia/Shanghai, or UTC")
    static let hours = FieldForm("write the start and the end, such as 22:00-06:00")

    static func mode(_ example: String) -> FieldForm { FieldForm("write it as for chmod: \(example)") }

    static func range(_ example: String) -> FieldForm { FieldForm("write a range, such as \(example)") }

    static func size(_ example: String) -> FieldForm { FieldForm("write a size, such as \(example)") }

    static let textLimit = FieldForm("write `800 characters`, `150 words, 100 cjk`, `1300 tokens` or `none`")
}
