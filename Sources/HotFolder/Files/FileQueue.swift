import Dispatch
public import RenderCore

/// An executor with a thread of its own. File calls may hang for minutes on an unavailable share, and must then delay
/// only work on that folder. Each actor of this target runs on one, so its functions may block.
final class FileQueue: SerialExecutor {
    private let queue: DispatchQueue
    private let piece: PieceOfWork

    /// - Parameters:
    ///   - work: what waits while this queue does.
    ///   - path: the folder that its calls are about, as long as they open none by its path.
    init(_ label: String, _ work: HangingFolder.Work, _ path: String) {
        queue = DispatchQueue(label: "renderdrop." + label)
        piece = PieceOfWork(work, path)
        PieceOfWork.add(piece)
    }

    deinit { PieceOfWork.remove(piece) }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        queue.async {
            self.piece.begin()
            unowned.runSynchronously(on: self.asUnownedSerialExecutor())
            self.piece.end()
        }
    }
}

public enum FileQueues {
    /// Folders in which a call has been running for at least this long.
    public static func hanging(for limit: Duration) -> [HangingFolder] {
        PieceOfWork.hanging(forMilliseconds: Int(limit.components.seconds) * 1000)
    }
}
