import Foundation
import SimulatorSupport

extension QwenProxyWorld {
    private static let models = ["qwen3-vl-plus", "qwen-max-latest", "qwen3-coder-plus"]

    /// An unknown model becomes the default without a word.
    private func model(_ body: WireValue?) -> String {
        let asked = body?["model"]?.string ?? ""
        return Self.models.contains(asked) ? asked : options.dialect == .i ? "qwen3.7-max" : "qwen-max-latest"
    }

    private mutating func link(_ ending: String, _ now: Date) -> String {
        number += 1
        let name = "r\(number)"
        results[name] = now
        return "\(origin)/_cdn/output/\(name)/\(ending)?key=secret-\(number)"
    }

    private func prompt(_ body: WireValue?) -> String? {
        let text = body?["message"]?.string ?? body?["prompt"]?.string
        return text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func created(_ now: Date) -> WireValue { .int(Int(now.timeIntervalSince1970)) }

    private func chat(
        _ id: String, _ object: String, _ model: String, _ content: String, _ now: Date
    ) -> [(key: String, value: WireValue)] {
        [
            ("id", .text(id)), ("object", .text(object)), ("created", created(now)), ("model", .text(model)),
            (
                "choices",
                .list([
                    .object([
                        ("index", .int(0)),
                        ("message", .object([("role", .text("assistant")), ("content", .text(content))])),
                        ("finish_reason", .text("stop")),
                    ])
                ])
            ),
        ]
    }

    /// Where every account is used up: HTTP 200 on the chat's route, a status on the others.
    private func refusedByAll(_ path: String) -> Reply {
        guard path != "/chat" else { return Reply(200, .object(noAccount)) }
        return Reply(options.dialect == .i ? 401 : 500, .object(noAccount))
    }

    // MARK: Text

    func text(_ incoming: Incoming, _ now: Date) -> Reply {
        let body = WireValue.parse(incoming.body)
        guard body != nil else { return refusal(400, said("Invalid JSON", "Неверный JSON"), ofFrame: true) }
        guard prompt(body) != nil || body?["messages"]?.items != nil else {
            return refusal(400, said("No message", "Сообщение не передано"))
        }
        let words = "I cannot draw, but I can describe it: a picture of what you asked for."
        return Reply(200, .object(chat("chat-\(number)", "chat.completion", model(body), words, now)))
    }

    // MARK: Pictures

    mutating func picture(_ incoming: Incoming, _ path: String, _ now: Date) -> Reply {
        let body = WireValue.parse(incoming.body)
        guard prompt(body) != nil else { return refusal(400, said("No prompt", "Промпт не передан")) }
        guard take(now) != nil else { return refusedByAll(path) }
        let seconds = options.pictureSeconds / max(0.001, options.speed)
        let first = link("image.png", now)
        if path == "/image" { return Reply(200, .object([("url", .text(first))]), seconds: seconds) }
        let content =
            switch options.pictureForm {
            case .link: first
            case .twoLinks: first + "\n" + link("image.png", now)
            case .markdown: "Here it is: ![picture](\(first))"
            case .prose: "I am sorry, I cannot draw this."
            case .empty: ""
            }
        if path == "/images/generations" {
            guard !content.isEmpty, options.pictureForm != .prose else {
                return Reply(502, .object([("error", said("No URL found", "URL не найден"))]), seconds: seconds)
            }
            return Reply(
                200,
                .object([
                    ("created", created(now)),
                    (
                        "data",
                        .list([
                            .object([("url", .text(first)), ("revised_prompt", .text(prompt(body) ?? ""))])
                        ])
                    ), ("provider", .text("qwen-chat")), ("model", .text(model(body))), ("raw", .object([])),
                ]), seconds: seconds)
        }
        if options.wrapsData, options.dialect == .f {
            return Reply(
                200, .object([("success", .flag(true)), ("data", .object([("content", .text(content))]))]),
                seconds: seconds)
        }
        var members = chat("picture-\(number)", "chat.completion", model(body), content, now)
        if options.hasUsage {
            members.append(
                (
                    "usage",
                    .object([
                        ("input_tokens", .int(0)), ("output_tokens", .int(0)), ("characters", .int(0)),
                        ("width", .int(2688)), ("height", .int(1536)), ("image_count", .int(1)),
                    ])
                ))
        }
        members += [
            ("response_id", .text("response-\(number)")), ("chatId", .text("chat-\(number)")),
            ("parentId", .text("response-\(number)")),
        ]
        return Reply(200, .object(members), seconds: seconds)
    }

    // MARK: Films

    mutating func film(_ incoming: Incoming, _ path: String, _ fault: QwenProxyFault?, _ now: Date) -> Reply {
        let body = WireValue.parse(incoming.body)
        guard prompt(body) != nil else { return refusal(400, said("No prompt", "Промпт не передан")) }
        guard let account = take(now) else { return refusedByAll(path) }
        number += 1
        let seconds = options.filmSeconds / max(0.001, options.speed)
        var film = SimulatedChatFilm(
            id: "0a1b2c3d-0000-4000-8000-\(100_000_000_000 + number)", created: now, seconds: seconds,
            account: account)
        switch fault?.type {
        case .taskFails: film.fails = true
        case .taskForgotten: film.isForgotten = true
        case .taskWithoutLink: film.words = "I cannot film this."
        default: break
        }
        films.append(film)
        let waits = body?["waitForCompletion"]?.bool ?? body?["wait"]?.bool ?? true
        if fault?.type == .timedOut {
            return Reply(
                200,
                .object([
                    ("error", said("The task took too long", "Задача не успела")), ("status", .text("timeout")),
                    ("task_id", .text(film.id)), ("chatId", .text("chat-\(number)")),
                ]))
        }
        // It waits 180 s at most.
        let isDoneInTime = waits && seconds <= 180
        return path == "/chat"
            ? chatFilm(film, body, waits, isDoneInTime, now)
            : routeFilm(film, body, waits, isDoneInTime, now)
    }

    private mutating func chatFilm(
        _ film: SimulatedChatFilm, _ body: WireValue?, _ waits: Bool, _ isDone: Bool, _ now: Date
    ) -> Reply {
        let ids: [(key: String, value: WireValue)] = [
            ("task_id", .text(film.id)), ("chatId", .text("chat-\(number)")), ("parentId", .text(film.id)),
        ]
        guard waits else {
            return Reply(
                200,
                .object(
                    [
                        ("id", .text(film.id)), ("object", .text("chat.completion.task")), ("created", created(now)),
                        ("model", .text(model(body))),
                    ] + ids + [
                        ("status", .text("processing")), ("message", said("Task was created", "Задача создана")),
                    ]))
        }
        guard isDone else {
            return Reply(
                200, .object([("error", said("Timeout", "Тайм-аут")), ("status", .text("timeout"))] + ids),
                seconds: 180 / max(1, options.speed))
        }
        let url = link("video.mp4", now)
        return Reply(
            200,
            .object(
                chat(film.id, "chat.completion", model(body), url, now) + [("video_url", .text(url))] + ids),
            seconds: film.seconds)
    }

    private mutating func routeFilm(
        _ film: SimulatedChatFilm, _ body: WireValue?, _ waits: Bool, _ isDone: Bool, _ now: Date
    ) -> Reply {
        let url = isDone ? link("video.mp4", now) : nil
        return Reply(
            200,
            .object([
                ("id", .text(film.id)), ("object", .text(isDone ? "video.generation" : "video.generation.task")),
                ("created", created(now)), ("provider", .text("qwen-chat")), ("model", .text(model(body))),
                ("prompt", .text(prompt(body) ?? "")), ("status", .text(isDone ? "completed" : "processing")),
                ("task_id", .text(film.id)), ("video_url", url.map { .text($0) } ?? .null),
                ("data", .list(url.map { [.object([("url", .text($0))])] } ?? [])),
                ("waitForCompletion", .flag(waits)), ("raw", .object([])),
            ]), seconds: isDone ? film.seconds : 0)
    }
}
