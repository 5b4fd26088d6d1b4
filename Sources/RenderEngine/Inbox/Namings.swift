import RenderCore

/// A reference of a job file: the name as written, and the path in the inbox that it leads to.
struct ReferencePath: Sendable, Equatable {
    var name: String
    var path: String
    /// The path as `foldedName`, with which it is compared with what lies there.
    var folded: String

    init(_ name: String, in folder: String) {
        self.name = name
        path = folder.isEmpty ? name : folder + "/" + name
        let folded = path.foldedName
        // Strings that are equal share their memory: there may be a hundred thousand.
        self.folded = folded == path ? path : folded
    }
}

/// The files that waiting job files name. A job file that has not been read yet may name every file in its folder.
struct Namings: Sendable {
    private enum Names {
        case known([String])
        case unknown(folder: String)
    }
    private var files: [String: Names] = [:]
    /// How many job files name a path, and how many of a folder are not understood.
    private var counts: [String: Int] = [:]
    private var unknown: [String: Int] = [:]

    /// - Parameter names: nil where the file is not understood yet.
    mutating func add(_ file: String, in folder: String, names: [ReferencePath]?) {
        if let names {
            let folded = Array(Set(names.map(\.folded)))
            for path in folded { counts[path, default: 0] += 1 }
            files[file] = .known(folded)
        } else {
            unknown[folder, default: 0] += 1
            files[file] = .unknown(folder: folder)
        }
    }

    mutating func remove(_ file: String) {
        switch files.removeValue(forKey: file) {
        case .known(let folded): for path in folded { counts[path, default: 0] -= 1 }
        case .unknown(let folder): unknown[folder, default: 0] -= 1
        case nil: break
        }
    }

    /// Whether a waiting job file names this file, or may name it.
    ///
    /// - Parameter file: a job file to leave out.
    func name(_ folded: String, in folder: String, but file: String? = nil) -> Bool {
        var count = (counts[folded] ?? 0) + (unknown[folder] ?? 0)
        if count > 0, let file {
            switch files[file] {
            case .known(let own): count -= own.contains(folded) ? 1 : 0
            case .unknown(let own): count -= own == folder ? 1 : 0
            case nil: break
            }
        }
        return count > 0
    }
}
