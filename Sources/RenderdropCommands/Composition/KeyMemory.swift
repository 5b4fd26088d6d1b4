import DashScope
import Synchronization

/// The keys that this process has used: tasks that were submitted with a former one are followed with it, also after a reload.
final class KeyMemory: Sendable {
    private let used = Mutex<[APIKey]>([])

    var all: [APIKey] { used.withLock { $0 } }

    func note(_ key: APIKey) {
        used.withLock { used in
            if !used.contains(key) { used.append(key) }
        }
    }
}
