import Foundation
import RenderCore

/// `_NOTE.txt` in an output folder that was created again: tells people where the other outputs may be.
struct OutputNote: Sendable {
    let job: JobRecord
    /// Below the outbox.
    let folder: String
    let histories: [RenderHistory]
    let at: Date
    let times: LocalTime

    var text: String {
        let files = histories.flatMap(\.outputs).sorted { ($0.publishedAt, $0.index) < ($1.publishedAt, $1.index) }
        var lines = [
            "renderdrop created this folder again on \(times.text(at, at: at)), while job \(job.name) was running.",
            "The first folder, outbox/\(folder), had been moved or deleted.", "",
        ]
        if files.isEmpty {
            lines.append("Nothing had been delivered into it.")
        } else {
            lines.append("Delivered into the first folder, and not again into this one:")
            lines += files.map { "  \(ShownText.line($0.file)), \(times.text($0.publishedAt, at: at))" }
        }
        lines += ["", "renderdrop delivers the rest into this folder.", "Job \(job.id).", ""]
        return lines.joined(separator: "\n")
    }
}
