import Dispatch
import Glibc
import RenderCore
import Synchronization

/// Brings the write-ahead log to the disk, one flush for all writers that wait at the same time.
///
/// SQLite itself does not flush at a commit (`synchronous=NORMAL`). A write whose effect cannot be taken back waits for
/// `flush()`; any other write is flushed with the next one that waits, or a second later. The log keeps the order of the
/// commits: a crash of the machine can only lose the last ones, never one in the middle.
final class WriteAheadLog: Sendable {
    private struct State {
        /// Commits so far, and how many of them are on the disk.
        var commits: UInt64 = 0
        var flushed: UInt64 = 0
        var isFlushing = false
        /// When a flush may begin.
        var next = DispatchTime(uptimeNanoseconds: 0)
        var isLater = false
        var waiters: [(upTo: UInt64, resume: @Sendable (Result<Void, LedgerError>) -> Void)] = []
        /// The first refusal. The system may take those bytes for written, so no later flush proves anything.
        var refusal: LedgerError?
        /// Opened at the first flush: SQLite makes the file with the first write, and keeps it until it closes.
        var descriptor: Int32 = -1
    }

    /// The shortest time between the starts of two flushes: where many jobs are at work, a flush serves several of them. One that
    /// comes alone does not wait.
    static let interval = DispatchTimeInterval.milliseconds(10)

    /// How long a commit that nobody waits for may stay unflushed.
    static let latestFlush = DispatchTimeInterval.seconds(1)

    private let path: String
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "ledger-flush")

    private let sync: @Sendable (_ descriptor: Int32) -> Int32

    /// - Parameters:
    ///   - path: the database; the log lies beside it.
    ///   - sync: as `fdatasync`.
    init(of path: String, sync: @escaping @Sendable (_ descriptor: Int32) -> Int32 = { fdatasync($0) }) {
        self.path = path
        self.sync = sync
    }

    /// How many wait for a flush.
    var waiting: Int { state.withLock { $0.waiters.count } }

    /// Whether something was committed that is not flushed.
    var isBehind: Bool { state.withLock { $0.flushed < $0.commits } }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { Glibc.close(descriptor) }
    }

    /// A transaction was committed. Without a flush that somebody waits for, it reaches the disk within `latestFlush`.
    func committed() {
        let isFirst = state.withLock { state in
            state.commits += 1
            defer { state.isLater = true }
            return !state.isLater
        }
        guard isFirst else { return }
        queue.asyncAfter(deadline: .now() + Self.latestFlush) { [weak self] in self?.flushLater() }
    }

    /// Why the disk refused a flush; nil: it has not.
    var refused: LedgerError? { state.withLock { $0.refusal } }

    /// Returns when every transaction that was committed before is on the disk.
    ///
    /// - Throws: `LedgerError.unusable` if the disk refuses: what was committed may not survive a crash of the machine, and a
    ///   repetition would find it done.
    func flush() async throws {
        let result: Result<Void, LedgerError> = await withCheckedContinuation { continuation in
            join { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    private func join(_ resume: @escaping @Sendable (Result<Void, LedgerError>) -> Void) {
        enum Turn { case done, waits, flushes }
        let turn = state.withLock { state -> Turn in
            if state.flushed >= state.commits { return .done }
            state.waiters.append((state.commits, resume))
            if state.isFlushing { return .waits }
            state.isFlushing = true
            return .flushes
        }
        switch turn {
        case .done: resume(.success(()))
        case .waits: break
        case .flushes: begin()
        }
    }

    /// Flushes on the queue, as soon as the interval allows.
    private func begin() {
        let next = state.withLock { $0.next }
        queue.async { [self] in
            // The queue is the log's own, and a few milliseconds of sleep take fewer calls of the system than a timer.
            let now = DispatchTime.now().uptimeNanoseconds
            if next.uptimeNanoseconds > now { usleep(UInt32((next.uptimeNanoseconds - now) / 1000)) }
            flushAll()
        }
    }

    private func flushLater() {
        let isDue = state.withLock { state in
            state.isLater = false
            guard state.flushed < state.commits, !state.isFlushing else { return false }
            state.isFlushing = true
            return true
        }
        if isDue { flushAll() }
    }

    /// Flushes for all who wait. Runs on the queue, once at a time.
    private func flushAll() {
        let target = state.withLock { state in
            state.next = .now() + Self.interval
            return state.commits
        }
        let result = flushNow()
        let (done, isOver) = state.withLock { state in
            if case .success = result { state.flushed = max(state.flushed, target) }
            let done = state.waiters.filter { $0.upTo <= target }
            state.waiters.removeAll { $0.upTo <= target }
            if state.waiters.isEmpty { state.isFlushing = false }
            return (done, state.waiters.isEmpty)
        }
        for waiter in done { waiter.resume(result) }
        if !isOver { begin() }
    }

    /// Flushes at once, for whoever closes the ledger.
    func flushNow() -> Result<Void, LedgerError> {
        if let refusal = state.withLock({ $0.refusal }) { return .failure(refusal) }
        do throws(LedgerError) {
            let file = try descriptor()
            while sync(file) < 0 {
                guard errno == EINTR else { throw refusal(errno) }
            }
            return .success(())
        } catch {
            state.withLock { $0.refusal = error }
            return .failure(error)
        }
    }

    /// The log, whose name is on the disk.
    private func descriptor() throws(LedgerError) -> Int32 {
        let known = state.withLock { $0.descriptor }
        if known >= 0 { return known }
        let file = open(path + "-wal", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw refusal(errno) }
        let folder = open(folderPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let code = folder < 0 || fsync(folder) < 0 ? errno : 0
        if folder >= 0 { Glibc.close(folder) }
        guard code == 0 else {
            Glibc.close(file)
            throw refusal(code)
        }
        state.withLock { $0.descriptor = file }
        return file
    }

    private var folderPath: String { path.lastIndex(of: "/").map { "\(path[...$0])" } ?? "." }

    private func refusal(_ code: Int32) -> LedgerError {
        let words = String(cString: strerror(code))
        return code == ENOSPC || code == EDQUOT
            ? .unusable(Message.ledgerDiskFull(path, words: words).line)
            : .unusable(Message.ledgerDiskBroken(path, words: words).line)
    }
}
