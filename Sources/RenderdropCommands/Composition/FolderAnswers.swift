import Foundation
import RenderCore

/// Which folders answer at all. A call on a share that hangs returns nothing, so it is made on a thread that nobody waits for.
struct FolderAnswers {
    private static let limit = 3.0
    /// Questions without an answer so far, by folder: no second one is asked meanwhile.
    private var open: [String: DispatchSemaphore] = [:]

    /// - Returns: those of `paths` that have not answered within three seconds. A folder that is not there answers.
    mutating func missing(among paths: [String]) -> [String] {
        for path in paths where open[path] == nil { open[path] = Self.ask(path) }
        let end = DispatchTime.now() + Self.limit
        open = open.filter { $0.value.wait(timeout: end) == .timedOut }
        return paths.filter { open[$0] != nil }
    }

    private static func ask(_ path: String) -> DispatchSemaphore {
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
        return answer
    }
}
