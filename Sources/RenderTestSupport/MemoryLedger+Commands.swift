public import RenderCore

public import struct Foundation.Date

extension MemoryLedger {
    public func add(_ command: OperatorCommand) -> Int {
        commands.append((command.inMilliseconds, nil))
        return commands.count
    }

    public func openCommands() -> [NumberedCommand] {
        commands.enumerated().filter { $0.element.answer == nil }
            .map { NumberedCommand(number: $0.offset + 1, command: $0.element.command) }
    }

    public func answer(toCommand number: Int) -> OperatorCommandAnswer? {
        commands.indices.contains(number - 1) ? commands[number - 1].answer : nil
    }

    public func answer(command number: Int, _ answer: OperatorCommandAnswer) {
        guard commands.indices.contains(number - 1), commands[number - 1].answer == nil else { return }
        commands[number - 1].answer = answer.inMilliseconds
    }

    public func closeQueue(of id: JobID, at now: Date, leaving command: OperatorCommand?) throws -> Int? {
        guard let job = jobs[id] else { throw LedgerError.noSuchJob(id.text) }
        guard job.state == .active else { return nil }
        guard let lease = leases[id] else { throw LedgerError.notOurs(id) }
        let queued = renders.values.filter { $0.id.job == id && $0.state == .queued }
        try move(queued, on: .cancelAsked, under: lease, at: now)
        jobs[id]?.queueClosedAt = job.queueClosedAt ?? now.inMilliseconds
        return command.map { add($0) }
    }
}
