import Foundation
import Synchronization

/// Until when the proxy is left alone, because its accounts have used up their allowance of the day.
final class DailyPause: Sendable {
    private let until = Mutex<Date?>(nil)
    private let zone: TimeZone

    init(zone: TimeZone) { self.zone = zone }

    /// Nil: it may be asked.
    func end(at now: Date) -> Date? { until.withLock { $0.flatMap { $0 > now ? $0 : nil } } }

    /// - Returns: the next midnight, when it may be asked again.
    func begin(at now: Date) -> Date {
        let midnight = Self.midnight(after: now, in: zone)
        until.withLock { $0 = midnight }
        return midnight
    }

    func lift() { until.withLock { $0 = nil } }

    /// The first moment of the next day. Where a clock is set forward at midnight, that is one o'clock.
    static func midnight(after now: Date, in zone: TimeZone) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let today = calendar.startOfDay(for: now)
        // Noon of the next day is in that day, however long today is.
        let noon = calendar.date(byAdding: .hour, value: 36, to: today) ?? today.addingTimeInterval(36 * 3600)
        return calendar.startOfDay(for: noon)
    }
}
