public import Foundation
public import RenderCore

/// The text of `RENDERDROP-STATUS.txt`: an overview for everyone who opens the share.
public struct OverviewText: Sendable {
    var snapshot: EngineSnapshot
    var inbox: String
    var times: LocalTime

    private static let footer = ["", "renderdrop rewrites this file; changes to it are lost.", ""]

    /// The text about a watcher that ended without a last report.
    ///
    /// - Parameters:
    ///   - owner: as it named itself.
    ///   - since: when it was last heard of, for people.
    public static func silent(_ owner: String, since: String, _ times: LocalTime, at now: Date) -> String {
        ([
            "renderdrop, as of \(times.text(now, at: now))",
            "NOT RUNNING: \(owner) ended without notice. Its last heartbeat was at \(since).",
            "What to do: start renderdrop there again. If that machine is off for good, start renderdrop here with --take-over.",
        ] + footer).joined(separator: "\n")
    }

    var text: String {
        let now = snapshot.at
        let host = WatcherName(snapshot.watcher).host
        var lines = [
            "renderdrop on \(host), as of \(times.text(now, at: now))",
            snapshot.isStopped
                ? "Stopped at that time. Nothing is picked up until it is restarted."
                : "If this is older than 5 minutes, renderdrop or its machine is off.", "",
        ]
        if !snapshot.isStopped, snapshot.notices.allSatisfy(\.kind.isPartial) {
            lines.append("Working; job files are taken from \(inbox)")
        }
        lines += snapshot.notices.flatMap { $0.lines(times, at: now) }
        guard let counts = snapshot.counts, let budget = snapshot.budget else {
            return (lines + Self.footer).joined(separator: "\n")
        }
        let provider = (counts[.sending] ?? 0) + (counts[.following] ?? 0)
        lines.append(
            "Renders: \(Counted.number(counts[.queued] ?? 0)) in the queue, \(Counted.number(provider)) at the provider, "
                + "\(Counted.number(counts[.rendered] ?? 0)) being fetched")
        lines.append("Spent or reserved today: \(budget.day.spending.words(cap: budget.day.cap))")
        let results = snapshot.results
        if results.kept > 0 {
            let count = Counted.text(results.kept, "result waits", "results wait")
            lines += ["", "\(count) on this machine until the outbox is back. Nothing is lost, nothing expires."]
        }
        if !results.endangered.isEmpty {
            lines += ["", "PAID, BUT NOT DOWNLOADED YET:"]
            lines += results.endangered.prefix(20).map {
                "\($0.job) \(ResultLife.words($0.expires, at: now)), at \(times.text($0.expires, at: now))"
            }
            let more = results.endangeredCount - 20
            if more > 0 { lines.append("and \(Counted.number(more)) more") }
        }
        if !snapshot.undecided.isEmpty {
            lines += [
                "", "NEEDS A DECISION: \(snapshot.undecided.joined(separator: ", "))", "See STATUS.txt in working/.",
            ]
        }
        return (lines + Self.footer).joined(separator: "\n")
    }
}
