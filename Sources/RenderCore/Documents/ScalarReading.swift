import struct Foundation.Date

/// A decimal amount, with its currency if the file names one.
public struct Amount: Sendable, Equatable {
    public var decimal: String
    /// ISO 4217, upper case; nil: the configured currency.
    public var currency: String?

    public init(decimal: String, currency: String?) {
        self.decimal = decimal
        self.currency = currency
    }
}

/// Converts the text of a scalar to a value, by the type of its key. Nil if it does not fit.
enum ScalarReading {
    /// `true`, `yes`, `on`, `false`, `no`, `off`, in any case.
    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "yes", "on": true
        case "false", "no", "off": false
        default: nil
        }
    }

    /// Digits with an optional sign; nil beyond 64 bits.
    static func integer(_ text: String) -> Int? { Int(text) }

    /// `2`, `0.5`, `1e3`; neither infinite nor `nan`.
    static func number(_ text: String) -> Double? {
        guard text.first?.isASCII == true, text.contains(where: { ("0"..."9").contains($0) }),
            !text.contains(where: { "xXpP".contains($0) }), let number = Double(text), number.isFinite
        else { return nil }
        return number
    }

    /// `90s`, `30m`, `1h30m`, `2h`, `1d`, `500ms`; each unit once, larger ones first.
    static func duration(_ text: String) -> Duration? {
        let units: [(name: String, milliseconds: Double)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("ms", 1), ("m", 60_000), ("s", 1000),
        ]
        var rest = Substring(text.lowercased().filter { $0 != " " })
        var last = Double.infinity
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            rest = rest.dropFirst(digits.count)
            guard let number = number(String(digits)), digits.count <= 9,
                let unit = units.first(where: { rest.hasPrefix($0.name) }), unit.milliseconds < last
            else { return nil }
            rest = rest.dropFirst(unit.name.count)
            last = unit.milliseconds
            total += number * unit.milliseconds
        }
        return total <= 366 * 86_400_000 ? .milliseconds(Int64(total.rounded())) : nil
    }

    /// `2`, `2.00`, `2.00 CNY`.
    static func amount(_ text: String) -> Amount? {
        let parts = text.split(separator: " ")
        guard (1...2).contains(parts.count), Money(decimal: String(parts[0]), currency: "") != nil else { return nil }
        guard parts.count == 2 else { return Amount(decimal: String(parts[0]), currency: nil) }
        let currency = parts[1].uppercased()
        return isCurrency(currency) ? Amount(decimal: String(parts[0]), currency: currency) : nil
    }

    static func isCurrency(_ text: String) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (65...90).contains($0) }
    }

    /// `2026-11-30`, a day that the calendar has.
    static func isDay(_ text: String) -> Bool { text.utf8.count == 10 && timestamp(text) == .withoutTime }

    /// `22:00` → minutes of the day.
    static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = digits(parts[0], 1...2), let minute = digits(parts[1], 2...2),
            (0...23).contains(hour), (0...59).contains(minute)
        else { return hourMidnight(text) }
        return hour * 60 + minute
    }

    private static func hourMidnight(_ text: String) -> Int? { text == "24:00" ? 1440 : nil }

    enum Timestamp: Equatable {
        case date(Date)
        case withoutZone
        case withoutTime
        case none
    }

    /// ISO 8601: `2026-11-21T22:00+08:00`, also with a blank for `T`, with seconds, and `Z`, `+08` or `+0800`.
    static func timestamp(_ text: String) -> Timestamp {
        let scalars = Array(text.utf8)
        guard scalars.count >= 10, let day = day(String(text.prefix(10))) else { return .none }
        guard scalars.count > 10 else { return .withoutTime }
        guard scalars[10] == UInt8(ascii: "T") || scalars[10] == UInt8(ascii: "t") || scalars[10] == UInt8(ascii: " ")
        else { return .none }
        let rest = text.dropFirst(11)
        let clock = rest.prefix { ("0"..."9").contains($0) || $0 == ":" || $0 == "." }
        let zone = rest.dropFirst(clock.count).filter { $0 != " " }
        guard let seconds = seconds(clock) else { return .none }
        if zone.isEmpty { return .withoutZone }
        guard let offset = offset(zone) else { return .none }
        return .date(Date(timeIntervalSince1970: Double(day) * 86_400 + seconds - Double(offset)))
    }

    /// Days since 1970-01-01 of a date that exists.
    /// - Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    private static func day(_ text: String) -> Int? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let year = digits(parts[0], 4...4), let month = digits(parts[1], 2...2),
            let day = digits(parts[2], 2...2), (1970...9999).contains(year), (1...12).contains(month)
        else { return nil }
        let leap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day) else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func seconds(_ clock: Substring) -> Double? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hour = digits(parts[0], 1...2), let minute = digits(parts[1], 2...2),
            (0...23).contains(hour), (0...59).contains(minute)
        else { return nil }
        guard parts.count == 3 else { return Double(hour * 3600 + minute * 60) }
        guard let second = Double(parts[2]), second < 60 else { return nil }
        return Double(hour * 3600 + minute * 60) + second
    }

    private static func offset(_ zone: String) -> Int? {
        if zone == "Z" || zone == "z" { return 0 }
        guard let sign = zone.first, sign == "+" || sign == "-" else { return nil }
        let figures = zone.dropFirst().filter { $0 != ":" }
        guard figures.count == 2 || figures.count == 4, let hours = digits(figures.prefix(2), 2...2),
            let minutes = figures.count == 2 ? 0 : digits(figures.dropFirst(2), 2...2), hours <= 14, minutes <= 59
        else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func digits(_ text: some StringProtocol, _ count: ClosedRange<Int>) -> Int? {
        guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// A scalar without a typed key, by YAML's core schema: the values in `parameters` and `metadata`. Whole numbers
    /// beyond 64 bits remain text.
    static func json(_ node: DocumentNode) -> JSONValue {
        switch node.content {
        case .sequence(let items): return .array(items.map(json))
        case .mapping(let entries):
            return .object(Dictionary(entries.map { ($0.key.value, json($0.value)) }, uniquingKeysWith: { $1 }))
        case .scalar(let text, false): return .string(text)
        case .scalar(let text, true):
            if node.isNothing { return .null }
            if ["true", "True", "TRUE"].contains(text) { return .bool(true) }
            if ["false", "False", "FALSE"].contains(text) { return .bool(false) }
            if let whole = integer(text) { return .int(whole) }
            let digitsOnly = text.drop { $0 == "-" || $0 == "+" }.allSatisfy { ("0"..."9").contains($0) }
            if !digitsOnly, text.allSatisfy({ "0123456789+-.eE".contains($0) }), let number = number(text) {
                return .double(number)
            }
            return .string(text)
        }
    }
}
