/// What a message holds: pictures, and the words of an article between them.
extension TaskWire {
    enum Item {
        case words(String)
        /// The index of a part.
        case picture(Int)
    }

    /// In order; parts that failed are left out.
    var items: [Item] {
        let pictures = task.parts.enumerated().compactMap { index, part -> Int? in
            if case .made = part { index } else { nil }
        }
        guard row.isArticle else { return pictures.map { .picture($0) } }
        let parts = pictures.enumerated().flatMap { number, index in
            [Item.words("Picture \(number + 1) of \(pictures.count). \(task.submit.prompt)\n"), .picture(index)]
        }
        return parts + [.words("That is all.\n")]
    }

    /// Output and usage of the messages family.
    func choices(isSync: Bool) -> JSON {
        var content = items.map { json($0) }
        var reasoning: JSON?
        if case .zImage = row.dialect {
            reasoning = ""
            content.append(.make(["text": .string(task.submit.extendsPrompt ? extended : task.submit.prompt)]))
        }
        let groups = isOneEach ? content.map { [$0] } : [content]
        let choices = groups.map { choice($0, reason: "stop", reasoning: reasoning) }
        var output = JSON.make(["choices": .array(choices)])
        if isSync, isWan { output.set("finished", true) }
        if isSync, case .qwen3 = row.dialect {
            output.set("rewrite_status", .string(task.submit.extendsPrompt ? "success" : "skipped"))
        }
        return .make(["output": output, "usage": usage])
    }

    func choice(_ content: [JSON], reason: JSON, reasoning: JSON? = nil) -> JSON {
        .make([
            "finish_reason": reason,
            "message": .make(["role": "assistant", "reasoning_content": reasoning, "content": .array(content)]),
        ])
    }

    func json(_ item: Item) -> JSON {
        switch item {
        case .words(let text): return .make(["type": "text", "text": .string(text)])
        case .picture(let part):
            let link = task.links[part].map { JSON.string($0) }
            return .make(["image": link, "type": showsTypes ? "image" : nil])
        }
    }

    private var isWan: Bool { if case .wan = row.dialect { true } else { false } }

    private var showsTypes: Bool {
        if case .kling = row.dialect { return true }
        return isWan
    }

    /// Whether each picture has a choice of its own.
    private var isOneEach: Bool {
        guard !row.isArticle, case .choices = row.result ?? task.family.result else { return false }
        switch switches.layout {
        case .documented:
            if case .wan(tokens: false) = row.dialect { return true }
            return false
        case .oneChoicePerImage:
            if case .zImage = row.dialect { return false }
            return true
        case .oneChoice: return false
        }
    }
}
