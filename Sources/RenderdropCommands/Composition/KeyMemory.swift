import ProviderSupport
import Synchronization

/// Keys that this process has used: tasks that were submitted with a former one are followed with it, also after a reload.
final class KeyMemory: Sendable {
    private let used = Mutex<[APIKey]>([])

    var all: [APIKey] { used.withLock { $0 } }

    func note(_ key: APIKey) {
        used.withLock { used in
            if !used.contains(key) { used.append(key) }
        }
    }
}

/// Those of each provider. A key is found by the mark of a submit, so the accounts of one provider may share a memory.
struct UsedKeys: Sendable {
    let dashScope = KeyMemory()
    let waveSpeed = KeyMemory()
    let qwenProxy = KeyMemory()
}
