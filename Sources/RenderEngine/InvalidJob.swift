import RenderCore

extension Failure {
    /// A job file that a person canceled before anything of it was sent.
    static func canceled(by file: String) -> Failure {
        Failure(
            code: canceledBeforeItBegan, message: "it was canceled by \(file) before anything of it was sent",
            advice: "move its folder back into the inbox to have it rendered after all", fault: .job, retryable: false)
    }

    /// A job file that is no job: every problem with its line and a caret.
    ///
    /// - Parameter onlyMissing: nothing is wrong but references that never came.
    static func invalid(_ diagnostics: [Diagnostic], file: String, text: String, onlyMissing: Bool) -> Failure {
        var lines = QuotedLines(text)
        let words = diagnostics.map { one in
            var one = one
            one.advice = one.advice.replacing(Diagnostic.mayStillCome, with: "")
            return one
        }.map { (one: Diagnostic) in one.rendered(file: file, &lines) }.joined(separator: "\n")
        return Failure(
            code: onlyMissing ? "reference_missing" : "job_invalid", message: words,
            advice: "correct the file, then move its folder back into the inbox", fault: .job, retryable: false)
    }
}
