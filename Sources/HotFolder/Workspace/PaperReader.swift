import Foundation
import Glibc
public import RenderCore

/// Reads the records of jobs outside the ledger: journals, archived and failed folders, sidecars. Writes nothing.
public struct PaperReader: Sendable {
    private static let bytesMax = 16 << 20

    private let folders: Configuration.Folders

    public init(_ folders: Configuration.Folders) {
        self.folders = folders
    }

    /// - Throws: `Failure` with fault `.folder` if a folder is missing or cannot be listed, because the ledger would be
    ///     incomplete. A single file or sub-folder that cannot be read is named in the result.
    public func read() throws -> Papers {
        try reporting {
            var papers = Papers()
            try readWorking(&papers)
            for (place, role) in [(JobPaper.Place.archive, FolderRole.archive), (.failed, .failed)] {
                try readShelf(open(role), role.rawValue, [], place, &papers)
            }
            try readReturned(&papers)
            try readOutbox(open(.outbox), [], &papers)
            return papers
        }
    }

    private func open(_ role: FolderRole) throws(FileError) -> Descriptor {
        try FolderRoot(role, folders).open()
    }

    private func readWorking(_ papers: inout Papers) throws(FileError) {
        var jobs: [JobPaper] = []
        var unreadable: [String] = []
        var walk = WorkingWalk { (id, names, folder) throws(FileError) in
            let shown = (["working"] + names).joined(separator: "/")
            do throws(FileError) {
                jobs.append(try self.job(id, .working, shown, folder))
            } catch {
                unreadable.append("\(shown): \(Failure(error).message)")
            }
        }
        try walk.run(open(.working))
        papers.jobs += jobs
        papers.unreadable += unreadable
        papers.unreadable += walk.unreadable.map {
            (["working"] + $0.path).joined(separator: "/") + ": " + Failure($0.error).message
        }
    }

    /// Reads a job's folder, or one that mirrors the inbox.
    private func readShelf(
        _ folder: Descriptor, _ top: String, _ path: [String], _ place: JobPaper.Place, _ papers: inout Papers
    ) throws(FileError) {
        guard path.count < InboxWalk.depthMax + 2 else { return }
        for entry in try folder.entries() where entry.facts?.kind == .folder {
            guard let name = entry.name, !name.hasPrefix(".renderdrop") else { continue }
            let shown = ([top] + path + [name]).joined(separator: "/")
            do throws(FileError) {
                let below = try folder.folder(name)
                guard let id = try JobFolder.id(of: below) else {
                    try readShelf(below, top, path + [name], place, &papers)
                    continue
                }
                papers.jobs.append(try job(id, place, shown, below))
                let mirrored = path.joined(separator: "/")
                try readDocuments(below, shown, outputFolder: nil, folder: mirrored, id, &papers) {
                    $0.hasSuffix(OwnFiles.failedSuffix)
                }
            } catch {
                papers.unreadable.append("\(shown): \(Failure(error).message)")
            }
        }
    }

    /// Journals of failed jobs whose folders were moved back into the inbox.
    private func readReturned(_ papers: inout Papers) throws(FileError) {
        let failed = try open(.failed)
        guard try failed.facts(of: OwnFiles.journals)?.kind == .folder else { return }
        let folder = try failed.folder(OwnFiles.journals)
        for entry in try folder.entries() where entry.facts?.kind == .file {
            guard let name = entry.name, name.hasSuffix(".jsonl"), let id = JobID(name.dropLast(6)) else { continue }
            let shown = "failed/\(OwnFiles.journals)/\(name)"
            let (lines, damaged) = try JournalFile.lines(of: name, in: folder)
            papers.jobs.append(JobPaper(id: id, place: .failed, path: shown, journal: lines, damagedLines: damaged))
        }
    }

    private func readOutbox(_ folder: Descriptor, _ path: [String], _ papers: inout Papers) throws(FileError) {
        guard path.count < InboxWalk.depthMax + 2 else { return }
        let id = try JobFolder.id(of: folder)
        try readDocuments(
            folder, (["outbox"] + path).joined(separator: "/"), outputFolder: path.joined(separator: "/"),
            folder: path.dropLast().joined(separator: "/"), id, &papers
        ) { $0.hasSuffix(".json") }
        for entry in try folder.entries() where entry.facts?.kind == .folder {
            guard let name = entry.name, !name.hasPrefix(".renderdrop") else { continue }
            do throws(FileError) {
                try readOutbox(folder.folder(name), path + [name], &papers)
            } catch {
                papers.unreadable.append(
                    "\((["outbox"] + path + [name]).joined(separator: "/")): \(Failure(error).message)")
            }
        }
    }

    private func job(
        _ id: JobID, _ place: JobPaper.Place, _ path: String, _ folder: Descriptor
    ) throws(FileError) -> JobPaper {
        let (lines, damaged) = try JournalFile.lines(of: OwnFiles.journal, in: folder)
        return JobPaper(id: id, place: place, path: path, journal: lines, damagedLines: damaged)
    }

    /// Reads all our files in one folder. Other programs' JSON is skipped, unless it is in a job's own folder.
    private func readDocuments(
        _ folder: Descriptor, _ shown: String, outputFolder: String?, folder mirrored: String, _ owner: JobID?,
        _ papers: inout Papers, where isWanted: (String) -> Bool
    ) throws(FileError) {
        for entry in try folder.entries() where entry.facts?.kind == .file {
            guard let name = entry.name, !OwnFiles.isTemporary(name), isWanted(name.foldedName) else { continue }
            let path = shown + "/" + name
            let bytes: [UInt8]
            do throws(FileError) {
                bytes = try folder.file(name).readAll(bytesMax: Self.bytesMax)
            } catch {
                papers.unreadable.append("\(path): \(Failure(error).message)")
                continue
            }
            // What is no JSON has no schema.
            let document = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes))
            if let document, document["schema"]?.string?.hasPrefix("renderdrop/") ?? false {
                papers.sidecars.append(
                    SidecarPaper(
                        path: path, outputFolder: outputFolder, folder: mirrored, owner: owner, document: document))
            } else if owner != nil {
                papers.unreadable.append("\(path): not a sidecar of renderdrop")
            }
        }
    }
}
