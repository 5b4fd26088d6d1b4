import RenderCore

/// The further files of a drop: beside it in the inbox until it is claimed, then in the job's folder. Confined to the
/// scanner.
struct FurtherFiles {
    let parts: EngineParts
    let reader: DropReaders

    /// Where the further files of a drop would lie.
    func references(of entry: InboxEntry) -> [ReferencePath] {
        reader.further(of: entry.name).names.map { ReferencePath($0, in: entry.folder) }
    }

    /// Those that are there, each with its name.
    func found(_ entry: InboxEntry, in scan: InboxScan) -> [(name: String, entry: InboxEntry)] {
        references(of: entry).compactMap { reference in
            guard case .one(let file) = scan.match(reference.path, folded: reference.folded), file.kind == .file,
                file.path != entry.path, reader.kind(of: file.name) != .drop
            else { return nil }
            return (reference.name, file)
        }
    }

    /// The bytes of these files in the inbox.
    ///
    /// - Throws: `Failure` as `Inbox.read`, but for `file_too_large`; `CancellationError`.
    func read(_ files: [(name: String, entry: InboxEntry)], of entry: InboxEntry) async throws -> [Drop.Further] {
        var further: [Drop.Further] = []
        let most = reader.further(of: entry.name).bytesMax
        for (name, file) in files {
            further.append(try await Self.bounded(name) { try await parts.inbox.read(file, bytesMax: most) })
        }
        return further
    }

    /// The bytes of a file in the folder of a claimed job.
    ///
    /// - Parameters:
    ///   - name: as the reader names it.
    ///   - file: below the job's folder.
    func read(_ name: String, _ file: String, of claim: ClaimLine) async throws -> Drop.Further {
        let most = reader.further(of: claim.file).bytesMax
        return try await Self.bounded(name) { try await parts.workspace.read(claim.id, file: file, bytesMax: most) }
    }

    private static func bounded(_ name: String, _ read: () async throws -> [UInt8]) async throws -> Drop.Further {
        do {
            return Drop.Further(name: name, bytes: try await read())
        } catch let failure as Failure where failure.has(.fileTooLarge) {
            return Drop.Further(name: name, bytes: nil)
        }
    }
}
