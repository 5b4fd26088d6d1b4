import Foundation
import RenderCore

/// `_NOTE.txt` in an output folder that was made anew: for whoever misses the rest.
struct OutputNote: Sendable {
    let job: JobRecord
    /// Below the outbox.
    let folder: String
    let histories: [RenderHistory]
    let at: Date

    var text: String {
        let files = histories.flatMap(\.outputs).sorted { ($0.publishedAt, $0.index) < ($1.publishedAt, $1.index) }
        var lines = [
            "This folder was made anew on \(Timestamp.text(at)), while job \(job.name) was still at work.",
            "The first one, outbox/\(folder), had been moved or deleted by somebody.", "",
        ]
        if files.isEmpty {
            lines.append("Nothing had been delivered into it.")
        } else {
            lines.append("Delivered into the first one, and not again into this one:")
            lines += files.map { "  \(ShownText.line($0.file)), \(Timestamp.text($0.publishedAt))" }
        }
        lines += ["", "What is delivered from now on lies here.", "Job \(job.id).", ""]
        return lines.joined(separator: "\n")
    }
}
