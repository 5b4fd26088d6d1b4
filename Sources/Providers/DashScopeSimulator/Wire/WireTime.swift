import FoundationEssentials

/// Times as the service writes and reads them.
enum WireTime {
    private struct Fields {
        var year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0, weekday = 0

        init(_ date: Date, zoneSeconds: Int) {
            let total = WireTime.milliseconds(date) + zoneSeconds * 1000
            let days = Int((Double(total) / 86_400_000).rounded(.down))
            let rest = total - days * 86_400_000
            (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60)
            (second, millisecond) = (rest / 1000 % 60, rest % 1000)
            weekday = ((days + 4) % 7 + 7) % 7
            // Days to civil date in the proleptic Gregorian calendar, years beginning in March.
            let shifted = days + 719_468
            let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
            let dayOfEra = shifted - era * 146_097
            let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
            let shiftedMonth = (5 * dayOfYear + 2) / 153
            day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
            month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
            year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        }
    }

    /// `yyyy-MM-dd HH:mm:ss.SSS` in the given zone, without naming it.
    static func task(_ date: Date, zoneHours: Double) -> String {
        let at = Fields(date, zoneSeconds: Int(zoneHours * 3600))
        return "\(pad(at.year, 4))-\(pad(at.month))-\(pad(at.day)) "
            + "\(pad(at.hour)):\(pad(at.minute)):\(pad(at.second)).\(pad(at.millisecond, 3))"
    }

    /// `YYYY-MM-DD` in UTC.
    static func day(_ date: Date) -> String {
        let at = Fields(date, zoneSeconds: 0)
        return "\(pad(at.year, 4))-\(pad(at.month))-\(pad(at.day))"
    }

    /// RFC 3339 in UTC, with milliseconds.
    static func stamp(_ date: Date) -> String {
        task(date, zoneHours: 0).replacing(" ", with: "T") + "Z"
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func http(_ date: Date) -> String {
        let at = Fields(date, zoneSeconds: 0)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(days[at.weekday]), \(pad(at.day)) \(months[at.month - 1]) \(pad(at.year, 4)) "
            + "\(pad(at.hour)):\(pad(at.minute)):\(pad(at.second)) GMT"
    }

    /// Since 1970, kept within a hundred thousand years: dates can come from a link that somebody wrote.
    static func milliseconds(_ date: Date) -> Int {
        Int((min(3.2e12, max(-3.2e12, date.timeIntervalSince1970)) * 1000).rounded())
    }

    /// Reads `YYYYMMDDhhmmss` of the list query; nil if it is not one.
    static func listTime(_ text: String, zoneHours: Double) -> Date? {
        let digits = text.utf8.compactMap { (48...57).contains($0) ? Int($0) - 48 : nil }
        guard digits.count == 14, text.utf8.count == 14 else { return nil }
        func number(_ range: Range<Int>) -> Int { digits[range].reduce(0) { $0 * 10 + $1 } }
        let (year, month, day) = (number(0..<4), number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60 else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second
        return Date(timeIntervalSince1970: Double(seconds) - zoneHours * 3600)
    }

    private static func pad(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
