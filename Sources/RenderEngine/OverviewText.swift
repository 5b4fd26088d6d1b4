public import Foundation
import RenderCore

/// `RENDERDROP-STATUS.txt`: the whole at a glance, for whoever opens the share.
public struct OverviewText: Sendable {
    var watcher: String
    var inbox: String
    /// Nil where the ledger does not tell.
    var counts: [RenderMachine.State.Name: Int]?
    /// What everything waits for, and since when.
    var paused: (failure: Failure, since: Date)?
    /// Models that wait by themselves.
    var heldModels: [(model: String, failure: Failure, since: Date)] = []
    var overBudget: Failure?
    /// A folder or a disk that is out of order.
    var trouble: Failure?
    var results = ResultDesk.Overview()
    var committedToday: [Money]
    var cap: Money?
    /// Names of jobs that need a person.
    var undecided: [String]
    var stopped: Bool

    /// Of a watcher that ended without a word.
    ///
    /// - Parameter owner: as it named itself.
    public static func silent(_ owner: String, since: String, at now: Date) -> String {
        """
        renderdrop, as of \(Timestamp.text(now))
        NOBODY WORKS HERE: \(owner) was last heard of at \(since), and did not say that it stopped.
        What to do: start renderdrop there again; if that machine is off for good, start another one with --take-over.

        renderdrop rewrites this file; changes to it are lost.

        """
    }

    func text(at now: Date) -> String {
        let host = watcher.split(separator: "/").first.map(String.init) ?? watcher
        var lines = [
            "renderdrop on \(host), as of \(Timestamp.text(now))",
            stopped
                ? "It was stopped then; nothing is taken until it is started again."
                : "If this is older than 5 minutes, renderdrop or its machine is off.", "",
        ]
        if let paused {
            lines.append("EVERYTHING WAITS since \(Timestamp.text(paused.since)): \(paused.failure.message)")
            if !paused.failure.advice.isEmpty { lines.append("What to do: \(paused.failure.advice)") }
        } else if let trouble {
            lines.append("OUT OF ORDER: \(trouble.message)")
            if !trouble.advice.isEmpty { lines.append("What to do: \(trouble.advice)") }
        } else if let overBudget {
            lines.append("OVER BUDGET: \(overBudget.message)")
            lines.append("What to do: \(overBudget.advice)")
        } else if !stopped {
            lines.append("Working; job files are taken from \(inbox)")
        }
        for held in heldModels {
            lines.append(
                "\(held.model) WAITS since \(Timestamp.text(held.since)), other models go on: \(held.failure.message)")
            if !held.failure.advice.isEmpty { lines.append("What to do: \(held.failure.advice)") }
        }
        guard let counts else {
            return (lines + ["", "renderdrop rewrites this file; changes to it are lost.", ""]).joined(separator: "\n")
        }
        let provider = (counts[.sending] ?? 0) + (counts[.following] ?? 0)
        lines.append(
            "Renders: \(counts[.queued] ?? 0) in the queue, \(provider) at the provider, "
                + "\(counts[.rendered] ?? 0) being fetched")
        let spent = committedToday.isEmpty ? "nothing" : committedToday.map(\.description).joined(separator: ", ")
        lines.append("Money committed today: \(spent)" + (cap.map { " of \($0)" } ?? ""))
        if results.kept > 0 {
            let count = results.kept == 1 ? "1 result waits" : "\(results.kept) results wait"
            lines += ["", "\(count) on this machine until the outbox is back. Nothing is lost, nothing expires."]
        }
        if !results.endangered.isEmpty {
            lines += ["", "PAID FOR AND NOT FETCHED YET:"]
            lines += results.endangered.prefix(20).map {
                "\($0.name) \(ResultLife(expiresAt: $0.expires).words(at: now)), at \(Timestamp.text($0.expires))"
            }
            if results.endangered.count > 20 { lines.append("and \(results.endangered.count - 20) more") }
        }
        if !undecided.isEmpty {
            lines += ["", "NEEDS A DECISION: \(undecided.joined(separator: ", "))", "See STATUS.txt in working/."]
        }
        return (lines + ["", "renderdrop rewrites this file; changes to it are lost.", ""]).joined(separator: "\n")
    }
}
