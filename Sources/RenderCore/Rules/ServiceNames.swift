/// Names that systems, NAS, sync programs, browsers and editors use for their own folders and files: recycle bins,
/// snapshots, thumbnails, half-written files. Their content was deleted, is a copy, or is incomplete: it is never a
/// drop.
/// All names are folded. Dotfiles are ignored as a whole, so they are not listed. Words that people use for folders of their
/// own (`snapshots`, `backup`, `archive`) are left out.
///
/// - Source: Synology DSM, QNAP QTS, ASUSTOR ADM, NetApp ONTAP, Samba `vfs_recycle` and `vfs_shadow_copy2`, Netatalk, Windows,
///   macOS and Android, as their documentation and users' folders show them.
enum ServiceNames {
    /// Recycle bins.
    private static let bins = [
        "$recycle.bin", "recycler", "recycled", "recyclebin", "recycle bin", "recycle.bin", "recycle", "_recycle",
        "_recycle_", "_recyclebin", "#recycle", "#recycle bin", "@recycle", "@recycle bin", "@recyclebin", "trash",
        "trashbox", "trashcan", "trash can", "network trash folder", "networktrash", "network recycle bin",
    ]
    /// Snapshots and former versions.
    private static let snapshots = [
        "#snapshot", "#snapshots", "@recently-snapshot", "@snapshot", "@snapshots", "~snapshot", "~snapshots",
        "_snapshot", "_snapshot_",
        "previous versions",
    ]
    /// What a NAS or a disk keeps for itself.
    private static let systems = [
        "@eadir", "@tmp", "@sharebin", "@sharesnap", "@synoresource", "@synofinder-log", "@syno", "@database",
        "@download",
        "@upload_tmp", "@appstore", "@transcode", "@__thumb", "@qnap_thumb", "system volume information", "lost+found",
        "lost.dir", "$extend", "$winreagent", "$windows.~bt", "$windows.~ws", "config.msi", "msocache", "aquota.user",
        "aquota.group", "quota.user", "quota.group", "desktop.ini", "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db",
        "desktop db", "desktop df", "icon\r", "theftpfolder", "thevolumesettingsfolder", "thefindbycontentfolder",
        "cleanup at startup", "temporary items", "temporaryitems", "__macosx", "appledouble",
    ]
    /// Sync programs' own folders.
    private static let sync = [
        "_gsdata_", "#syncthing", "@synologydrive", "@drive", "sync conflicts", "onedrivetemp", "dropbox.cache",
    ]

    /// Whole names.
    static let exact = Set(bins + snapshots + systems + sync)

    static let beginnings = [
        // Office's owner files, Syncthing's and Windows' temporary ones; Samba's shadow copies; Netatalk's spelling of a dot.
        "~$", "~syncthing~", "~wrl", "@gmt-", ":2e", "readme",
        // What TextEdit and its like save through, in a folder beside the file.
        "(a document being saved by ",
    ]

    /// Files that are being written, and what editors keep beside the file that they show.
    static let ends = [
        ".tmp", ".temp", ".part", ".partial", ".crdownload", ".opdownload", ".download", ".downloading", ".filepart",
        ".aria2", ".!ut", ".!sync", ".!qb", ".bts", ".ftptmp", ".unfinished", ".incomplete", ".swp", ".swo", ".swx",
        ".kate-swp", ".sbstore", ".ldownload", "~",
    ]

    static func covers(folded name: String) -> Bool {
        if name.utf8.first == UInt8(ascii: ".") || exact.contains(name) { return true }
        return beginnings.contains { name.utf8.starts(with: $0.utf8) } || ends.contains { has(name, end: $0) }
            || isSafeSave(name) || isCheckedDisk(name) || isNumberedBin(name) || isSnapshot(name)
    }

    /// By bytes: to a `String` an accent at the border belongs to the sign before it. A name that is the end alone is a name.
    private static func has(_ name: String, end: String) -> Bool {
        name.utf8.count > end.utf8.count && name.utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    /// `poster.yaml.sb-1a2b3c4d-Xy12Zq`: the folder through which a sandboxed macOS program saves.
    private static func isSafeSave(_ name: String) -> Bool {
        let parts = (name.split(separator: ".").last ?? "").split(separator: "-", omittingEmptySubsequences: false)
        return name.utf8.contains(UInt8(ascii: ".")) && parts.count == 3 && parts[0] == "sb" && parts[1].count == 8
            && parts[1].allSatisfy(\.isHexDigit) && parts[2].count == 6
    }

    /// `Network Recycle Bin 1`, `Network Recycle Bin (2)`: one for each share.
    private static func isNumberedBin(_ name: String) -> Bool {
        guard name.hasPrefix("network recycle bin") else { return false }
        let number = name.dropFirst(19).filter { !" ()_-#".contains($0) }
        return !number.isEmpty && isNumber(number)
    }

    /// `daily.2026-11-28_0010`: what a file server's schedule makes. The whole name, so that a file with an ending is none.
    private static func isSnapshot(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let paces: [Substring] = ["hourly", "daily", "weekly", "monthly", "yearly"]
        guard parts.count == 2, paces.contains(parts[0]) else { return false }
        let figures = parts[1].split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
        return figures.map(\.count) == [4, 2, 2, 4] && figures.allSatisfy { isNumber(String($0)) }
    }

    private static func isNumber(_ text: String) -> Bool { text.allSatisfy { ("0"..."9").contains($0) } }

    /// `found.000`: what Windows' disk check puts together.
    private static func isCheckedDisk(_ name: String) -> Bool {
        name.hasPrefix("found.") && name.count == 9 && name.suffix(3).allSatisfy { ("0"..."9").contains($0) }
    }
}
