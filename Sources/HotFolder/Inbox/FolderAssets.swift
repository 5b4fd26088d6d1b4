import Glibc
public import RenderCore

/// The folders of shared images.
public actor FolderAssets: Assets {
    /// Names that differ only in case or spelling, of which more are not worth telling.
    private static let matchesMax = 20

    private nonisolated let queue: FileQueue
    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    private let roots: [FolderRoot]
    private let ignore = IgnoreList()

    public init(_ folders: Configuration.Folders) {
        queue = FileQueue("assets", .taking, folders.assets.first ?? "")
        roots = folders.assets.map { FolderRoot(unmarked: $0) }
    }

    /// - Throws: `Failure` `folder_gone` where it was not found and one of the folders is out of reach.
    public func find(_ name: String) throws -> AssetMatch {
        try reporting {
            var view = View(roots)
            return try find(name, in: &view)
        }
    }

    public func find(_ names: [String]) throws -> [String: AssetMatch] {
        try reporting {
            var view = View(roots)
            var matches: [String: AssetMatch] = [:]
            // The same question again, and the folders have the same names: only what was found may have changed.
            let isMany = names.count >= Self.manyNames && view.gone == nil
            let versions = isMany ? try versions(&view) : []
            var rest = names
            if isMany, let last, last.names == names, last.versions == versions {
                (matches, rest) = (last.missing, last.others)
            }
            for name in rest {
                do throws(FileError) {
                    if isMany, try isSurelyMissing(name, in: &view) {
                        matches[name] = AssetMatch.none
                        continue
                    }
                    matches[name] = try find(name, in: &view)
                } catch {
                    switch error.code {
                    case EMFILE, ENFILE, ENOMEM: throw error
                    default: continue  // asked for alone it says why
                    }
                }
            }
            if isMany {
                let missing = matches.filter { $0.value == .none && !Self.isBelow($0.key) }
                last = Last(
                    names: names, versions: versions, missing: missing, others: names.filter { missing[$0] == nil })
            }
            return matches
        }
    }

    /// For so many names the folders are listed once, instead of one `stat` for each name.
    private static let manyNames = 16

    /// The last question for many names.
    private struct Last {
        var names: [String]
        var versions: [Int]
        /// Names in no sub-folder that were not found, and all the others.
        var missing: [String: AssetMatch]
        var others: [String]
    }
    private var last: Last?

    private static func isBelow(_ name: String) -> Bool { name.utf8.contains(UInt8(ascii: "/")) }

    /// Whether no folder has this name in any spelling, as their listings show.
    private func isSurelyMissing(_ name: String, in view: inout View) throws(FileError) -> Bool {
        guard !Self.isBelow(name) else { return false }
        let folded = name.foldedName
        for (root, top) in view.tops where try index(of: top, at: root + "/", &view).spellings[folded] != nil {
            return false
        }
        return true
    }

    /// Which names the folders themselves have.
    private func versions(_ view: inout View) throws(FileError) -> [Int] {
        var versions: [Int] = []
        for (root, top) in view.tops { versions.append(try index(of: top, at: root + "/", &view).version) }
        return versions
    }

    /// The open folders, for one or more look-ups.
    private struct View {
        var tops: [(root: String, top: Descriptor)] = []
        var gone: FileError?
        /// Folders that were listed for this question.
        var listed: Set<String> = []

        init(_ roots: [FolderRoot]) {
            for root in roots {
                do throws(FileError) { tops.append((root.path, try root.open())) } catch { gone = error }
            }
        }
    }

    private func find(_ name: String, in view: inout View) throws(FileError) -> AssetMatch {
        let path: BeneathPath
        do throws(FileError) { path = try BeneathPath(name) } catch { return .none }  // leads out: no match
        guard !path.names.isEmpty else { return .none }
        var inTheWay: String?
        for (root, top) in view.tops {
            switch try exact(path, in: top) {
            case .found(let facts):
                return .found(AssetEntry(root: root, entry: facts.entry(at: name)))
            case .other: inTheWay = inTheWay ?? root + "/" + name
            case .nothing: break
            }
        }
        var matches: [AssetEntry] = []
        for (root, top) in view.tops {
            try folded(path.names[...], in: top, at: "", of: root, &view) { found, facts in
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
        if let gone = view.gone { throw gone }
        return inTheWay.map(AssetMatch.notAFile) ?? .none
    }

    public func sample(_ asset: AssetEntry) throws -> MediaSample {
        try reporting { try Self.open(asset).sample() }
    }

    /// So much of the folders is read for suggestions.
    private static let namesMax = 5000
    private static let depthMax = 4

    public func names() -> [String] {
        var names: [String] = []
        for root in roots {
            // A folder that is out of reach suggests nothing; `find` says so.
            guard let top = try? root.open() else { continue }
            collect(in: top, at: "", depth: 1, &names)
        }
        return names
    }

    private func collect(in folder: Descriptor, at path: String, depth: Int, _ names: inout [String]) {
        // As above.
        for entry in (try? folder.entries()) ?? [] where names.count < Self.namesMax {
            guard let name = entry.name, let facts = entry.facts, !ignore.ignores(name) else { continue }
            let below = path.isEmpty ? name : path + "/" + name
            switch facts.kind {
            case .file: names.append(below)
            case .folder where depth < Self.depthMax:
                if let inner = try? folder.folder(name) { collect(in: inner, at: below, depth: depth + 1, &names) }
            case .folder, .link, .special: break
            }
        }
    }

    /// The file that the entry describes, and nothing else.
    static func open(_ asset: AssetEntry) throws(FileError) -> Descriptor {
        let (folder, name) = try BeneathPath(asset.entry.path).split()
        let file = try Descriptor.folder(at: asset.root, isUsers: true).folder(folder).file(name)
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
        _ names: ArraySlice<String>, in folder: Descriptor, at path: String, of root: String, _ view: inout View,
        _ found: (String, FileFacts) -> Void
    ) throws(FileError) {
        guard let wanted = names.first?.foldedName else { return }
        for name in try index(of: folder, at: root + "/" + path, &view).spellings[wanted] ?? [] {
            guard let facts = try folder.facts(of: name) else { continue }  // gone since
            let below = path.isEmpty ? name : path + "/" + name
            if names.count == 1 {
                found(below, facts)
            } else if facts.kind == .folder {
                try folded(names.dropFirst(), in: folder.folder(name), at: below, of: root, &view, found)
            }
        }
    }

    /// The names in one folder by their case-folded form.
    private struct Index {
        var names: [[UInt8]]
        var spellings: [String: [String]]
        /// No two listings that differ have the same.
        var version = 0
    }
    /// Of folders that were asked for, as they were last listed. Folding thousands of names costs more than listing them.
    private var indexes: [String: Index] = [:]
    private static let indexesMax = 64
    private var listings = 0

    private func index(of folder: Descriptor, at path: String, _ view: inout View) throws(FileError) -> Index {
        if view.listed.contains(path), let known = indexes[path] { return known }
        let names = try folder.names()
        view.listed.insert(path)
        if let known = indexes[path], known.names == names { return known }
        var spellings: [String: [String]] = [:]
        for bytes in names {
            guard let name = String(validating: bytes, as: UTF8.self) else { continue }
            spellings[name.foldedName, default: []].append(name)
        }
        for key in spellings.keys { spellings[key]?.sort() }
        if indexes.count >= Self.indexesMax { indexes = [:] }
        listings += 1
        let index = Index(names: names, spellings: spellings, version: listings)
        indexes[path] = index
        return index
    }
}
