import Foundation
import RenderCore

extension Configuration.Hours {
    /// `22:00`
    var clockTime: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(opens / 60)):\(two(opens % 60))"
    }

    /// When submits are next allowed; nil if they are allowed at `now`.
    func opening(after now: Date) -> Date? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: timezone) ?? .gmt
        let parts = calendar.dateComponents([.hour, .minute], from: now)
        guard !isOpen(atMinute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0)) else { return nil }
        return calendar.nextDate(
            after: now, matching: DateComponents(hour: opens / 60, minute: opens % 60), matchingPolicy: .nextTime)
    }
}
