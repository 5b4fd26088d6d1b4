import ProviderSupport
import RenderCore

import struct Foundation.Date

/// What one place in an answer holds.
enum AnswerPart: Sendable, Equatable {
    case output(url: String, RenderResult.Medium)
    case failed(code: String, message: String)
    /// Something is named, and not by a link.
    case unreadable
}

/// Finds the results in one shape of `output`. A query does not know the family, so every reader knows its own shape.
protocol AnswerReader: Sendable {
    /// Nil where `output` has another shape.
    static func parts(of output: JSONValue) -> [AnswerPart]?
    static func prompts(of output: JSONValue) -> (original: String?, actual: String?)
    /// Text and outputs in the order in which they are read, text alone where it is all that came; nil where text is none of the result.
    static func article(of output: JSONValue) -> [ArticleItem]?
}

extension AnswerReader {
    static func prompts(of output: JSONValue) -> (original: String?, actual: String?) {
        (output["orig_prompt"]?.filledText, output["actual_prompt"]?.filledText)
    }

    static func article(of output: JSONValue) -> [ArticleItem]? { nil }
}

enum AnswerReaders {
    private static let all: [any AnswerReader.Type] = [ChoicesAnswer.self, ResultsAnswer.self, LinkAnswer.self]

    /// The result that an `output` holds; nil where there is neither an output, nor a failed part, nor text.
    static func result(
        of answer: JSONValue, task: TaskID?, requestID: String?, status: String, learnedAt: Date
    ) -> RenderResult? {
        guard let output = answer["output"] else { return nil }
        for reader in all {
            guard let parts = reader.parts(of: output) else { continue }
            let article = reader.article(of: output)
            guard !parts.isEmpty || article != nil else { continue }
            // Pictures that are billed and stand nowhere: they are somewhere else.
            let usage = answer["usage"] ?? output["usage"]
            if parts.isEmpty, (Quote.Usage(usage, per: .picture).pictures ?? 0) > 0 { return nil }
            let prompts = reader.prompts(of: output)
            var result = RenderResult(
                task: task, requestID: requestID, status: status, outputs: [], origPrompt: prompts.original,
                actualPrompt: prompts.actual, usage: usage,
                submitTime: output["submit_time"]?.filledText, scheduledTime: output["scheduled_time"]?.filledText,
                endTime: output["end_time"]?.filledText, learnedAt: learnedAt, article: article)
            for (index, part) in parts.enumerated() {
                switch part {
                case .unreadable:
                    result.failedParts.append(
                        RenderResult.FailedPart(
                            index: index + 1, code: LocalCode.linkUnusable.rawValue,
                            message: Message.resultWithoutLink().what))
                case .output(let url, let medium):
                    result.outputs.append(RenderResult.Output(index: index + 1, url: url, medium: medium))
                case .failed(let code, let message):
                    result.failedParts.append(
                        RenderResult.FailedPart(
                            index: index + 1, code: ProviderText.safe(code, key: nil),
                            message: ProviderText.safe(message, key: nil)))
                }
            }
            // A result that is there and cannot be reached did not fail.
            let isUnread = result.outputs.isEmpty && parts.contains(.unreadable)
            return isUnread ? nil : result
        }
        return nil
    }

    /// A link, or why there is none.
    static func part(link: String, _ medium: RenderResult.Medium) -> AnswerPart {
        let start = link.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
            ? .output(url: link, medium)
            : .unreadable
    }
}
