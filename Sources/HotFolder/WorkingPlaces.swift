import Glibc
public import RenderCore
import Synchronization

/// Where each job's folder lies below `working/`, as this process found or made it: `Acme/4711/poster~01h8xyzk`.
///
/// The name is for people. The hidden file with the id says whose folder it is.
final class WorkingPlaces: Sendable {
    private let known = Mutex<[JobID: [String]]>([:])

    subscript(job: JobID) -> [String]? {
        get { known.withLock { $0[job] } }
        set { known.withLock { $0[job] = newValue } }
    }
}

/// Finds the jobs' folders below `working/`, whatever they are called.
struct WorkingWalk {
    /// Called with each job's folder, its names below `working/`, and the open folder.
    typealias Visit = (JobID, [String], Descriptor) throws(FileError) -> Void

    /// Folders that cannot be read, and why: each may be a job's.
    private(set) var unreadable: [(path: [String], error: FileError)] = []
    /// A second folder with the same id is somebody's copy.
    private(set) var copies: [[String]] = []
    /// Folders with nothing in them: what a crash left of a mirror, or of a claim.
    private(set) var empty: [[String]] = []
    private var found: Set<JobID> = []
    private let visit: Visit

    init(_ visit: @escaping Visit) { self.visit = visit }

    mutating func run(_ working: Descriptor) throws(FileError) {
        var candidates: [(id: JobID, path: [String])] = []
        try collect(working, [], &candidates)
        // A folder that has its own name comes before a copy of it.
        let sorted = candidates.sorted { left, right in
            let (one, other) = (Self.isNamed(left.path, left.id), Self.isNamed(right.path, right.id))
            return one == other ? left.path.lexicographicallyPrecedes(right.path) : one
        }
        for candidate in sorted {
            guard found.insert(candidate.id).inserted else {
                copies.append(candidate.path)
                continue
            }
            do throws(FileError) {
                try visit(candidate.id, candidate.path, working.folder(candidate.path))
            } catch {
                if error.code == ENOENT { continue }  // gone since it was listed
                throw error
            }
        }
    }

    private mutating func collect(
        _ folder: Descriptor, _ path: [String], _ found: inout [(id: JobID, path: [String])]
    ) throws(FileError) {
        let entries = try folder.entries()
        if entries.isEmpty { empty.append(path) }
        for entry in entries where entry.facts?.kind == .folder {
            guard let name = entry.name, !name.hasPrefix(".renderdrop") else { continue }
            let place = path + [name]
            do throws(FileError) {
                let below = try folder.folder(name)
                if let id = try Self.id(of: below, called: name) {
                    found.append((id, place))
                } else if place.count < InboxWalk.depthMax + 2 {
                    try collect(below, place, &found)
                }
            } catch {
                switch error.code {
                case ENOENT: continue  // gone since its parent was read
                case EMFILE, ENFILE, ENOMEM: throw error
                default: unreadable.append((place, error))
                }
            }
        }
    }

    /// The job whose folder it is: by the hidden file, by its whole id as the name (as older versions had it), or by the first line
    /// of the journal where the hidden file was lost.
    static func id(of folder: Descriptor, called name: String) throws(FileError) -> JobID? {
        if let id = try JobFolder.id(of: folder) { return id }
        if let id = JobID(name), id.text == name { return id }
        guard try folder.facts(of: OwnFiles.journal)?.kind == .file else { return nil }
        return try JournalFile.lines(in: folder).lines.lazy.compactMap { $0["job"]?.string }.first.flatMap { JobID($0) }
    }

    private static func isNamed(_ path: [String], _ id: JobID) -> Bool {
        guard let name = path.last else { return false }
        return name == id.text || name.hasSuffix("~" + id.tail)
    }
}

extension Descriptor {
    func folder(_ names: [String]) throws(FileError) -> Descriptor {
        var here = self
        for name in names { here = try here.folder(name) }
        return here
    }
}

/// The jobs' folders, for who only reads.
public enum WorkingFolders {
    /// Absolute paths of the folders in `working/`, by job.
    ///
    /// - Throws: `Failure` with fault `.folder`.
    public static func paths(in folders: Configuration.Folders) throws -> [JobID: String] {
        try reporting {
            var paths: [JobID: String] = [:]
            var walk = WorkingWalk { (job, names, _) throws(FileError) in
                paths[job] = folders.working + "/" + names.joined(separator: "/")
            }
            try walk.run(FolderRoot(.working, folders).open())
            return paths
        }
    }
}
