public import struct Foundation.Date

extension Date {
    /// Whole milliseconds since 1970 in UTC, rounded: how the ledger keeps a time. Dates out of reach stop where a
    /// `Double` no longer counts single milliseconds.
    public var epochMilliseconds: Int {
        let exact = (timeIntervalSince1970 * 1000).rounded()
        return exact.isNaN ? 0 : Int(min(max(exact, -0x1p53), 0x1p53))
    }

    public init(epochMilliseconds: Int) {
        self.init(timeIntervalSince1970: Double(epochMilliseconds) / 1000)
    }

    /// `2026-11-21T14:00:00.250Z`: RFC 3339 in UTC, always with milliseconds, from the year 0 through 9999.
    public var rfc3339: String {
        let milliseconds = min(max(epochMilliseconds, Self.earliest), Self.latest)
        let (days, rest) = milliseconds.flooredDivision(by: 86_400_000)
        let (year, month, day) = Self.civil(days: days)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2)):\(padded(rest / 1000 % 60, 2))"
        return "\(date)T\(time).\(padded(rest % 1000, 3))Z"
    }

    private static let earliest = -62_167_219_200_000
    private static let latest = 253_402_300_799_999

    /// Year, month and day of a count of days since 1970-01-01 in the Gregorian calendar.
    /// - Source: howardhinnant.github.io/date_algorithms.html, `civil_from_days`.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153  // months counted from March, so that the leap day comes last
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int {
    /// Quotient and remainder with a remainder that is never negative, so that times before 1970 come out right.
    fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let remainder = (self % divisor + divisor) % divisor
        return ((self - remainder) / divisor, remainder)
    }
}
