import Foundation
import Logging
import RenderCore

/// Writes each record as one line to standard error: for people, or as JSON for programs.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let format: LogFormat
    let times: LocalTime
    let terminal: Terminal

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let now = Date()
        switch format {
        case .json:
            var object: [String: JSONValue] = [
                "time": .string(Timestamp.text(now)), "level": .string(event.level.rawValue),
                "message": .string(event.message.description),
            ]
            for (key, value) in facts { object[key] = .string(value.description) }
            terminal.error(JSONOutput.line(.object(object)) + "\n")
        case .text:
            var line = "\(times.stamp(now)) \(Self.word(event.level)) "
            if let name = facts["name"]?.description {
                line += name + (facts["render"].map { "/\($0)" } ?? "") + ": "
            }
            line += event.message.description
            for key in facts.keys.sorted() where key != "name" && key != "render" {
                let value = facts[key]?.description ?? ""
                let isPlain = value.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && !ShownText.isHidden($0) }
                line += " \(key)=\(isPlain ? value : Self.quoted(value))"
            }
            terminal.error(line + "\n")
        }
    }

    private static func word(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "debug  "
        case .info, .notice: "info   "
        case .warning: "warning"
        case .error, .critical: "error  "
        }
    }

    private static func quoted(_ text: String) -> String { JSONOutput.line(.string(text)) }
}
