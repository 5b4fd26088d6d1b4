import Glibc
import RenderCore

/// Mirrors of the inbox's folders, in `working/`, `outbox/`, `archive/` and `failed/`.
///
/// On many shares `Acme` and `acme`, or two encodings of the same accent, are one folder. So they share one tree
/// everywhere. The spelling on the disk is used.
extension Descriptor {
    /// Opens the mirror of a path, and creates and flushes missing folders.
    ///
    /// - Parameter aroundOthers: if a link or a file has the name, the folder gets a numbered name.
    /// - Returns: the folder, and the names as they are spelled here.
    func mirror(
        _ path: BeneathPath, _ permissions: Permissions, aroundOthers: Bool = false
    ) throws(FileError) -> (folder: Descriptor, names: [String]) {
        var here = self
        var names: [String] = []
        for wanted in path.names {
            var name = try here.spelling(of: wanted) ?? wanted
            var number = 1
            while aroundOthers, let there = try here.facts(of: name), there.kind != .folder {
                number += 1
                let other = OutputNaming.numbered(wanted, number, isFolder: true)
                name = try here.spelling(of: other) ?? other
            }
            let made = try here.makeFolder(name)
            let next = try here.folder(name)
            if made {
                try permissions.apply(to: next, in: here, isFolder: true)
                try here.flushEntries()
            }
            here = next
            names.append(name)
        }
        return (here, names)
    }

    /// The same without creating anything; nil if a folder is missing.
    func mirrored(_ path: BeneathPath) throws(FileError) -> (folder: Descriptor, names: [String])? {
        var here = self
        var names: [String] = []
        for wanted in path.names {
            guard let name = try here.spelling(of: wanted) else { return nil }
            do throws(FileError) {
                here = try here.folder(name)
            } catch {
                if error.code == ENOENT { return nil }
                throw error
            }
            names.append(name)
        }
        return (here, names)
    }

    /// The entry that stands for the name here: exactly this name, or a folder with the same case-folded name. A job's
    /// own folder is not a mirror.
    private func spelling(of name: String) throws(FileError) -> String? {
        if try facts(of: name) != nil { return name }
        let folded = name.foldedName
        for entry in try entries() where entry.facts?.kind == .folder {
            guard let found = entry.name, found.foldedName == folded else { continue }
            if try JobFolder.id(of: folder(found)) == nil { return found }
        }
        return nil
    }

    /// Removes folders of a mirror that are now empty, deepest first.
    func prune(_ names: [String]) throws(FileError) {
        var rest = names
        while let name = rest.popLast() {
            let parent: Descriptor
            do throws(FileError) {
                parent = try folder(rest)
            } catch {
                if error.code == ENOENT { continue }
                throw error
            }
            guard try parent.removeFolder(name) else { return }
        }
    }
}
