import Glibc
import RenderCore

/// A relative path that stays inside its folder: no `..`, nothing empty, no NUL.
struct BeneathPath: Sendable, Equatable {
    let names: [String]

    /// - Parameter text: names with `/` between them; empty for the folder itself.
    init(_ text: String) throws(FileError) {
        let parts = text.isEmpty ? [] : text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for part in parts {
            let bytes = Array(part)
            let isStep = bytes == Array(".".utf8) || bytes == Array("..".utf8)
            guard !bytes.isEmpty, !isStep, !bytes.contains(0) else { throw FileError(.badPath, "use", text) }
        }
        names = parts.compactMap { String($0) }
        guard names.count == parts.count else { throw FileError(.badPath, "use", text) }
    }

    /// The last name and the path before it. Throws if there is no name.
    func split() throws(FileError) -> (folder: BeneathPath, name: String) {
        guard let name = names.last else { throw FileError(.badPath, "use", "an empty path") }
        return (BeneathPath(names: names.dropLast()), name)
    }

    private init(names: [String]) { self.names = names }

    /// One name, without a slash.
    static func name(_ text: String) throws(FileError) -> String {
        let path = try BeneathPath(text)
        guard path.names.count == 1 else { throw FileError(.badPath, "use", text) }
        return path.names[0]
    }
}

extension Descriptor {
    /// Opens the folder at this path without following links.
    func folder(_ path: BeneathPath) throws(FileError) -> Descriptor {
        var here = self
        for name in path.names { here = try here.folder(name) }
        return here
    }

    /// Opens the folder at this path, and creates and flushes missing folders.
    func makeFolders(_ path: BeneathPath, _ permissions: Permissions) throws(FileError) -> Descriptor {
        var here = self
        for name in path.names {
            let (next, made) = try here.folderOrNew(name)
            if made {
                try permissions.apply(to: next, in: here, isFolder: true, isNew: true)
                try here.flushEntries()
            }
            here = next
        }
        return here
    }
}
