/// One message to a person: what is wrong or what happened, and what to do next.
///
/// The texts stand in this folder and nowhere else: one function a message, one file a subject, so that they can be read, checked and
/// later translated in one place. Diagnostics, failures, files in the folders and the command line only carry them. What the provider's own
/// codes mean is a table beside its adapter (`ErrorTable`), and what an `errno` means is `ErrnoRow`.
///
/// | part | form | example |
/// | --- | --- | --- |
/// | `what` | a clause without a full stop | `size 1000*1000 is not one that qwen-image takes` |
/// | `next` | an instruction, or what renderdrop does about it; never empty | `use one of 1664*928, 1472*1104` |
///
/// A command in a text stands between backquotes and runs when it is typed as it stands there: ``run `renderdrop doctor` ``.
public struct Message: Sendable, Hashable {
    public let what: String
    public let next: String
    /// The reason alone, where `what` says first what could not be done; nil: `what` is all of it.
    let because: String?

    /// - Parameter next: not empty.
    init(_ what: String, next: String, because: String? = nil) {
        assert(!next.isEmpty, "a message without a next step: \(what)")
        self.what = what
        self.next = next
        self.because = because
    }
}
