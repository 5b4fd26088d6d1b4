public import RenderCore

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
}
