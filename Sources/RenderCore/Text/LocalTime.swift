public import Foundation

/// Times as people read them, in one time zone: `1 Dec, 22:00 CET`. JSON and tables have `Timestamp`.
public struct LocalTime: Sendable, Equatable {
    public let zone: TimeZone
    /// The zone's short names: `CET` and `CEST`; nil where people know it by its distance from UTC only.
    private let standard: String?
    private let summer: String?

    public init(_ zone: TimeZone) {
        self.zone = zone
        standard = Self.name(of: zone, .shortStandard)
        summer = Self.name(of: zone, .shortDaylightSaving)
    }

    /// In the machine's zone.
    public static var machine: LocalTime { LocalTime(.current) }
    public static let utc = LocalTime(.gmt)

    /// `1 Dec, 22:00 CET`; with the year where it is not the present one.
    public func text(_ date: Date, at now: Date) -> String {
        let parts = Parts(date, in: zone)
        let year = parts.year == Parts(now, in: zone).year ? "" : " \(parts.year)"
        return "\(parts.day) \(parts.month)\(year), \(parts.minute) \(name(at: date))"
    }

    /// `2026-12-01 22:00:07 CET`: for lines that are sorted and searched.
    public func stamp(_ date: Date) -> String {
        let parts = Parts(date, in: zone)
        return "\(parts.date) \(parts.second) \(name(at: date))"
    }

    private func name(at date: Date) -> String {
        if let name = zone.isDaylightSavingTime(for: date) ? summer : standard { return name }
        let minutes = zone.secondsFromGMT(for: date) / 60
        guard minutes != 0 else { return "UTC" }
        let (hours, rest) = abs(minutes).quotientAndRemainder(dividingBy: 60)
        let behind = rest == 0 ? "" : ":\(rest < 10 ? "0" : "")\(rest)"
        return "UTC\(minutes < 0 ? "-" : "+")\(hours)\(behind)"
    }

    /// British English knows Europe's names, American English America's; for all others both give `GMT+8`.
    private static func name(of zone: TimeZone, _ style: TimeZone.NameStyle) -> String? {
        if zone.secondsFromGMT() == 0, zone.nextDaylightSavingTimeTransition == nil { return nil }
        return ["en_GB", "en_US"].lazy.compactMap { zone.localizedName(for: style, locale: Locale(identifier: $0)) }
            .first { !$0.hasPrefix("GMT+") && !$0.hasPrefix("GMT-") }
    }
}

/// The digits of a moment in a zone, cut from its RFC 3339 text: no calendar is asked for every line of a long list.
private struct Parts {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private let text: Substring

    init(_ date: Date, in zone: TimeZone) {
        text = date.addingTimeInterval(Double(zone.secondsFromGMT(for: date))).rfc3339[...]
    }

    /// `2026-12-01`
    var date: Substring { text.prefix(10) }
    var year: Substring { text.prefix(4) }
    var month: String { Self.months[((Int(text.dropFirst(5).prefix(2)) ?? 1) - 1) % 12] }
    var day: Int { Int(text.dropFirst(8).prefix(2)) ?? 0 }
    var minute: Substring { text.dropFirst(11).prefix(5) }
    var second: Substring { text.dropFirst(11).prefix(8) }
}
