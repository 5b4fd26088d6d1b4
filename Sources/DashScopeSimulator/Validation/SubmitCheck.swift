/// A submit that was understood: everything that decides what will be drawn and paid.
struct CheckedSubmit: Sendable {
    var prompt: String
    var size: PixelSize
    var count: Int
    var seed: Int?
    var extendsPrompt: Bool
    var references: [InputImage]
    var watermark: Bool
    /// Accepted, but will end FAILED with this.
    var runFailure: Refusal?
}

/// Checks a submit's body against the model's row, in the order in which the service looks.
struct SubmitCheck {
    let row: ModelRow
    let endpoint: Endpoint
    let body: JSONValue
    let switches: SimulatorSwitches
    let sse: Bool
    let references: ReferenceCheck

    func run() throws(Refusal) -> CheckedSubmit {
        guard let input = body["input"], !input.isNull else {
            throw Refusal(400, "BadRequest.EmptyInput", "Required input parameter missing from request.")
        }
        guard input.isObject else {
            throw Refusal(400, "BadRequest.IllegalInput", "The input parameter requires json format.")
        }
        let parameters = body["parameters"] ?? .object([])
        guard parameters.isObject || parameters.isNull else { throw .malformed }
        if sse != (parameters["stream"]?.flag ?? false) {
            throw .parameter(
                "x-dashscope-sse and stream parameter mismatch. Please keep the header and the parameter consistent.")
        }
        let asked: Asked
        switch row.family(on: endpoint) {
        case .messages: asked = try messages(input)
        case .prompt: asked = try prompt(input)
        }
        var submit = CheckedSubmit(
            prompt: truncated(asked.prompt), size: PixelSize(16, 16), count: row.defaultCount, seed: nil,
            extendsPrompt: try flag(parameters, "prompt_extend") ?? row.extendsPrompt ?? false, references: [],
            watermark: try flag(parameters, "watermark") ?? false)
        if row.extendsPrompt == nil { submit.extendsPrompt = false }
        for link in asked.links {
            switch try references.check(link) {
            case .image(let image): submit.references.append(image)
            case .failure(let failure):
                guard endpoint.isAsync, switches.asyncDownloadFailures == .run else { throw failure.atSubmit }
                submit.runFailure = submit.runFailure ?? failure.atRun
            }
        }
        do {
            try ranges(parameters, into: &submit)
        } catch {
            guard endpoint.isAsync, switches.asyncRangeChecks == .run else { throw error }
            submit.runFailure = submit.runFailure ?? error
        }
        return submit
    }

    private struct Asked {
        var prompt: String
        var links: [String]
    }

    private func messages(_ input: JSONValue) throws(Refusal) -> Asked {
        guard let messages = input["messages"] else { throw .parameter("Field required: input.messages") }
        guard let messages = messages.items else { throw .malformed }
        guard messages.count == 1 else { throw .parameter("messages length only support 1") }
        guard messages[0]["role"]?.text == "user", let content = messages[0]["content"]?.items else {
            throw .malformed
        }
        let texts = content.compactMap { $0["text"]?.text }
        let links = content.compactMap { $0["image"]?.text }
        guard texts.count + links.count == content.count else { throw .malformed }
        if texts.isEmpty || texts == [""] || links.count < row.references.lowerBound {
            throw .parameter("lack of image or text")
        }
        guard texts.count == 1, links.count <= row.references.upperBound else {
            throw .parameter("content length only support \(row.references.upperBound + 1)")
        }
        return Asked(prompt: texts[0], links: links)
    }

    private func prompt(_ input: JSONValue) throws(Refusal) -> Asked {
        guard let prompt = input["prompt"]?.text, !prompt.isEmpty else {
            throw .parameter("Field required: input.prompt")
        }
        var links: [String] = []
        if endpoint == .imageToImage {
            guard let images = input["images"]?.items else { throw .parameter("Field required: input.images") }
            links = images.compactMap(\.text)
            guard links.count == images.count else { throw .malformed }
        } else if let link = input["ref_img"]?.text, row.references.upperBound > 0 {
            links = [link]
        }
        guard row.references.contains(links.count) else {
            throw .parameter(
                "Range of images should be [\(row.references.lowerBound), \(row.references.upperBound)]")
        }
        return Asked(prompt: prompt, links: links)
    }

    private func ranges(_ parameters: JSONValue, into submit: inout CheckedSubmit) throws(Refusal) {
        if let count = try integer(parameters, "n") {
            guard row.count.contains(count) else {
                throw .parameter(
                    row.count == 1...1
                        ? "num_images_per_prompt must be 1"
                        : "Range of n should be [\(row.count.lowerBound), \(row.count.upperBound)]")
            }
            submit.count = count
        }
        if let seed = try integer(parameters, "seed") {
            guard (0...2_147_483_647).contains(seed) else {
                throw .parameter("Range of seed should be [0, 2147483647]")
            }
            submit.seed = seed
        }
        if let mode = parameters["prompt_extend_mode"]?.text, case .qwen3 = row.dialect {
            guard mode == "direct" || mode == "agent", mode == "direct" || submit.references.isEmpty else {
                throw .malformed
            }
        }
        let size = parameters["size"]
        guard size == nil || size == .null || size?.text != nil else { throw .malformed }
        submit.size = try row.size.resolve(
            size?.text, references: submit.references.count, lastRatio: submit.references.last.flatMap(\.ratio))
    }

    private func integer(_ parameters: JSONValue, _ key: String) throws(Refusal) -> Int? {
        guard let value = parameters[key], !value.isNull else { return nil }
        guard let number = value.integer else { throw .malformed }
        return number
    }

    private func flag(_ parameters: JSONValue, _ key: String) throws(Refusal) -> Bool? {
        guard let value = parameters[key], !value.isNull else { return nil }
        guard let flag = value.flag else { throw .malformed }
        return flag
    }

    /// Over-long text is cut, not refused. A token is counted as four ASCII characters or one other character.
    private func truncated(_ text: String) -> String {
        switch row.promptLimit {
        case .none: return text
        case .characters(let most): return String(text.prefix(most))
        case .tokens(let most):
            var quarters = most * 4
            return String(
                text.prefix { character in
                    quarters -= character.isASCII ? 1 : 4
                    return quarters >= 0
                })
        }
    }
}
