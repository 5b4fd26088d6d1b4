public import RenderCore

public import struct Foundation.Date

extension MemoryLedger {
    public func lostTaskFacts(
        model: String, at place: String?, listed: [TaskID], since start: Date
    ) -> LostTaskFacts {
        let listed = Set(listed)
        let here: (String) -> Bool = { place == nil || $0.isEmpty || $0 == place }
        // Of a former region, too: nobody else asks about them.
        let isOwn: (String) -> Bool = {
            guard let place, !$0.isEmpty else { return true }
            return Route.owner(ofPlace: place) == Route.owner(ofPlace: $0)
        }
        let known = tasks.filter { here($0.key.place) }.values.filter { task in
            listed.contains(task.id)
                || task.model == model && task.acceptedAt.epochMilliseconds >= start.epochMilliseconds
        }.sorted { ($0.acceptedAt, $0.id.text) < ($1.acceptedAt, $1.id.text) }
        let first = start.addingTimeInterval(-LostTaskFacts.submitSeconds)
        let begun = attempts.values.filter { attempt in
            guard attempt.outcome == nil || attempt.outcome == .unknown else { return false }
            let state = renders[attempt.render]?.state.name
            return state == .undecided || state == .sending
                || attempt.intentAt.epochMilliseconds >= first.epochMilliseconds
        }.sorted { ($0.intentAt, $0.render, $0.number) < ($1.intentAt, $1.render, $1.number) }
        var open = begun.compactMap { attempt in
            renders[attempt.render].map { LostTaskFacts.Open(render: $0, attempt: attempt) }
        }
        open += renders.values.sorted { $0.id < $1.id }.filter { render in
            [.undecided, .sending].contains(render.state.name)
                && attempts[AttemptKey(render: render.id, attempt: render.attempts)] == nil
        }.map { LostTaskFacts.Open(render: $0, attempt: nil) }
        return LostTaskFacts(
            known: known.map { task in
                LostTaskFacts.Known(
                    task: task, keyMark: attempts[AttemptKey(render: task.render, attempt: task.attempt)]?.keyMark)
            }, open: open.filter { $0.render.plan.model == model && isOwn($0.render.plan.route?.taskPlace ?? "") },
            keyIDs: keyIDs)
    }

    public func learn(keyID: String, ofMark mark: String) { keyIDs[mark] = keyID }
}
