import Glibc
import RenderCore

/// Why a file operation failed.
struct FileError: Error, Sendable {
    enum Problem: Sendable, Equatable {
        /// An `errno`.
        case system(Int32)
        /// The folder is there, but its marker is not.
        case markerMissing
        /// Something else has the name of the marker.
        case markerIsFolder
        /// It is another file, or has grown, since it was checked.
        case changed
        /// A link, folder, fifo, socket or device where a regular file should be.
        case notAFile(InboxEntry.Kind)
        case tooLarge(bytesMax: Int)
        /// A path that leaves its folder, or an invalid name.
        case badPath
        /// A name that is not UTF-8.
        case badName
        /// A user's file that cannot be moved out of its folder.
        case unmovable(Hindrance)
    }

    /// What the error concerns. Only an error of a whole folder stops the work that needs that folder.
    enum Subject: Sendable, CaseIterable {
        /// One of our files, in a folder of ours.
        case file
        /// A file of a user, or a sub-folder, in the inbox or the assets: everything else there continues.
        case usersFile, subfolder
        /// One of the workspace's folders, or the disk below it.
        case folder
    }

    var problem: Problem
    /// A verb: `read`, `rename`.
    var action: String
    var path: String
    var subject: Subject
    /// The command that fixes it, as typed; only for a workspace folder that is missing or has lost its marker.
    var command: String?
    /// Owner and permissions of the file or folder, if they explain the error.
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

    /// The same error, with the `stat` facts of the file or folder.
    func about(_ facts: FileFacts?) -> FileError {
        var error = self
        error.facts = facts
        return error
    }
}
