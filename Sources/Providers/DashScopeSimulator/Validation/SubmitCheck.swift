/// Checks a submit's body against the model's row, in the order in which the service looks.
struct SubmitCheck {
    /// As the body uses it, with the variants that its flags ask for.
    let row: ModelRow
    let endpoint: SubmitPath
    let family: Family
    let body: JSON
    let switches: SimulatorSwitches
    let sse: Bool
    let media: MediaCheck

    /// What the body is made of, once it is known to be an object.
    struct Parts {
        var input: JSON
        var parameters: JSON
        var function = FunctionRule()

        func parameter(_ name: String) -> JSON? { parameters[name].flatMap { $0.isNull ? nil : $0 } }
    }

    func run() throws(Refusal) -> CheckedSubmit {
        var parts = try parts()
        try streaming(parts)
        parts.function = try function(parts.input)
        var submit = CheckedSubmit(
            row: row, prompt: "", originalPrompt: "", size: FrameSize(16, 16), count: row.defaultCount, seed: nil,
            extendsPrompt: try flag(parts, "prompt_extend") ?? row.extendsPrompt ?? false, inputs: [],
            watermark: try flag(parts, row.watermarkKey) ?? row.watermarks, streams: sse && row.streams)
        if row.extendsPrompt == nil { submit.extendsPrompt = false }

        let files: Files
        switch family {
        case .messages: files = try message(parts.input, into: &submit)
        case .prompt, .edit, .plain, .background, .film, .filmMedia, .animation:
            do {
                try text(parts.input, into: &submit)
                files = try collected(parts, extended: submit.extendsPrompt)
            } catch {
                guard family == .filmMedia, switches.missingMedia == .run, error.isMissingField else { throw error }
                // Accepted, and found out when the work begins.
                submit.runFailure = error
                return submit
            }
        }
        try fetch(files, into: &submit)
        do {
            try values(parts, into: &submit)
            try needs(files, submit)
            if let film = row.film {
                try frame(film, parts, into: &submit)
            } else {
                try size(parts, into: &submit)
            }
        } catch {
            guard endpoint.isAsync, switches.asyncRangeChecks == .run else { throw error }
            submit.runFailure = submit.runFailure ?? error
        }
        submit.runFailure = submit.runFailure ?? withoutAlpha(files, submit)
        return submit
    }

    private func parts() throws(Refusal) -> Parts {
        guard let input = body["input"], !input.isNull else {
            throw Refusal(400, "BadRequest.EmptyInput", "Required input parameter missing from request.")
        }
        guard input.isObject else {
            throw Refusal(400, "BadRequest.IllegalInput", "The input parameter requires json format.")
        }
        let parameters = body["parameters"] ?? .object([])
        guard parameters.isObject || parameters.isNull else { throw .malformed }
        return Parts(input: input, parameters: parameters)
    }

    /// Header and parameter must agree, and some calls are made in one way only.
    private func streaming(_ parts: Parts) throws(Refusal) {
        let flag = parts.parameter("stream")?.flag
        let isAlone = sse && flag == nil && switches.sseHeaderAlone == .accept
        if sse != (flag ?? false), !isAlone {
            throw .parameter(
                "x-dashscope-sse and stream parameter mismatch. Please keep the header and the parameter consistent.")
        }
        if row.isArticle, !endpoint.isAsync, !sse {
            throw .parameter("enable_interleave only supports streaming calls, please set stream to true.")
        }
    }

    private func function(_ input: JSON) throws(Refusal) -> FunctionRule {
        guard !row.functions.isEmpty else { return FunctionRule() }
        guard let name = input["function"]?.text, !name.isEmpty else {
            throw .parameter("Field required: input.function")
        }
        guard let function = row.functions[name] else {
            let known = row.functions.keys.sorted().joined(separator: ", ")
            throw .parameter("The function is not match the allowed function [\(known)]")
        }
        return function
    }

    private func text(_ input: JSON, into submit: inout CheckedSubmit) throws(Refusal) {
        guard let key = family.textKey else { return }
        let value = input[key].flatMap { $0.isNull ? nil : $0 }
        guard value == nil || value?.text != nil else { throw .malformed }
        let text = value?.text ?? ""
        guard !text.isEmpty || row.promptIsOptional else { throw .missing("input.\(key)") }
        submit.originalPrompt = text
        submit.prompt = row.promptLimit.cut(text)
    }

    private func message(_ input: JSON, into submit: inout CheckedSubmit) throws(Refusal) -> Files {
        guard let messages = input["messages"] else { throw .missing("input.messages") }
        guard let messages = messages.items else { throw .malformed }
        guard messages.count == 1 else { throw .parameter("messages length only support 1") }
        guard messages[0]["role"]?.text == "user", let content = messages[0]["content"]?.items else {
            throw .malformed
        }
        let texts = content.compactMap { $0["text"]?.text }
        let links = content.compactMap { $0["image"]?.text }
        guard texts.count + links.count == content.count else { throw .malformed }
        let rule = row.inputs.first { $0.place == .content }
        let count = rule?.count ?? 0...0
        if texts.isEmpty || texts == [""] || links.count < count.lowerBound {
            throw .parameter("lack of image or text")
        }
        guard texts.count == 1, links.count <= count.upperBound else {
            throw .parameter("content length only support \(count.upperBound + 1)")
        }
        submit.originalPrompt = texts[0]
        submit.prompt = row.promptLimit.cut(texts[0])
        return rule.map { [(rule: $0, links: links)] } ?? []
    }

    private func fetch(_ files: Files, into submit: inout CheckedSubmit) throws(Refusal) {
        for (rule, links) in files {
            for link in links {
                switch try media.check(link, rule) {
                case .media(let media): submit.inputs.append(media)
                case .failure(let failure):
                    guard endpoint.isAsync, row.fetchesLate || switches.asyncDownloadFailures == .run else {
                        throw failure.atSubmit
                    }
                    submit.runFailure = submit.runFailure ?? failure.atRun
                }
            }
            let videos = submit.inputs.count { $0.place == rule.place && $0.kind == .video }
            if let most = rule.videosMax, videos > most {
                throw .parameter("Range of videos in \(rule.place.name) should be [0, \(most)]")
            }
        }
        // The younger wan models stream only what they are given pictures for.
        if submit.streams, !row.isArticle, submit.inputs.isEmpty {
            throw .parameter("stream is not supported without input images.")
        }
    }

    /// A mask fits the picture that it masks, where both are known.
    private func needs(_ files: Files, _ submit: CheckedSubmit) throws(Refusal) {
        for (rule, _) in files {
            guard case .sizeOf(let key)? = rule.need,
                let base = submit.inputs.first(where: { $0.place == .key(key) })?.size,
                let size = submit.inputs.first(where: { $0.place == rule.place })?.size
            else { continue }
            guard size == base else {
                throw .parameter(
                    "The resolution of \(rule.place.name) should be the same as \(key): \(base.text).")
            }
        }
    }

    /// Noticed when the work begins.
    private func withoutAlpha(_ files: Files, _ submit: CheckedSubmit) -> Refusal? {
        for (rule, _) in files {
            guard case .alpha? = rule.need else { continue }
            if submit.inputs.contains(where: { $0.place == rule.place && !$0.isLink && !$0.hasAlpha }) {
                return Refusal(
                    400, "BadRequest.UnsupportedFileFormat",
                    "Base image require RGBA format, but is RGB, please check your input.")
            }
        }
        return nil
    }
}

/// The links that were given, place by place.
typealias Files = [(rule: InputRule, links: [String])]

extension Refusal {
    private static let missingStart = "Field required: "

    static func missing(_ field: String) -> Refusal { .parameter(missingStart + field) }

    var isMissingField: Bool { message.hasPrefix(Self.missingStart) }
}

extension ModelRow.TextLimit {
    /// Over-long text is cut, not refused. A token is counted as four ASCII characters or one other character.
    func cut(_ text: String) -> String {
        switch self {
        case .none: return text
        case .characters(let most): return String(text.prefix(most))
        case .words(let most):
            return text.split(separator: " ", maxSplits: most).prefix(most).joined(separator: " ")
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
