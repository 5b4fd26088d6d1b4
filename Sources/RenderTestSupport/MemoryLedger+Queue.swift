public import RenderCore

public import struct Foundation.Date

extension MemoryLedger {
    public func due(perLane limit: Int, at now: Date) -> [RenderRecord] {
        var places: [String: Int] = [:]
        return renders(in: [.queued], limit: nil).filter { render in
            if let start = render.plan.notBefore, start.epochMilliseconds > now.epochMilliseconds { return false }
            places[render.plan.laneName, default: 0] += 1
            return places[render.plan.laneName, default: 0] <= limit
        }
    }

    public func overdue(at now: Date, limit: Int) -> [RenderRecord] {
        func end(_ render: RenderRecord) -> Int { render.giveUpAt?.epochMilliseconds ?? .max }
        let found = renders(in: [.queued], limit: nil).filter { end($0) < now.epochMilliseconds }
        return Array(found.sorted { (end($0), $0.id) < (end($1), $1.id) }.prefix(limit))
    }

    public func queueState(at now: Date, perLane limit: Int, overdueAtMost overdueMax: Int) -> QueueState {
        QueueState(
            next: nextChange(after: now), overdue: overdue(at: now, limit: overdueMax),
            due: due(perLane: limit, at: now))
    }

    public func nextChange(after now: Date) -> Date? {
        let now = now.epochMilliseconds
        let times = renders(in: [.queued], limit: nil).flatMap { render in
            [
                render.plan.notBefore.map(\.epochMilliseconds).flatMap { $0 > now ? $0 : nil },
                render.giveUpAt.map(\.epochMilliseconds).flatMap { $0 >= now ? $0 : nil },
            ].compactMap { $0 }
        }
        return times.min().map { Date(epochMilliseconds: $0) }
    }

    public func openSubmits() -> [OpenSubmit] {
        renders(in: [.sending, .following, .rendered, .undecided], limit: nil).compactMap { render in
            guard let attempt = attempts[AttemptKey(render: render.id, attempt: render.attempts)] else { return nil }
            var task = attempt.task
            if case .following(let followed) = render.state { task = followed }
            return OpenSubmit(
                render: render.id, state: render.state.name, task: task, origin: attempt.origin,
                sentAt: attempt.intentAt,
                estimate: render.plan.estimate, owner: render.plan.route?.owner)
        }.sorted { $0.render < $1.render }
    }

    public func recordRoute(_ route: Route, by term: Term) throws {
        try check(term)
        for (id, render) in renders where !render.state.name.isFinal && render.plan.route == nil {
            renders[id]?.plan.route = route
            for (key, task) in tasks where key.place.isEmpty && task.render == id {
                tasks[key] = nil
                tasks[TaskKey(id: task.id, place: route.taskPlace)] = task
            }
        }
    }

    public func recordRoot(_ root: String, by term: Term) throws {
        try check(term)
        for submit in openSubmits() where submit.origin.apiRoot == nil && leases[submit.render.job]?.term == term {
            let key = AttemptKey(render: submit.render, attempt: renders[submit.render]?.attempts ?? 0)
            attempts[key]?.apiRoot = root
        }
    }
}
