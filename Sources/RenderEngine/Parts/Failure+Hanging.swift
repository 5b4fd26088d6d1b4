import RenderCore

extension Failure {
    /// A call on a folder does not return.
    static func hanging(_ folder: HangingFolder) -> Failure {
        Failure(.folderHangs, .folderHangs(folder), fault: .folder, retryable: true)
    }
}

extension Message {
    static func folderHangs(_ folder: HangingFolder) -> Message {
        .folderHangs(ShownText.line(folder.path), seconds: folder.seconds, waits: waits(folder.work))
    }

    /// What does not go on.
    private static func waits(_ work: Set<HangingFolder.Work>) -> [String] {
        work.sorted().compactMap { work -> String? in
            switch work {
            case .taking: "takes nothing new from the inbox"
            case .submitting: "submits nothing more"
            case .jobs: "starts and ends no job"
            case .results: "delivers no result"
            case .keeping: "keeps no result on this machine"
            case .telling: nil
            }
        }
    }
}
