public import Foundation

/// Why a drop in the inbox is not taken. Its words are made in `WaitingReason+Words.swift` and nowhere else; nothing reads them back.
public indirect enum WaitingReason: Sendable, Equatable, Codable {
    // MARK: The file itself

    /// Its copy has not finished.
    case copying
    case empty
    /// A batch ended before it could see whether it still grows, because the provider refuses the key.
    case keyRefused
    case nameNotText
    case symbolicLink
    /// A pipe, a socket or a device.
    case specialFile
    case kindNotTaken
    /// No job file is that large.
    case tooLarge(bytesMax: Int)
    /// A picture, a film or sound that no job file names.
    case unnamedMedia
    /// A document that no job file names.
    case unnamedDocument
    /// A sync program's copy of another file, or a file in its copy of another folder.
    case conflictCopy(of: String, program: String, isFolder: Bool)

    // MARK: What the job needs

    case referenceCopying(String)
    /// - Parameters:
    ///   - until: when the job is taken without them, and fails.
    ///   - areThere: all of them are there, and at least one is empty or cut off.
    ///   - advice: what a person can do.
    case references([String], until: Date, areThere: Bool, advice: String)
    /// No account of its provider is configured.
    case accountMissing(Failure)
    case notBefore(Date)
    /// - Parameter opens: `22:00`
    case openingHours(opens: String, timezone: String)
    case overBudget(Failure)
    /// No day or month can hold it.
    case overMaxCost(Failure)

    // MARK: Files and folders that cannot be used

    case openElsewhere(Failure)
    case unmovable(Failure)
    /// The file, or a folder that it needs, cannot be read or written.
    case unreadable(Failure)
    /// - Parameter reason: the system's words.
    case folderUnreadable(reason: String)
    /// The list of waiting files cannot be written into this folder.
    case folderNotWritable(Failure, advice: String)

    // MARK: Claims

    /// An earlier drop of the same path is still being taken.
    case behindEarlierClaim
    case taken(Taken)
    /// Taken before as a copy, and the original cannot be compared with it.
    case takenBefore(Failure)
    /// - Parameter aside: the name under which it was set aside.
    case claimInterrupted(aside: String, Failure)
    case claimHeldUp(Failure)
    case cancelFile(CancelFile)
    case jobFolder(JobFolder)

    /// A drop that was taken as a copy and stays where it is.
    public enum Taken: Sendable, Equatable, Codable {
        case running(job: String, JobID)
        case rendered(folder: String)
        /// - Parameter paper: the file that says why.
        case failed(paper: String)
        case canceled(paper: String)
        case unknown
    }

    /// A file named `NAME.cancel` that stays.
    public enum CancelFile: Sendable, Equatable, Codable {
        /// Carried out; it cannot be removed.
        case done(Failure)
        /// - Parameter names: what it can be called to mean one of them.
        case meansFiles(names: [String])
        case meansJobs(names: [String])
        case waitsFor(file: String, isCopied: Bool)
        case nothing(word: String)
        case ended(job: String, state: JobRecord.State)
    }

    /// A job's folder that came back into the inbox, or a file in one.
    public enum JobFolder: Sendable, Equatable, Codable {
        /// The journals have not been compared with the ledger yet.
        case unread
        case unusable(Failure)
        /// - Parameter sent: how many of its renders were sent.
        case ofAnotherWorkspace(sent: Int)
        case busy(job: String, isCopied: Bool)
        case copyOfRunning(job: String, folder: String)
        case copyOfEnded(job: String, state: JobRecord.State, place: String)
        case copyOfReturned(folder: String)
        case copyOfRetried(job: String, JobID)
        case withoutJobFile(JobID, file: String?)
        /// - Parameter file: the job's own file, which goes first.
        case after(file: String)
    }

    /// Reasons of one kind are counted together.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case copying, empty, reference, time, budget, unnamed
        case notTaken = "not_taken"
        case account
        case busy, taken, other
    }

    public var kind: Kind {
        switch self {
        case .copying, .keyRefused: .copying
        case .empty: .empty
        case .symbolicLink, .specialFile, .kindNotTaken, .tooLarge: .notTaken
        case .unnamedMedia, .unnamedDocument: .unnamed
        case .referenceCopying, .references: .reference
        case .notBefore, .openingHours: .time
        case .overBudget, .overMaxCost: .budget
        case .accountMissing: .account
        case .openElsewhere, .unmovable, .unreadable, .takenBefore, .claimHeldUp: .busy
        case .taken: .taken
        case .nameNotText, .conflictCopy, .folderUnreadable, .folderNotWritable, .behindEarlierClaim, .claimInterrupted,
            .cancelFile, .jobFolder:
            .other
        }
    }
}

extension WaitingReason.Kind {
    /// How many of each kind, the most first.
    public static func counts(_ kinds: some Sequence<Self>) -> [(kind: Self, files: Int)] {
        Dictionary(grouping: kinds) { $0 }.map { ($0.key, $0.value.count) }
            .sorted { ($1.files, $0.kind.rawValue) < ($0.files, $1.kind.rawValue) }
    }
}
