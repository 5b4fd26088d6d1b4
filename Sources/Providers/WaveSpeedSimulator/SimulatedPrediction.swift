import Foundation
import SimulatorSupport

/// A task at the simulated provider.
struct SimulatedPrediction: Sendable {
    var id: String
    var model: String
    var isFilm: Bool
    var input: WireValue
    var key: String
    var created: Date
    /// Nil: it waits for a place.
    var started: Date?
    var seconds: Double
    /// How it ends.
    var ending = "completed"
    var code = 0
    var error = ""
    /// In dollars.
    var price: Double

    func status(at now: Date) -> String {
        guard let started, now >= started else { return "created" }
        return now < started.addingTimeInterval(seconds) ? "processing" : ending
    }

    var end: Date? { started?.addingTimeInterval(seconds) }

    /// As the API shows it.
    func wire(_ options: WaveSpeedSimulatorOptions, origin: String, now: Date) -> WireValue {
        let status = status(at: now)
        let isDone = status == "completed"
        let link = "\(origin)/_outputs/\(id)/1.\(isFilm ? "mp4" : "png")"
        let output: WireValue = options.outputForm == .object ? .object([("url", .text(link))]) : .text(link)
        var members: [(key: String, value: WireValue)] = [
            ("id", .text(id)), ("model", .text(model)), ("status", .text(status)),
            ("outputs", .list(isDone ? [output] : [])),
            ("urls", .object([("get", .text("\(origin)/api/v3/predictions/\(id)/result"))])),
            ("has_nsfw_contents", .list(isDone ? [.flag(options.flagsUnsafe)] : [])),
            ("created_at", .text(Self.stamp(created))),
            ("error", .text(isDone || status == "created" || status == "processing" ? "" : error)),
            ("code", .int(isDone || status == "created" || status == "processing" ? 0 : code)),
            ("timings", .object([("inference", .int(isDone ? Int(seconds * 1000) : 0))])),
            ("executionTime", .int(isDone ? Int(seconds * 1000) : 0)),
        ]
        if options.echoesInput { members.append(("input", input)) }
        return .object(members)
    }

    static func stamp(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
