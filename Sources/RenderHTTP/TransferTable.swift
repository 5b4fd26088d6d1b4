import RenderCore

/// Names one exchange within its transport.
struct TransferID: Hashable, Sendable {
    let number: UInt64
}

/// Who waits for what: heads, chunks, and what has been received but not read. Pure; the caller resumes the waiters that
/// a call returns, each of which is returned exactly once.
struct TransferTable<HeadWaiter: Sendable, ChunkWaiter: Sendable>: Sendable {
    enum Ending: Sendable, Equatable {
        case complete
        case failed(TransportError)
        case cancelled
    }

    enum Start: Sendable {
        case begin
        case refuse(HeadWaiter, Ending)
    }

    enum Receipt: Sendable {
        case kept
        case hand(ChunkWaiter, [UInt8])
        /// Nothing was taken: the sender pauses until `Reading.hand` says `resume`.
        case full
        /// Nobody wants it any more.
        case unwanted
    }

    enum Reading: Sendable {
        case wait
        case hand([UInt8], resume: Bool)
        case over(Ending)
    }

    /// Waiters to resume with one ending.
    struct Waiters: Sendable {
        var head: HeadWaiter?
        var readers: [ChunkWaiter] = []
    }

    private struct Entry: Sendable {
        var head: HeadWaiter?
        var readers: [ChunkWaiter] = []
        var buffer: [UInt8] = []
        var isPaused = false
        var ending: Ending?
    }

    private let bufferBytesMax: Int
    private var entries: [TransferID: Entry] = [:]
    private var lastNumber: UInt64 = 0
    /// Set once no exchange can begin any more.
    private var closing: TransportError?

    init(bufferBytesMax: Int) {
        self.bufferBytesMax = bufferBytesMax
    }

    mutating func reserve() -> TransferID {
        lastNumber += 1
        let id = TransferID(number: lastNumber)
        entries[id] = Entry(ending: closing.map { .failed($0) })
        return id
    }

    mutating func start(_ id: TransferID, _ waiter: HeadWaiter) -> Start {
        guard let entry = entries[id] else { return .refuse(waiter, .cancelled) }
        if let ending = entry.ending { return .refuse(waiter, ending) }
        entries[id]?.head = waiter
        return .begin
    }

    /// False once the exchange has ended or its owner is gone.
    func wants(_ id: TransferID) -> Bool {
        entries[id].map { $0.ending == nil } ?? false
    }

    /// The final head has come: returns who waits for it.
    mutating func takeHeadWaiter(_ id: TransferID) -> HeadWaiter? {
        let waiter = entries[id]?.head
        entries[id]?.head = nil
        return waiter
    }

    mutating func receive(_ id: TransferID, _ bytes: UnsafeRawBufferPointer) -> Receipt {
        // By index, in place: a copy of the entry would make every append copy the buffer.
        guard let index = entries.index(forKey: id), entries.values[index].ending == nil else { return .unwanted }
        if !entries.values[index].readers.isEmpty {
            return .hand(entries.values[index].readers.removeFirst(), Array(bytes))
        }
        guard entries.values[index].buffer.count < bufferBytesMax else {
            entries.values[index].isPaused = true
            return .full
        }
        entries.values[index].buffer.append(contentsOf: bytes)
        return .kept
    }

    mutating func read(_ id: TransferID, _ reader: ChunkWaiter) -> Reading {
        guard let entry = entries[id] else { return .over(.cancelled) }
        if !entry.buffer.isEmpty {
            entries[id]?.buffer = []
            entries[id]?.isPaused = false
            return .hand(entry.buffer, resume: entry.isPaused)
        }
        if let ending = entry.ending { return .over(ending) }
        entries[id]?.readers.append(reader)
        return .wait
    }

    /// The transfer is over. What is buffered can still be read. The first ending stands.
    mutating func finish(_ id: TransferID, _ ending: Ending) -> Waiters {
        guard let entry = entries[id], entry.ending == nil else { return Waiters() }
        entries[id]?.ending = ending
        entries[id]?.head = nil
        entries[id]?.readers = []
        return Waiters(head: entry.head, readers: entry.readers)
    }

    /// Nobody wants the rest: what is buffered goes too.
    mutating func cancel(_ id: TransferID) -> Waiters {
        entries[id]?.buffer = []
        return finish(id, .cancelled)
    }

    /// The owner is gone.
    mutating func forget(_ id: TransferID) -> Waiters {
        let waiters = cancel(id)
        entries[id] = nil
        return waiters
    }

    /// Ends every exchange that has not ended and refuses new ones.
    mutating func close(_ error: TransportError) -> [Waiters] {
        closing = closing ?? error
        return entries.keys.map { finish($0, .failed(error)) }
    }
}
