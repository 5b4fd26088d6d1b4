import RenderCore

extension Failure {
    /// A job file that a person canceled before anything of it was sent.
    static func canceled(by file: String) -> Failure {
        Failure(
            .canceledBeforeItBegan, .canceledByFile(file), fault: .job, retryable: false)
    }

    /// A job file that is not valid: every problem with its line and a caret.
    ///
    /// - Parameter onlyMissing: the only problems are references that never arrived.
    static func invalid(_ diagnostics: [Diagnostic], file: String, text: String, onlyMissing: Bool) -> Failure {
        var lines = QuotedLines(text)
        let words = diagnostics.map { one in
            var one = one
            one.advice = one.advice.replacing(Diagnostic.mayStillCome, with: "")
            return one
        }.map { (one: Diagnostic) in one.rendered(file: file, &lines) }.joined(separator: "\n")
        var failure = Failure(
            onlyMissing ? .referenceMissing : .jobInvalid, .jobInvalid(words), fault: .job, retryable: false)
        failure.problems = diagnostics.count { $0.severity == .error }
        return failure
    }
}
