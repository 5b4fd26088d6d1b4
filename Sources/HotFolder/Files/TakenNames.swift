import Glibc
import RenderCore
import Synchronization

/// The names in a folder, compared without regard to case: what a new name must not be.
///
/// On a local disk they are remembered while the folder does not change, so that an outbox with thousands of results is not
/// listed for each further one. A share is listed each time.
final class TakenNames: Sendable {
    private struct Stamp: Hashable {
        var seconds: Int
        var nanoseconds: Int
    }

    private struct State {
        /// Of the folded names: two that share one only cost a number behind a name.
        var hashes: Set<Int>
        /// When the folder last changed, as of which `hashes` is complete.
        var stamp: Stamp
    }

    private let state: Mutex<State>

    private init(_ folder: Descriptor, at stamp: Stamp) throws(FileError) {
        state = Mutex(State(hashes: Set(try folder.foldedNames().map(\.hashValue)), stamp: stamp))
    }

    private init(_ names: [String], at stamp: Stamp) {
        state = Mutex(State(hashes: Set(names.map(\.foldedName.hashValue)), stamp: stamp))
    }

    func contains(_ name: String) -> Bool {
        let hash = name.foldedName.hashValue
        return state.withLock { $0.hashes.contains(hash) }
    }

    /// A name was added by this process, or turned out to be there.
    func add(_ name: String, in folder: Descriptor) {
        let hash = name.foldedName.hashValue
        // Without the time the names are read again, which is right, too.
        let stamp = (try? folder.facts()).map { Stamp(seconds: $0.seconds, nanoseconds: $0.nanoseconds) }
        state.withLock { state in
            state.hashes.insert(hash)
            if let stamp { state.stamp = stamp }
        }
    }

    private struct Folder: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private static let known = Mutex<[Folder: TakenNames]>([:])
    private static let knownMax = 64

    /// - Throws: `FileError` if the folder cannot be listed.
    static func of(_ folder: Descriptor) throws(FileError) -> TakenNames {
        let facts = try folder.facts()
        let stamp = Stamp(seconds: facts.seconds, nanoseconds: facts.nanoseconds)
        // Where inodes change, times do as they please.
        guard facts.inode != 0 else { return try TakenNames(folder, at: stamp) }
        let key = Folder(device: facts.device, inode: facts.inode)
        if let names = known.withLock({ $0[key] }), names.state.withLock({ $0.stamp }) == stamp { return names }
        let names = try TakenNames(folder, at: stamp)
        keep(names, as: key)
        return names
    }

    /// Of a folder that this process made and filled just now.
    static func remember(_ names: [String], in folder: Descriptor) {
        // Without its facts it is listed.
        guard let facts = try? folder.facts(), facts.inode != 0 else { return }
        keep(
            TakenNames(names, at: Stamp(seconds: facts.seconds, nanoseconds: facts.nanoseconds)),
            as: Folder(device: facts.device, inode: facts.inode))
    }

    private static func keep(_ names: TakenNames, as key: Folder) {
        known.withLock { known in
            // Folders of single jobs make room: those with many names take long to list again.
            if known.count >= knownMax { known = known.filter { $0.value.isLarge } }
            if known.count >= knownMax { known = [:] }
            known[key] = names
        }
    }

    private var isLarge: Bool { state.withLock { $0.hashes.count > 100 } }
}
