import Foundation

extension RenderPlan {
    /// What is asked for, as 64 hexadecimal digits: equal for two renders if either result fits either of them. It does
    /// not depend on the provider's endpoints and bodies, on names of files, tags, prices or times, and never changes for
    /// the same request.
    ///
    /// Nil if a reference is a file whose bytes are not known.
    public var requestDigest: String? {
        var media: [JSONValue] = []
        for reference in references {
            var item: [String: JSONValue] = ["role": reference.role.map { .string($0) } ?? .null]
            switch reference.source {
            case .url(let url): item["url"] = .string(url)
            case .file:
                guard let sha256 = reference.sha256 else { return nil }
                item["sha256"] = .string(sha256)
            }
            if let about = reference.wire?.content[ProviderReference.itemKey] { item["item"] = about }
            media.append(.object(item))
        }
        func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        func optional(_ number: Int?) -> JSONValue { number.map { .int($0) } ?? .null }
        func optional(_ flag: Bool?) -> JSONValue { flag.map { .bool($0) } ?? .null }
        let content: JSONValue = [
            "version": 1, "model": .string(model), "prompt": .string(prompt),
            "negative_prompt": optional(negativePrompt), "media": .array(media), "function": optional(function),
            "size": optional(size), "resolution": optional(resolution), "ratio": optional(ratio),
            "duration": optional(duration), "count": .int(count), "seed": optional(seed),
            "prompt_extend": optional(promptExtend), "watermark": optional(watermark),
            "parameters": .object(parameters), "input": wire.content[ProviderPlan.inputKey] ?? .null,
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
        // A value that JSON has no word for makes no digest.
        guard let bytes = try? encoder.encode(content) else { return nil }
        return SHA256Sum.hexadecimal(of: Array(bytes))
    }
}
