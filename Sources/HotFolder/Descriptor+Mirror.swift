import Glibc
import RenderCore

/// Mirrors of the inbox's folders, in `working/`, `outbox/`, `archive/` and `failed/`.
///
/// `Acme` and `acme`, or two spellings of the same accent, are one folder on many shares, so they are one tree everywhere. The
/// spelling that is on the disk counts.
extension Descriptor {
    /// Walks down and makes what is missing, flushed.
    ///
    /// - Parameter aroundOthers: where a link or a file has the name, the folder gets a number behind it.
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

    /// The same without making anything; nil where a folder is missing.
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

    /// What stands for the name here: exactly this name, or a folder whose name is the same in folded case. A job's own folder is no
    /// mirror.
    private func spelling(of name: String) throws(FileError) -> String? {
        if try facts(of: name) != nil { return name }
        let folded = name.foldedName
        for entry in try entries() where entry.facts?.kind == .folder {
            guard let found = entry.name, found.foldedName == folded else { continue }
            if try JobFolder.id(of: folder(found)) == nil { return found }
        }
        return nil
    }

    /// Removes the folders of a mirror that are empty now, the lowest first.
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
