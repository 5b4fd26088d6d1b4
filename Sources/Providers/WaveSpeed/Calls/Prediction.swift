import ProviderSupport
import RenderCore

import struct Foundation.Date

/// A task as an answer or the history shows it: all but its id and status may be missing.
struct Prediction: Sendable {
    var id: String
    var status: String
    var data: JSONValue

    init?(_ data: JSONValue?) {
        guard let data, let id = data["id"]?.filledText, Self.isID(id) else { return nil }
        self.id = id
        self.data = data
        status = (data["status"]?.string ?? "").lowercased()
    }

    /// What may stand in a path.
    static func isID(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z0-9._:-]{1,200}/) != nil && text.first != "."
    }

    /// In words that do not depend on the provider. A word that we do not know is no end.
    var stage: TaskStage {
        switch status {
        case "created", "pending", "queued", "starting": .pending
        case "processing", "running": .running
        case "completed", "succeeded": .succeeded
        case "failed", "timeout": .failed
        // In either spelling.
        case let word where word.hasPrefix("cancel"): .canceled
        case "deleted": .unknown
        default: .other
        }
    }

    var created: Date? { data["created_at"]?.filledText.flatMap { try? Date($0, strategy: Self.time(of: $0)) } }

    private static func time(of text: String) -> Date.ISO8601FormatStyle {
        Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
    }

    /// The links of its results, in their order; nil in place of one that is none.
    var links: [String?] {
        (data["outputs"]?.array ?? []).map { output in
            let words = ["url", "image_url", "output", "uri", "image", "src"]
            let text = output.string ?? words.lazy.compactMap { output[$0]?.filledText }.first
            return text.flatMap { $0.hasPrefix("http://") || $0.hasPrefix("https://") ? $0 : nil }
        }
    }

    /// - Parameter answer: in which it stands.
    func state(_ answer: Envelope, _ failures: WaveSpeedFailures, now: Date) -> TaskReport.State {
        switch stage {
        case .pending: .pending
        case .running, .other: .running
        case .canceled: .canceled
        case .unknown: .unknown
        case .succeeded: .succeeded(result(answer, now))
        case .failed:
            .failed(
                failures.task(
                    code: data["code"]?.lenientInt ?? (status == "timeout" ? 5004 : 0),
                    said: ProviderText.safe(data["error"]?.filledText ?? "", key: nil), of: answer))
        }
    }

    private func result(_ answer: Envelope, _ now: Date) -> RenderResult {
        var usage: [String: JSONValue] = [:]
        for key in ["timings", "executionTime", "has_nsfw_contents"] { usage[key] = data[key] }
        let outputs = links.enumerated().compactMap { index, link in
            link.map { RenderResult.Output(index: index + 1, url: $0, medium: Self.medium(of: $0)) }
        }
        return RenderResult(
            task: TaskID(id), requestID: answer.requestID, status: status, outputs: outputs,
            origPrompt: data["input"]?["prompt"]?.string, usage: usage.isEmpty ? nil : .object(usage),
            submitTime: data["created_at"]?.string, learnedAt: now)
    }

    private static func medium(of link: String) -> RenderResult.Medium {
        let path = link.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return [".mp4", ".mov", ".webm", ".m4v", ".avi"].contains { path.hasSuffix($0) } ? .film : .picture
    }
}
