import Synchronization

/// Messages to one component, in the order in which they were sent, until it takes them.
final class Mailbox<Message: Sendable>: Sendable {
    private let list = Mutex<[Message]>([])

    var isEmpty: Bool { list.withLock { $0.isEmpty } }

    func post(_ message: Message) { list.withLock { $0.append(message) } }

    func take() -> [Message] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}
