import Glibc
import RenderCore

/// Why a file call did not do what it should.
struct FileError: Error, Sendable {
    enum Problem: Sendable, Equatable {
        /// An `errno`.
        case system(Int32)
        /// The folder is there, its marker is not.
        case markerMissing
        /// Something else bears the name of the marker.
        case markerIsFolder
        /// It is another file now, or grew, since it was looked at.
        case changed
        /// A link, folder, fifo, socket or device where a regular file should be.
        case notAFile(InboxEntry.Kind)
        case tooLarge(bytesMax: Int)
        /// A path that leaves its folder, or a name that is none.
        case badPath
        /// A name that is not UTF-8.
        case badName
        /// A user's file that cannot be taken out of its folder.
        case unmovable(Hindrance)
    }

    /// Whose trouble it is. Only that of a whole folder stops what needs the folder.
    enum Subject: Sendable, CaseIterable {
        /// One of our files, in a folder of ours.
        case file
        /// A file of a user, or a sub-folder, in the inbox or the assets: all else there goes on.
        case usersFile, subfolder
        /// One of the workspace's folders, or the disk below it.
        case folder
    }

    var problem: Problem
    /// A verb: `read`, `rename`.
    var action: String
    var path: String
    var subject: Subject
    /// What mends it, as it is typed; only one of the workspace's folders that is missing, or lost its marker, has it.
    var command: String?
    /// Owner and rights of what it is about, where they say why.
    var facts: FileFacts?

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

    /// The same, with what `stat` says of the file or folder.
    func about(_ facts: FileFacts?) -> FileError {
        var error = self
        error.facts = facts
        return error
    }
}
