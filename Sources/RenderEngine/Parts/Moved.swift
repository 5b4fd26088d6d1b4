import RenderCore
import Synchronization

/// Renders whose state changed outside the main loop, until the loop picks them up.
final class Moved: Sendable {
    private let list = Mutex<[RenderID]>([])

    var isEmpty: Bool { list.withLock { $0.isEmpty } }

    func add(_ render: RenderID) { list.withLock { $0.append(render) } }

    func take() -> [RenderID] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}
