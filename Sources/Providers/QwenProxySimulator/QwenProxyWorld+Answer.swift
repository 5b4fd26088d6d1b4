import Foundation
import SimulatorSupport

extension QwenProxyWorld {
    mutating func answer(
        _ incoming: Incoming, _ kind: QwenProxyFault.Request, _ fault: QwenProxyFault?, _ now: Date
    ) -> Reply {
        if kind == .result { return file(incoming, now) }
        guard incoming.path.hasPrefix(Self.root + "/") else { return notFound }
        if !options.keys.isEmpty, incoming.key.map({ !options.keys.contains($0) }) ?? true {
            return refusal(401, said("Invalid API key", "Неверный API ключ"))
        }
        let path = String(incoming.path.dropFirst(Self.root.count))
        switch kind {
        case .picture: return picture(incoming, path, now)
        case .film: return film(incoming, path, fault, now)
        case .text: return text(incoming, now)
        case .task: return task(path, fault, now)
        case .health, .other, .result: return route(incoming, path, now)
        }
    }

    /// What comes instead of an answer, where nothing is made; nil: the request is carried out.
    mutating func instead(_ fault: QwenProxyFault, _ kind: QwenProxyFault.Request, _ now: Date) -> Reply? {
        func failed(_ members: [(key: String, value: WireValue)]) -> Reply { Reply(200, .object(members)) }
        switch fault.type {
        case .status:
            var reply = refusal(fault.status ?? 500, said("internal error", "внутренняя ошибка"))
            if let seconds = fault.retryAfter { reply.headers["retry-after"] = String(seconds) }
            return reply
        case .page: return Self.page(fault.status ?? 502)
        case .errorObject:
            return failed([
                ("error", .object([("message", said("Something broke", "Что-то сломалось")), ("type", .text("x"))]))
            ])
        case .notReady: return failed([("error", said("Browser is not ready", "Браузер не готов"))])
        case .verification:
            return failed([
                ("error", said("Verification is required", "Требуется верификация")), ("verification", .flag(true)),
            ])
        case .signedOut:
            for index in accounts.indices { accounts[index].isInvalid = true }
            return failed(noAccount)
        case .limit:
            for index in accounts.indices where !accounts[index].isInvalid {
                accounts[index].resetAt = now.addingTimeInterval(Double(options.resetHours) * 3600)
            }
            return failed(noAccount)
        case .rateLimited:
            return failed([("error", .text("RateLimited")), ("detail", said("Wait 24 hours", "Ждите 24 часа"))])
        case .details:
            return failed([
                ("error", said("Error of the API", "Ошибка API")),
                ("details", .text(#"{"success":false,"data":{"code":"Bad_Request"}}"#)), ("chatId", .text("chat-0")),
            ])
        case .noTaskID:
            return failed([
                ("error", said("No task id in the answer", "Нет id задачи в ответе")),
                ("rawResponse", .object([("success", .flag(true))])),
            ])
        case .close, .acceptThenClose, .acceptThenStall, .acceptThenPage, .timedOut, .taskFails, .taskForgotten,
            .taskWithoutLink:
            return nil
        }
    }

    // MARK: Routes that make nothing

    private func route(_ incoming: Incoming, _ path: String, _ now: Date) -> Reply {
        let dialect = options.dialect
        let isLater = dialect == .f || dialect == .i
        switch (incoming.method, path) {
        case ("GET", "/health") where isLater: return health(now)
        case ("GET", "/status"): return status(now)
        case ("GET", "/models"):
            return Reply(
                200,
                .object([
                    ("object", .text("list")),
                    ("data", .list(["qwen3-vl-plus", "qwen-max-latest", "qwen3-coder-plus"].map(Self.model))),
                ]))
        case ("GET", "/images/models") where isLater || dialect == .u:
            return Reply(200, .object([("object", .text("list")), ("data", .list([Self.model("qwen3-vl-plus")]))]))
        case ("GET", "/videos/models") where isLater:
            return Reply(200, .object([("object", .text("list")), ("data", .list([Self.model("qwen3-vl-plus")]))]))
        case ("POST", "/images/generations") where dialect == .u:
            return Reply(
                503,
                .object([
                    ("error", said("DASHSCOPE_API_KEY is not set", "DASHSCOPE_API_KEY не задан")),
                    ("message", .text("")),
                ]))
        case ("GET", "/download") where dialect == .i:
            return refusal(400, .text("url is required"))
        case ("POST", "/images/compose") where dialect == .w: return refusal(400, .text("no files"))
        case ("POST", "/chats"):
            return Reply(200, .object([("chatId", .text("chat-\(number)")), ("success", .flag(true))]))
        case ("POST", "/files/upload"): return upload(incoming)
        default: return notFound
        }
    }

    private static func model(_ id: String) -> WireValue {
        .object([
            ("id", .text(id)), ("object", .text("model")), ("created", .int(0)), ("owned_by", .text("qwen")),
            ("permission", .list([])),
        ])
    }

    private func health(_ now: Date) -> Reply {
        let invalid = accounts.count { $0.isInvalid }
        let waiting = accounts.count { !$0.isInvalid && $0.isWaiting(at: now) }
        let available = accounts.count - invalid - waiting
        var members: [(key: String, value: WireValue)] = [
            ("ok", .flag(available > 0)), ("service", .text("FreeQwenApi")), ("baseUrl", .text(origin + Self.root)),
            ("models", .int(options.dialect == .f ? 28 : 29)),
            (
                "accounts",
                .object([
                    ("total", .int(accounts.count)), ("available", .int(available)), ("invalid", .int(invalid)),
                    ("waiting", .int(waiting)),
                ])
            ), ("timestamp", .text(now.ISO8601Format())),
        ]
        if options.dialect == .f { members.append(("watermark", .text("FreeQwenApi"))) }
        return Reply(200, .object(members))
    }

    private func status(_ now: Date) -> Reply {
        let rows = accounts.enumerated().map { index, account in
            let word = account.isInvalid ? "INVALID" : account.isWaiting(at: now) ? "WAIT" : "OK"
            return WireValue.object([
                ("id", .text("account-\(index)")), ("status", .text(word)),
                ("resetAt", account.resetAt.map { .text($0.ISO8601Format()) } ?? .null),
            ])
        }
        let isIn = accounts.contains { !$0.isInvalid }
        return Reply(
            200, .object([("authenticated", .flag(isIn)), ("message", .text("")), ("accounts", .list(rows))]),
            seconds: options.statusSeconds * Double(accounts.count) / max(0.001, options.speed))
    }

    private func upload(_ incoming: Incoming) -> Reply {
        guard let type = incoming.headers["content-type"], type.hasPrefix("multipart/form-data") else {
            return refusal(400, said("No file", "Файл не передан"))
        }
        // Too large is a plain 500, and no 413.
        guard incoming.body.count <= options.uploadBytesMax else {
            return refusal(500, said("File too large", "Файл слишком большой"))
        }
        return Reply(
            200,
            .object([
                ("success", .flag(true)),
                (
                    "file",
                    .object([
                        ("name", .text("file")), ("url", .text(origin + "/_cdn/upload/file?key=1")),
                        ("size", .int(incoming.body.count)), ("type", .text("image")),
                    ])
                ),
            ]))
    }

    // MARK: The store

    private func file(_ incoming: Incoming, _ now: Date) -> Reply {
        let parts = incoming.path.split(separator: "/")
        guard parts.count == 4, let made = results[String(parts[2])], incoming.query.hasPrefix("key="),
            options.linkSeconds <= 0 || now < made.addingTimeInterval(options.linkSeconds)
        else { return Reply(403, .object([("error", .text("expired"))])) }
        if options.needsReferer, incoming.headers["referer"]?.hasPrefix("https://chat.qwen.ai") != true {
            return Reply(403, .object([("error", .text("referer"))]))
        }
        if options.storeSendsPage { return Self.page(200) }
        var reply = Reply(200, .null)
        let isFilm = parts[3].hasSuffix(".mp4")
        reply.headers = ["content-type": isFilm ? "video/mp4" : "image/png"]
        let tint = parts[2].utf8.reduce(UInt8(0)) { $0 &* 31 &+ $1 }
        reply.body = isFilm ? SimulatedFilm.bytes : PlainPicture.png(width: 640, height: 360, tint: tint)
        return reply
    }
}
