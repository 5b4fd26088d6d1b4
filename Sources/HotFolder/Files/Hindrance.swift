import CLinux
import Glibc
import RenderCore

/// Why a file cannot be moved out of its folder.
enum Hindrance: Sendable, Equatable {
    case readOnly
    case immutable, appendOnly
    case immutableFolder(String)
    case appendOnlyFolder(String)
    /// The folder's sticky bit leaves each file to its owner, here to this one.
    case sticky(folder: String, owner: String)
    /// Owner and mode of the folder.
    case folderDenied(folder: String, rights: String)
    /// Something is mounted on it.
    case mountPoint
    /// The file system said that it was moved, and there it is.
    case untrue
    /// Nothing that can be seen explains it.
    case refused(Int32)

    /// `ST_RDONLY`, which Swift does not import as a number.
    private static let readOnlyFlag: UInt = 1

    /// Whether an `errno` of a rename or a removal says that the file has to stay.
    static func isOne(_ code: Int32, _ name: String, in folder: Descriptor) -> Bool {
        [EACCES, EPERM, EROFS].contains(code) || code == EBUSY && flags(name, of: folder) & 4 != 0
    }

    /// What can be seen without trying; nil: nothing stands in the way, so that trying is worth it.
    static func seen(_ name: String, in folder: Descriptor) throws(FileError) -> Hindrance? {
        var mount = statvfs()
        if fstatvfs(folder.raw, &mount) == 0, mount.f_flag & readOnlyFlag != 0 { return .readOnly }
        let place = try folder.facts()
        if faccessat(folder.raw, ".", W_OK | X_OK, AT_EACCESS) < 0 {
            if errno == EROFS { return .readOnly }
            if flags("", of: folder) & 1 != 0 { return .immutableFolder(folder.path) }
            return .folderDenied(folder: folder.path, rights: Account.words(place))
        }
        let ofFolder = flags("", of: folder)
        if ofFolder & 1 != 0 { return .immutableFolder(folder.path) }
        if ofFolder & 2 != 0 { return .appendOnlyFolder(folder.path) }
        let ofFile = flags(name, of: folder)
        if ofFile & 1 != 0 { return .immutable }
        if ofFile & 2 != 0 { return .appendOnly }
        if ofFile & 4 != 0 { return .mountPoint }
        let me = geteuid()
        if me != 0, place.mode & 0o1000 != 0, place.owner != me, let file = try folder.facts(of: name),
            file.owner != me
        {
            return .sticky(folder: folder.path, owner: Account.name(file.owner))
        }
        return nil
    }

    /// Why a rename that answered with this `errno` did not happen.
    static func explaining(_ code: Int32, _ name: String, in folder: Descriptor) -> Hindrance {
        if code == EROFS { return .readOnly }
        // What cannot even be looked at explains nothing.
        return (try? seen(name, in: folder)) ?? .refused(code)
    }

    /// 1: immutable, 2: append-only, 4: a mount point; a file system that has no such flags has none set.
    private static func flags(_ name: String, of folder: Descriptor) -> UInt32 {
        var flags: UInt32 = 0
        return clinux_attributes(folder.raw, name, &flags) == 0 ? flags : 0
    }

    var reason: String {
        let who = "user \(Account.me) may not move it"
        switch self {
        case .readOnly: return "\(who): it is on a read-only mount"
        case .immutable: return "\(who): it is immutable"
        case .appendOnly: return "\(who): it is append-only"
        case .immutableFolder: return "\(who): its folder is immutable"
        case .appendOnlyFolder: return "\(who): its folder is append-only"
        case .sticky(_, let owner):
            return "\(who): it belongs to \(owner), and in a folder with the sticky bit only the owner may move a file"
        case .folderDenied(_, let rights): return "\(who): permission denied in its folder: \(rights)"
        case .mountPoint: return "\(who): it is a mount point"
        case .untrue: return "the file system reported that it was moved, but it is still there"
        case .refused(let code): return "\(who) (\(String(cString: strerror(code))))"
        }
    }

    /// Paragraphs, apart by an empty line.
    ///
    /// - Parameter path: of the file.
    func advice(for path: String) -> String {
        let way: String
        switch self {
        case .readOnly: way = "mount it writable"
        case .immutable: way = "`sudo chattr -i \(Self.quoted(path))`"
        case .appendOnly: way = "`sudo chattr -a \(Self.quoted(path))`"
        case .immutableFolder(let folder): way = "`sudo chattr -i \(Self.quoted(folder))`"
        case .appendOnlyFolder(let folder): way = "`sudo chattr -a \(Self.quoted(folder))`"
        case .sticky(let folder, _):
            way = "`sudo chown \(Account.me) \(Self.quoted(folder))` or `sudo chmod -t \(Self.quoted(folder))`"
        case .folderDenied(let folder, _): way = Self.openingAdvice(folder)
        case .mountPoint: way = "`sudo umount \(Self.quoted(path))`"
        case .untrue: way = "check the file system, or the program that mounts it"
        case .refused: way = "let \(Account.me) write in its folder, also on the file server"
        }
        return way
            + "\n\nor set `unmovable: copy` below `intake:` in watch.yaml: then renderdrop renders it once and leaves it where it is"
    }

    /// Paragraphs, apart by an empty line. How a folder is opened to this user, also for what Samba will make there.
    static func openingAdvice(_ folder: String) -> String {
        // Owner and mode are of no account there. What cannot be opened shows no flags.
        let ofFolder = (try? Descriptor.folder(at: folder)).map { flags("", of: $0) } ?? 0
        if ofFolder & 1 != 0 { return "`sudo chattr -i \(quoted(folder))`" }
        if ofFolder & 2 != 0 { return "`sudo chattr -a \(quoted(folder))`" }
        let group = Account.group
        let commands = "`sudo chgrp -R \(group) \(quoted(folder)) && sudo chmod -R g+rwX \(quoted(folder))`"
        return """
            \(commands)

            if Samba creates such folders, add these lines to the share's section in smb.conf:
              force user = \(Account.me)
              force group = \(group)
              create mask = 0664
              directory mask = 2775
            """
    }

    /// For a shell.
    static func quoted(_ path: String) -> String { "'" + path.replacing("'", with: "'\\''") + "'" }
}
