import RenderCore
import Synchronization

/// The transfer table between the callers' tasks and the driver's thread. Waiters are resumed outside the lock.
final class SharedTransfers: Sendable {
    typealias Table = TransferTable<CheckedContinuation<HTTPHead, any Error>, CheckedContinuation<[UInt8]?, any Error>>

    /// Above this much unread body a transfer is paused.
    static let bufferBytesMax = 256 << 10

    private let table = Mutex(Table(bufferBytesMax: SharedTransfers.bufferBytesMax))

    func reserve() -> TransferID {
        table.withLock { $0.reserve() }
    }

    /// True where the transfer is to be begun; otherwise the waiter has its answer already.
    func start(_ id: TransferID, _ waiter: CheckedContinuation<HTTPHead, any Error>) -> Bool {
        switch table.withLock({ $0.start(id, waiter) }) {
        case .begin:
            return true
        case .refuse(let waiter, let ending):
            waiter.resume(throwing: Self.error(ending))
            return false
        }
    }

    /// Hands a chunk to the reader, now or when it comes. Returns true where the paused transfer must go on.
    func read(_ id: TransferID, _ reader: CheckedContinuation<[UInt8]?, any Error>) -> Bool {
        switch table.withLock({ $0.read(id, reader) }) {
        case .wait:
            return false
        case .hand(let bytes, let resume):
            reader.resume(returning: bytes)
            return resume
        case .over(.complete):
            reader.resume(returning: nil)
            return false
        case .over(let ending):
            reader.resume(throwing: Self.error(ending))
            return false
        }
    }

    func cancel(_ id: TransferID) {
        resume(table.withLock { $0.cancel(id) }, .cancelled)
    }

    /// True where the exchange had not ended: its transfer must be taken down.
    func forget(_ id: TransferID) -> Bool {
        let (wasWanted, waiters) = table.withLock { ($0.wants(id), $0.forget(id)) }
        resume(waiters, .cancelled)
        return wasWanted
    }

    func wants(_ id: TransferID) -> Bool {
        table.withLock { $0.wants(id) }
    }

    func deliver(_ id: TransferID, _ head: HTTPHead) {
        table.withLock { $0.takeHeadWaiter(id) }?.resume(returning: head)
    }

    enum Verdict { case taken, full, unwanted }

    func receive(_ id: TransferID, _ bytes: UnsafeRawBufferPointer) -> Verdict {
        switch table.withLock({ $0.receive(id, bytes) }) {
        case .kept:
            return .taken
        case .hand(let reader, let bytes):
            reader.resume(returning: bytes)
            return .taken
        case .full:
            return .full
        case .unwanted:
            return .unwanted
        }
    }

    func finish(_ id: TransferID, _ ending: Table.Ending) {
        resume(table.withLock { $0.finish(id, ending) }, ending)
    }

    func close(_ error: TransportError) {
        for waiters in table.withLock({ $0.close(error) }) { resume(waiters, .failed(error)) }
    }

    private func resume(_ waiters: Table.Waiters, _ ending: Table.Ending) {
        waiters.head?.resume(throwing: Self.error(ending))
        for reader in waiters.readers {
            if ending == .complete {
                reader.resume(returning: nil)
            } else {
                reader.resume(throwing: Self.error(ending))
            }
        }
    }

    private static func error(_ ending: Table.Ending) -> any Error {
        switch ending {
        case .failed(let error): error
        case .cancelled: CancellationError()
        // The loop completes an exchange only after its head, so nobody can be waiting for one.
        case .complete: TransportError(.protocolViolation, "the answer has no header", mayHaveArrived: true)
        }
    }
}
