import Glibc
public import RenderCore

/// The folders of shared images.
public actor FolderAssets: Assets {
    /// Names that differ only in case or spelling, of which more are not worth telling.
    private static let matchesMax = 20

    private nonisolated let queue = FileQueue("assets")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let roots: [FolderRoot]

    public init(_ folders: Configuration.Folders) {
        roots = folders.assets.map { FolderRoot(path: $0, isMarked: false) }
    }

    /// - Throws: `Failure` `folder_gone` where it was not found and one of the folders is out of reach.
    public func find(_ name: String) throws -> AssetMatch {
        try reporting {
            guard let path = try? BeneathPath(name), !path.names.isEmpty else { return .none }  // leads out: no match
            var gone: FileError?
            var tops: [(root: String, top: Descriptor)] = []
            for root in roots {
                do throws(FileError) { tops.append((root.path, try root.open())) } catch { gone = error }
            }
            var inTheWay: String?
            for (root, top) in tops {
                switch try exact(path, in: top) {
                case .found(let facts):
                    return .found(AssetEntry(root: root, entry: facts.entry(at: name)))
                case .other: inTheWay = inTheWay ?? root + "/" + name
                case .nothing: break
                }
            }
            var matches: [AssetEntry] = []
            for (root, top) in tops {
                try folded(path.names[...], in: top, at: "") { found, facts in
                    guard facts.kind == .file else {
                        inTheWay = inTheWay ?? root + "/" + found
                        return
                    }
                    if matches.count < Self.matchesMax {
                        matches.append(AssetEntry(root: root, entry: facts.entry(at: found)))
                    }
                }
            }
            if matches.count == 1 { return .found(matches[0]) }
            if matches.count > 1 { return .ambiguous(matches.map { $0.root + "/" + $0.entry.path }) }
            if let gone { throw gone }
            return inTheWay.map(AssetMatch.notAFile) ?? .none
        }
    }

    public func sample(_ asset: AssetEntry) throws -> MediaSample {
        try reporting { try Self.open(asset).sample() }
    }

    /// The file that the entry describes, and nothing else.
    static func open(_ asset: AssetEntry) throws(FileError) -> Descriptor {
        let (folder, name) = try BeneathPath(asset.entry.path).split()
        let file = try Descriptor.folder(at: asset.root).folder(folder).file(name)
        guard try file.facts().isStill(asset.entry, inodes: !FileSystemKind.of(file).isShare) else {
            throw FileError(.changed, "read", asset.root + "/" + asset.entry.path)
        }
        return file
    }

    private enum Exact {
        case found(FileFacts)
        case other, nothing
    }

    private func exact(_ path: BeneathPath, in top: Descriptor) throws(FileError) -> Exact {
        let (folder, name) = try path.split()
        do throws(FileError) {
            guard let facts = try top.folder(folder).facts(of: name) else { return .nothing }
            return facts.kind == .file ? .found(facts) : .other
        } catch {
            if case .notAFile = error.problem { return .other }
            if error.code == ENOENT || error.code == ENAMETOOLONG { return .nothing }
            throw error
        }
    }

    private func folded(
        _ names: ArraySlice<String>, in folder: Descriptor, at path: String, _ found: (String, FileFacts) -> Void
    ) throws(FileError) {
        guard let wanted = names.first?.foldedName else { return }
        for entry in try folder.entries() {
            guard let name = entry.name, let facts = entry.facts, name.foldedName == wanted else { continue }
            let below = path.isEmpty ? name : path + "/" + name
            if names.count == 1 {
                found(below, facts)
            } else if facts.kind == .folder {
                try folded(names.dropFirst(), in: folder.folder(name), at: below, found)
            }
        }
    }
}
