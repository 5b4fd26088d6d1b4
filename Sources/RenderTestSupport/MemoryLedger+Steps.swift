public import RenderCore

import struct Foundation.Date

/// Changes of renders.
extension MemoryLedger {
    public func record(_ steps: [Step]) throws {
        let before = (renders, attempts, tasks, outputs, spend)
        do {
            for step in steps { try write(step) }
        } catch {
            (renders, attempts, tasks, outputs, spend) = before
            throw error
        }
    }

    public func flush() {}

    /// Writes what an event makes of each of these renders, as the machine decides it.
    func move(
        _ renders: [RenderRecord], on event: RenderMachine.Event, under lease: JobLease, at now: Date
    ) throws {
        try record(
            renders.compactMap { render in
                let outcome = try RenderMachine.step(of: render, on: event, under: lease, at: now)
                if case .step(let step) = outcome { return step }
                return nil
            })
    }

    private func write(_ step: Step) throws {
        guard let render = renders[step.render] else { throw LedgerError.noSuchRender(step.render) }
        try check(step.lease, step.render.job)
        let isClosed = jobs[step.render.job]?.queueClosedAt != nil
        let target = isClosed ? step.to.inClosedQueue : step.to
        guard render.state.name == step.from, step.attempts ?? render.attempts == render.attempts else {
            throw LedgerError.conflict(step.render, stands: render.state.name)
        }
        if step.to.name == .sending, openCommands().contains(where: { $0.command.forbidsSending(step.render) }) {
            throw LedgerError.cancelAsked(step.render)
        }
        for fact in step.facts { try apply(fact, to: step.render) }
        renders[step.render]?.state = target.inMilliseconds
        renders[step.render]?.since = step.at.inMilliseconds
    }

    func apply(_ fact: Fact, to id: RenderID) throws {
        switch fact {
        case .attemptBegan(let attempt):
            guard let begun = renders[attempt.render]?.attempts, begun < attempt.number else {
                throw LedgerError.attemptExists(attempt.render, number: attempt.number)
            }
            renders[attempt.render]?.attempts = attempt.number
            put(attempt)
        case .attemptEnded(let attempt): put(attempt)
        case .task(let task): try put(task)
        case .output(let output):
            outputs[AttemptKey(render: output.render, attempt: output.index)] = output.inMilliseconds
        case .reserve(let record, let caps):
            if let wanted = record.estimate {
                try keep(caps.day, "day", wanted, record) { $0.day == record.day }
                try keep(caps.month, "month", wanted, record) { $0.month == record.month }
            }
            put(record)
        case .spend(let record): put(record)
        case .result(let result): renders[id]?.result = result.withoutLinks.inMilliseconds
        }
    }

    private func put(_ attempt: AttemptRecord) {
        attempts[AttemptKey(render: attempt.render, attempt: attempt.number)] = attempt.inMilliseconds
    }

    private func put(_ record: SpendRecord) {
        spend[AttemptKey(render: record.render, attempt: record.attempt)] = record.inMilliseconds
    }

    private func put(_ task: TaskRecord) throws {
        let place = renders[task.render]?.plan.route?.taskPlace ?? ""
        let same = tasks.first {
            $0.key.id == task.id && (place.isEmpty || $0.key.place.isEmpty || $0.key.place == place)
        }
        if let owner = same?.value.render, owner != task.render {
            throw LedgerError.taskTaken(task.id, by: owner)
        }
        tasks[TaskKey(id: task.id, place: place)] = task.inMilliseconds
    }

    private func keep(
        _ cap: Money?, _ scope: String, _ wanted: Money, _ record: SpendRecord, counts: (SpendRecord) -> Bool
    ) throws {
        guard let cap else { return }
        let committed = spend.values.filter {
            counts($0) && !($0.render == record.render && $0.attempt == record.attempt)
        }.compactMap(\.committed).filter { $0.currency == wanted.currency }.reduce(0) { $0 + $1.micros }
        guard cap.currency == wanted.currency, committed + wanted.micros <= cap.micros else {
            throw LedgerError.overBudget(
                scope: scope, cap: cap, committed: Money(micros: committed, currency: wanted.currency), wanted: wanted)
        }
    }
}
