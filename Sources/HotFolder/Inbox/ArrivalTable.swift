import RenderCore

/// What events reported about files: which were renamed in, which are being written.
struct ArrivalTable {
    private var arrived: [[UInt8]: FileFacts] = [:]
    private var writing: [[UInt8]: Bool] = [:]
    /// Increases with every event.
    private(set) var version = 0

    /// A rename into the folder was seen; these were the facts of the file right after it.
    mutating func moved(_ path: [UInt8], _ facts: FileFacts) {
        version += 1
        arrived[path] = facts
        writing[path] = nil
    }

    /// A name appeared in another way: nothing is known about the file.
    mutating func forget(_ path: [UInt8]) {
        version += 1
        arrived[path] = nil
        writing[path] = nil
    }

    mutating func modified(_ path: [UInt8]) {
        version += 1
        arrived[path] = nil
        writing[path] = true
    }

    mutating func closed(_ path: [UInt8]) {
        version += 1
        // Only if a write was seen: `touch` closes too, and says nothing of other writers.
        if writing[path] == true { writing[path] = false }
    }

    /// Events were lost.
    mutating func forgetAll() {
        version += 1
        arrived = [:]
        writing = [:]
    }

    mutating func keepOnly(_ paths: Set<[UInt8]>) {
        arrived = arrived.filter { paths.contains($0.key) }
        writing = writing.filter { paths.contains($0.key) }
    }

    func arrivedWhole(_ path: [UInt8], _ facts: FileFacts) -> Bool {
        arrived[path].map { $0.isSameVersion(as: facts) } ?? false
    }

    /// Nil if no event reported it.
    func openForWriting(_ path: [UInt8]) -> Bool? { writing[path] }
}
