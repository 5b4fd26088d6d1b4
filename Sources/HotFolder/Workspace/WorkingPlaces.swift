import Glibc
public import RenderCore
import Synchronization

/// Where each job's folder is below `working/`, as this process found or created it: `Acme/4711/poster~01h8xyzk`.
///
/// The name is for people. The hidden file with the id says which job the folder belongs to.
final class WorkingPlaces: Sendable {
    private let known = Mutex<[JobID: [String]]>([:])
    /// How many calls, of several queues, are making a folder below `working/` at this moment.
    private let makers = Mutex(0)

    /// Makes a folder of a job below `working/`: no empty folder above it is removed meanwhile.
    func making<Value>(_ work: () throws -> Value) rethrows -> Value {
        makers.withLock { $0 += 1 }
        defer { makers.withLock { $0 -= 1 } }
        return try work()
    }

    /// Removes empty folders, but not while one is being made. What stays is removed by a later walk.
    func pruning(_ work: () throws(FileError) -> Void) throws(FileError) {
        try makers.withLock { makers throws(FileError) in
            if makers == 0 { try work() }
        }
    }

    subscript(job: JobID) -> [String]? {
        get { known.withLock { $0[job] } }
        set { known.withLock { $0[job] = newValue } }
    }
}

/// Finds the jobs' folders below `working/`, whatever their names.
struct WorkingWalk {
    /// Called with each job's folder, its names below `working/`, and the open folder.
    typealias Visit = (JobID, [String], Descriptor) throws(FileError) -> Void

    /// Folders that cannot be read, and why: each may belong to a job.
    private(set) var unreadable: [(path: [String], error: FileError)] = []
    /// Second folders with the same id: copies that somebody made.
    private(set) var copies: [[String]] = []
    /// Empty folders that a crash left of a mirror or of a claim.
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

    /// The job that the folder belongs to: by the hidden file, by its complete id as the name (older versions), or by
    /// the first line of the journal if the hidden file was lost.
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

/// The jobs' folders, for readers that change nothing.
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
