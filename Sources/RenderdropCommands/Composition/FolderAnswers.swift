import Foundation
import RenderCore

/// Which folders answer at all. A call on a share that hangs returns nothing, so it is made on a thread that nobody waits for.
enum FolderAnswers {
    private static let limit = 3.0

    /// - Returns: those of `paths` that have not answered within three seconds. A folder that is not there answers.
    static func missing(among paths: [String]) -> [String] {
        let asked = paths.map { path in
            let answer = DispatchSemaphore(value: 0)
            let thread = Thread {
                var facts = stat()
                if stat(path, &facts) == 0, let folder = opendir(path) {
                    // Its first entry, too: a share may answer from its cache what a folder is.
                    _ = readdir(folder)
                    closedir(folder)
                }
                answer.signal()
            }
            thread.start()
            return (path, answer)
        }
        let end = DispatchTime.now() + limit
        return asked.filter { $0.1.wait(timeout: end) == .timedOut }.map(\.0)
    }
}
