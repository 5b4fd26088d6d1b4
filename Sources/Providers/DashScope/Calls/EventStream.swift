import ProviderSupport
import RenderCore

/// The events of a streamed answer (SSE) put together to the one answer that it would have been without a stream.
///
/// Texts of one stretch are joined, pictures stand once each, and what is said again (`usage`, `finish_reason`) counts as said last.
/// Comments, unknown lines and events that cannot be read are passed over: only the end proves that a stream is whole.
///
/// - Source: Model Studio documentation, wan2.6-image, 2026-05-30, and the lines that the official SDK 2.0.2 reads.
struct EventStream {
    /// Asks for a stream.
    static let header = "X-DashScope-SSE"

    private struct Choice {
        private var content: [JSONValue] = []
        private var pictures: Set<String> = []
        /// Not yet in `content`.
        private var text = ""
        private var finishReason: JSONValue?

        var hasPictures: Bool { !pictures.isEmpty }

        mutating func add(_ delta: JSONValue) {
            if let reason = delta["finish_reason"] { finishReason = reason }
            for item in delta["message"]?["content"]?.lenientItems ?? [] {
                if let link = item["image"]?.filledText {
                    guard pictures.insert(link).inserted else { continue }
                } else if item.saidCode == nil, !item.holdsMore {
                    text += item["text"]?.string ?? ""
                    continue
                }
                endText()
                content.append(item)
            }
        }

        mutating func finished() -> JSONValue {
            endText()
            return [
                "finish_reason": finishReason ?? .null,
                "message": ["role": "assistant", "content": .array(content)],
            ]
        }

        private mutating func endText() {
            if !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
            text = ""
        }
    }

    private var choices: [Choice] = []
    private var output: [String: JSONValue] = [:]
    private var last: [String: JSONValue] = [:]
    private var error: JSONValue?
    private var isFinished = false

    /// Nil where not a single event could be read: it is something else then.
    init?(_ bytes: [UInt8]) {
        var name = ""
        var data: [UInt8] = []
        var hasEvents = false
        var lines = bytes.replacing([13, 10], with: [10]).split(omittingEmptySubsequences: false) {
            $0 == 10 || $0 == 13
        }
        // A last event counts also where the empty line behind it is missing: it is JSON as a whole, or nothing.
        lines.append([])
        for line in lines {
            guard !line.isEmpty else {
                if let event = JSONBytes.parse(data), event.object != nil {
                    hasEvents = true
                    take(event, name)
                }
                (name, data) = ("", [])
                continue
            }
            let field = line.prefix { $0 != UInt8(ascii: ":") }
            var value = line.dropFirst(field.count + 1)
            if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
            switch String(decoding: field, as: UTF8.self) {
            case "event": name = String(decoding: value, as: UTF8.self)
            case "data":
                if !data.isEmpty { data.append(10) }
                data += value
            default: break
            }
        }
        guard hasEvents else { return nil }
    }

    /// The answer; an error's own words where it ended with one.
    var answer: JSONValue {
        if let error { return error }
        var answer = last
        var output = output
        if !choices.isEmpty {
            output["choices"] = .array(
                choices.map { choice in
                    var choice = choice
                    return choice.finished()
                })
        }
        answer["output"] = .object(output)
        return .object(answer)
    }

    /// Whether the provider said its end. An error after a picture is none: that picture may be billed.
    var isWhole: Bool {
        guard let error else { return isFinished }
        return error.errorCode != nil && !choices.contains(where: \.hasPictures)
    }

    private mutating func take(_ event: JSONValue, _ name: String) {
        guard error == nil else { return }
        guard name != "error", event.errorCode == nil else {
            error = event
            return
        }
        for (key, value) in event.object ?? [:] where key != "output" && value != .null { last[key] = value }
        for (key, value) in event["output"]?.object ?? [:] where key != "choices" { output[key] = value }
        let deltas = event["output"]?["choices"]?.lenientItems ?? []
        for (index, delta) in deltas.enumerated() {
            if index == choices.count { choices.append(Choice()) }
            choices[index].add(delta)
        }
        if let word = event["output"]?["finished"]?.bool {
            isFinished = word
        } else if !deltas.isEmpty {
            isFinished = deltas.contains { $0["finish_reason"]?.string == "stop" }
        }
    }
}
