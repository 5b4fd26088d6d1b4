import CLinux
import RenderCore
import Synchronization

/// What a queue is doing, and when its current call began. Every call that returns counts as progress, however long a
/// listing or copy takes in total. Needs no system call.
final class PieceOfWork: Sendable {
    private let work: HangingFolder.Work
    private let path: String
    /// The path that this operation opened last.
    private let opened = Mutex<String?>(nil)
    /// Start of the current call, in `clinux_milliseconds`; zero: none.
    private let since = Atomic<UInt>(0)
    /// Additional milliseconds that are normal for the current call.
    private let allowance = Atomic<UInt>(0)

    init(_ work: HangingFolder.Work, _ path: String) {
        self.work = work
        self.path = path
    }

    func begin() {
        opened.withLock { $0 = nil }
        beat()
        clinux_set_work(Unmanaged.passUnretained(self).toOpaque())
    }

    func end() {
        clinux_set_work(nil)
        since.store(0, ordering: .relaxed)
    }

    private func beat(allowing more: UInt = 0) {
        allowance.store(more, ordering: .relaxed)
        since.store(clinux_milliseconds(), ordering: .relaxed)
    }

    // MARK: Noted by the calls themselves

    /// The queue keeps it alive while the thread works on it.
    private static var current: PieceOfWork? {
        clinux_work().map { Unmanaged<PieceOfWork>.fromOpaque($0).takeUnretainedValue() }
    }

    /// A call has returned, and the next one begins.
    static func goesOn() { current?.beat() }

    /// A flush begins: it writes all unwritten data, which may take long on a slow share.
    static func flushes() { current?.beat(allowing: 100_000) }

    static func opens(_ path: String) {
        guard let current, !path.hasPrefix("/proc/") else { return }
        current.opened.withLock { $0 = path }
        current.beat()
    }

    // MARK: All of them

    private static let all = Mutex<[ObjectIdentifier: PieceOfWork]>([:])

    static func add(_ piece: PieceOfWork) { all.withLock { $0[ObjectIdentifier(piece)] = piece } }
    static func remove(_ piece: PieceOfWork) { all.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(piece)) } }

    static func hanging(forMilliseconds limit: Int) -> [HangingFolder] {
        var found: [String: HangingFolder] = [:]
        let now = Int(clinux_milliseconds())
        for piece in all.withLock({ Array($0.values) }) {
            let since = Int(piece.since.load(ordering: .relaxed))
            let usual = Int(piece.allowance.load(ordering: .relaxed))
            guard since > 0, now - since >= limit + usual else { continue }
            let path = piece.opened.withLock { $0 } ?? piece.path
            var folder = found[path] ?? HangingFolder(path: path, work: [], seconds: 0)
            folder.work.insert(piece.work)
            folder.seconds = max(folder.seconds, (now - since) / 1000)
            found[path] = folder
        }
        return found.values.sorted { $0.path < $1.path }
    }
}
