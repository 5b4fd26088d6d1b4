import Foundation
import SimulatorSupport

/// How each dialect tells of a task. One that runs, one that nobody knows and a site that does not answer look the same in all of them.
extension QwenProxyWorld {
    mutating func task(_ path: String, _ fault: QwenProxyFault?, _ now: Date) -> Reply {
        guard options.dialect != .u, options.dialect != .w else { return notFound }
        let id = String(path.dropFirst("/tasks/status/".count))
        guard let film = films.first(where: { $0.id == id }), film.isDone(at: now), fault?.type != .taskForgotten else {
            return running(id)
        }
        if film.fails { return failed(id) }
        return done(film, now)
    }

    private func running(_ id: String) -> Reply {
        let error = said("The task is not ready", "Задача не готова")
        let name: (key: String, value: WireValue) = ("task_id", .text(id))
        switch options.dialect {
        case .g: return Reply(202, .object([name, ("task_status", .text("timeout")), ("error", error)]))
        case .g2: return Reply(500, .object([name, ("status", .text("timeout")), ("error", error)]))
        case .f:
            return Reply(
                500,
                .object([
                    name, ("success", .flag(false)), ("status", .text("timeout")), ("error", error),
                    ("video_url", .null), ("image_url", .null), ("media_url", .null),
                ]))
        // It looks five times, two seconds apart, and then says nothing more.
        case .i: return Reply(500, .object([("error", error)]), seconds: 8 / max(1, options.speed))
        case .u, .w: return notFound
        }
    }

    private func failed(_ id: String) -> Reply {
        let error = said("The task failed", "Задача завершилась ошибкой")
        let site: WireValue = .object([("task_status", .text("failed")), ("message", .text("blocked"))])
        let name: (key: String, value: WireValue) = ("task_id", .text(id))
        switch options.dialect {
        case .g:
            return Reply(500, .object([name, ("task_status", .text("failed")), ("error", error), ("data", site)]))
        case .g2: return Reply(500, .object([name, ("status", .text("failed")), ("error", error), ("data", site)]))
        case .f, .i:
            return Reply(
                200,
                .object([
                    name, ("success", .flag(false)), ("status", .text("failed")), ("error", error), ("data", site),
                ]))
        case .u, .w: return notFound
        }
    }

    private mutating func done(_ film: SimulatedChatFilm, _ now: Date) -> Reply {
        let name = "film-\(film.id)"
        if results[name] == nil { results[name] = now }
        let content = film.words ?? "\(origin)/_cdn/output/\(name)/video.mp4?key=secret"
        let site: [(key: String, value: WireValue)] = [
            ("task_status", .text(options.doneWord)), ("content", .text(content)), ("message", .text("")),
        ]
        let task: (key: String, value: WireValue) = ("task_id", .text(film.id))
        switch options.dialect {
        // The site's fields are laid over the proxy's.
        case .g: return Reply(200, .object([task] + site))
        case .g2: return Reply(200, .object([task, ("status", .text("completed")), ("data", .object(site))]))
        case .f, .i:
            let url: WireValue = film.words == nil ? .text(content) : .null
            return Reply(
                200,
                .object([
                    task, ("success", .flag(true)), ("status", .text("completed")), ("video_url", url),
                    ("image_url", .null), ("media_url", url), ("data", .object(site)),
                ]))
        case .u, .w: return notFound
        }
    }
}
