import RenderCore

/// What events reported about files: which were renamed in, which are being written.
struct ArrivalTable {
    private var arrived: [[UInt8]: FileFacts] = [:]
    private var writing: [[UInt8]: Bool] = [:]

    /// A rename into the folder was seen; these were the facts of the file right after it.
    mutating func moved(_ path: [UInt8], _ facts: FileFacts) {
        arrived[path] = facts
        writing[path] = nil
    }

    /// A name appeared in another way: nothing is known about the file.
    mutating func forget(_ path: [UInt8]) {
        arrived[path] = nil
        writing[path] = nil
    }

    mutating func modified(_ path: [UInt8]) {
        arrived[path] = nil
        writing[path] = true
    }

    mutating func closed(_ path: [UInt8]) {
        // Only if a write was seen: `touch` closes too, and says nothing of other writers.
        if writing[path] == true { writing[path] = false }
    }

    /// Events were lost.
    mutating func forgetAll() {
        arrived = [:]
        writing = [:]
    }

    mutating func keepOnly(_ isListed: ([UInt8]) -> Bool) {
        arrived = arrived.filter { isListed($0.key) }
        writing = writing.filter { isListed($0.key) }
    }

    var isEmpty: Bool { arrived.isEmpty && writing.isEmpty }

    func arrivedWhole(_ path: [UInt8], _ entry: InboxEntry) -> Bool {
        arrived[path].map { $0.isVersion(of: entry) } ?? false
    }

    /// Nil if no event reported it.
    func openForWriting(_ path: [UInt8]) -> Bool? { writing[path] }
}
