import Glibc
import RenderCore

/// Why a file call did not do what it should.
struct FileError: Error, Sendable {
    enum Problem: Sendable, Equatable {
        /// An `errno`.
        case system(Int32)
        /// The folder is there, its marker is not.
        case markerMissing
        /// It is another file now, or grew, since it was looked at.
        case changed
        /// A link, folder, fifo, socket or device where a regular file should be.
        case notAFile(InboxEntry.Kind)
        case tooLarge(bytesMax: Int)
        /// A path that leaves its folder, or a name that is none.
        case badPath
        /// A name that is not UTF-8.
        case badName
    }

    /// What the call was about: decides whether one file or a whole folder is in trouble.
    enum Subject: Sendable { case file, folder }

    var problem: Problem
    /// A verb: `read`, `rename`.
    var action: String
    var path: String
    var subject: Subject
    /// What mends it, as it is typed; only a missing marker has it.
    var command: String?

    init(_ problem: Problem, _ action: String, _ path: String, _ subject: Subject = .file) {
        self.problem = problem
        self.action = action
        self.path = path
        self.subject = subject
    }

    init(errno code: Int32, _ action: String, _ path: String, _ subject: Subject = .file) {
        self.init(.system(code), action, path, subject)
    }

    var code: Int32? {
        if case .system(let code) = problem { return code }
        return nil
    }

}
