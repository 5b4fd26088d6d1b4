import Dispatch

/// An executor of its own thread at a time: file calls may hang for minutes on a share that is gone, and must then hold up
/// nobody but the one folder. Each actor of this target runs on one, so its functions may block.
final class FileQueue: SerialExecutor {
    private let queue: DispatchQueue

    init(_ label: String) {
        queue = DispatchQueue(label: "renderdrop." + label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        queue.async { unowned.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
