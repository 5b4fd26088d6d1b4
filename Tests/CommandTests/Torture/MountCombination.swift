/// What lies on what, who drops, and what goes wrong.
struct MountCombination: Sendable {
    enum Drop: Sendable, Equatable {
        /// Files of renderdrop's own user.
        case own
        /// The inbox is 1777, the files another user's.
        case sticky
        /// `chattr +i`.
        case immutable
        /// A sub-folder that is mounted read-only.
        case readOnly
        /// A sub-folder 0755 of another user.
        case foreignFolder
        /// Another user's, 0600.
        case secret
        /// A client's, through a smbd with its default masks, in a sub-folder that the client made.
        case samba
    }

    enum Trouble: Sendable {
        /// Killed between the copy and the removal of what was copied; where a claim is one rename, around it.
        case kills
        /// Each call on the folders, one after the other.
        case eachCall(action: String, calls: [String])
    }

    var name: String
    var mounts: [String: HostileMount] = [:]
    var drop = Drop.own
    var unmovable = "wait"
    var trouble = Trouble.kills
    var isSecondUser = false
    /// Also in the short form.
    var isShort = false

    static let folders = ["inbox", "working", "outbox", "archive", "failed", "assets"]

    /// What is done to files that cannot be moved: they wait until they can be, or they stay and are rendered.
    var staysInPlace: Bool { drop != .own && drop != .secret && unmovable == "copy" }
    var waits: Bool { drop != .own && !staysInPlace }

    private static func on(_ kind: HostileMount, _ names: String...) -> [String: HostileMount] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, kind) })
    }

    static let all: [MountCombination] = mounted + owned + faulty

    /// Folders on different file systems, everything ours.
    private static let mounted: [MountCombination] = [
        .init(name: "all on the disk", isShort: true),
        .init(name: "inbox tmpfs", mounts: on(.tmpfs, "inbox"), isShort: true),
        .init(name: "working tmpfs", mounts: on(.tmpfs, "working")),
        .init(name: "outbox tmpfs", mounts: on(.tmpfs, "outbox")),
        .init(name: "archive and failed tmpfs", mounts: on(.tmpfs, "archive", "failed")),
        .init(name: "inbox bindfs", mounts: on(.bindfs, "inbox")),
        .init(
            name: "each folder on a bindfs of its own",
            mounts: on(.bindfs, "inbox", "working", "outbox", "archive", "failed")),
        .init(name: "inbox with moving inodes and times", mounts: on(.moving, "inbox"), isShort: true),
        .init(
            name: "each folder with moving inodes and times",
            mounts: on(.moving, "inbox", "working", "outbox", "archive", "failed", "assets")),
        .init(name: "inbox with renames and removals that are done and report failure", mounts: on(.lying, "inbox")),
        .init(
            name: "working with renames and removals that are done and report failure", mounts: on(.lying, "working")),
        .init(name: "inbox exFAT", mounts: on(.exfat, "inbox")),
        .init(name: "outbox, archive and failed exFAT", mounts: on(.exfat, "outbox", "archive", "failed")),
        .init(name: "inbox rclone", mounts: on(.rclone, "inbox")),
        .init(name: "inbox and working overlay", mounts: on(.overlay, "inbox", "working")),
        .init(
            name: "five file systems",
            mounts: ["inbox": .bindfs, "working": .tmpfs, "outbox": .moving, "archive": .exfat, "failed": .overlay],
            isShort: true),
    ]

    /// Other users' files, with renderdrop as a user of its own.
    private static let owned: [MountCombination] =
        [
            ("sticky inbox on the disk, another user's files", Drop.sticky, [:]),
            ("sticky inbox on tmpfs, another user's files", .sticky, on(.tmpfs, "inbox")),
            ("sticky inbox on bindfs, another user's files", .sticky, on(.bindfs, "inbox")),
            ("sticky inbox with moving inodes and times, another user's files", .sticky, on(.moving, "inbox")),
            ("chattr +i", .immutable, [:]),
            ("chattr +i, working tmpfs", .immutable, on(.tmpfs, "working")),
            ("a read-only mount below the inbox", .readOnly, [:]),
            ("another user's folder below the inbox", .foreignFolder, [:]),
            ("a default smbd", .samba, [:]),
            ("a default smbd, working tmpfs", .samba, on(.tmpfs, "working")),
        ].flatMap { name, drop, mounts in
            ["wait", "copy"].map { unmovable in
                MountCombination(
                    name: "\(name), unmovable: \(unmovable)", mounts: mounts, drop: drop, unmovable: unmovable,
                    isSecondUser: true, isShort: name.hasPrefix("sticky inbox on tmpfs") || name == "chattr +i")
            }
        } + [.init(name: "another user's files, 0600", drop: .secret, isSecondUser: true)]

    /// Every call fails once, or says so.
    private static let faulty: [MountCombination] =
        [
            ("ENOSPC at each call", "fail:28", HostileCalls.changing),
            ("EACCES at each call", "fail:13", HostileCalls.changing),
            ("EIO at each call", "fail:5", HostileCalls.changing),
            (
                "done and reported as EIO, each rename, link and removal", "done:5",
                ["rename", "link", "unlink", "rmdir", "mkdir"]
            ),
            (
                "done and reported as ETIMEDOUT, each rename, link and removal", "done:110",
                ["rename", "link", "unlink", "rmdir", "mkdir"]
            ),
        ].flatMap { name, action, calls in
            [("", [:]), (", inbox tmpfs", on(.tmpfs, "inbox"))].map { place, mounts in
                MountCombination(
                    name: name + place, mounts: mounts, trouble: .eachCall(action: action, calls: calls),
                    isShort: !mounts.isEmpty)
            }
        }
        + [("ENOSPC", "fail:28"), ("EACCES", "fail:13")].map { name, action in
            MountCombination(
                name: "\(name) at each call, sticky inbox on tmpfs, unmovable: copy", mounts: on(.tmpfs, "inbox"),
                drop: .sticky,
                unmovable: "copy", trouble: .eachCall(action: action, calls: HostileCalls.changing), isSecondUser: true)
        }
}
