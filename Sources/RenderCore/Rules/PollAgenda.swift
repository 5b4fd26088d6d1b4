/// What is to be asked next, the earliest first. An entry whose version is not its subject's any more is passed over, so that
/// a subject is moved without being searched for.
struct PollAgenda: Sendable {
    enum Item: Sendable, Equatable {
        case task(TaskID)
        case list(PollPage)
    }

    struct Entry: Sendable {
        var at: Double
        var version: Int
        var item: Item
    }

    private var heap: [Entry] = []

    var first: Entry? { heap.first }

    mutating func add(_ item: Item, at moment: Double, version: Int) {
        heap.append(Entry(at: moment, version: version, item: item))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let child = left + 1 < heap.count && heap[left + 1].at < heap[left].at ? left + 1 : left
            guard heap[child].at < heap[parent].at else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
