import RenderCore
import Testing

@Suite struct IgnoreListTests {
    @Test(arguments: [
        ".hidden", "._cat.png", ".DS_Store", "~$cat.docx", "cat.tmp", "cat.PART", "cat.partial", "cat.crdownload",
        "cat.filepart", "Thumbs.db", "THUMBS.DB", "desktop.ini", "@eaDir", "#recycle", ".stfolder", ".~lock.cat.ods#",
        "README", "readme.txt", "Readme-first.md", ".syncthing.cat.yaml.tmp", "~syncthing~cat.yaml.tmp",
        ".cat.yaml.Xy12Zq", "cat.yaml.1a2b3c4d.partial", ".renderdrop-tmp-cat", ".renderdrop-folder",
    ])
    func `what other programs leave is ignored`(name: String) {
        #expect(IgnoreList().ignores(name))
    }

    @Test(arguments: [
        "@Recycle", "$RECYCLE.BIN", "RecycleBin", "Recycle Bin", "RECYCLER", "_recycle", "#RECYCLE", ".recycle", "@tmp",
        ".Trash-1000", "Trash", "trashbox", "#snapshot", "#Snapshot", "@Recently-Snapshot", "~snapshot", ".snapshot",
        ".snapshots",
        ".zfs", "@GMT-2026.11.28-10.11.12", "System Volume Information", "SYSTEM VOLUME INFORMATION", "lost+found",
        "LOST.DIR",
        "found.000", "Network Trash Folder", "Temporary Items", ".TemporaryItems", ".Trashes", ":2eTrashes",
        ".AppleDouble",
        "TheVolumeSettingsFolder", "__MACOSX", ".@__thumb", ".stversions", ".sync", ".dropbox.cache",
        ".owncloudsync.log",
        "poster.yaml.sb-1a2b3c4d-Xy12Zq", "(A Document Being Saved By TextEdit)",
        "(A Document Being Saved By TextEdit 2)",
        "poster.yaml.download", "poster.yaml.opdownload", "poster.yaml.swp", "poster.yaml~", "Icon\r",
        "poster.yaml.!sync",
        "@EADIR", "Network Recycle Bin", "Network Recycle Bin 1", "Network Recycle Bin (2)", "OneDriveTemp",
        "Dropbox.cache", "_snapshot", "daily.2026-11-28_0010", "hourly.2026-11-28_1005", "weekly.2026-11-29_0015",
    ])
    func `service folders and half-written files are ignored in any case`(name: String) {
        #expect(IgnoreList().ignores(name))
        #expect(IgnoreList().ignores(name.uppercased()))
    }

    @Test(arguments: [
        "snapshots", "backup", "archive", "found.it", "recycling", "trash-cans", "@acme", "#spring", "downloads",
        "Temporary",
        "daily.2026-11-28_0010.yaml", "daily.2026-11-28", "daily", "Network Recycle Bin poster", "onedrive",
        "cat.sb-1.yaml", "found.00x", "~", "download", "my trash",
    ])
    func `a folder that people name is not`(name: String) {
        #expect(!IgnoreList().ignores(name))
    }

    @Test(arguments: [
        "cat.yaml", "tmp", "cat.tmp.yaml", "part", "my README.txt", "~cat.png", "#cat.yaml", "partial.json",
    ])
    func `a job is not`(name: String) {
        #expect(!IgnoreList().ignores(name))
    }

    @Test(arguments: [
        ("*.bak", "cat.BAK", true), ("*.bak", "cat.bak.yaml", false), ("draft-?.yaml", "draft-1.yaml", true),
        ("draft-?.yaml", "draft-12.yaml", false), ("[a-c]*", "Bob.yaml", true), ("[a-c]*", "dog.yaml", false),
        ("[!a-c]*", "dog.yaml", true), ("[!a-c]*", "apple", false), ("a[", "a[", true), ("[]x]", "]", true),
        (#"\*"#, "*", true), (#"\*"#, "cat", false), ("*", "anything", true), ("", "cat", false),
        ("*é*", "cafe\u{301}s", true),
        ("a*b*c", "aXbYc", true), ("a*b*c", "aXbY", false), ("?", "👨‍👩‍👧", true), ("[z-a]", "m", false),
        ("[a-]", "-", true),
    ])
    func `a glob matches as in a shell`(glob: String, name: String, ignored: Bool) {
        #expect(IgnoreList(globs: [glob]).ignores(name) == ignored)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a hostile glob takes no time`() {
        let glob = String(repeating: "*a", count: 100) + "b"
        #expect(!IgnoreList(globs: [glob]).ignores(String(repeating: "a", count: 250)))
    }

    @Test func `what lies below an ignored folder is ignored`() {
        #expect(IgnoreList().ignores(path: "shop/@eaDir/cat.yaml"))
        #expect(!IgnoreList().ignores(path: "shop/cat.yaml"))
    }

    @Test(arguments: [
        ("_WAITING.txt", true), ("_waiting.TXT", true), ("STATUS.txt", true), ("ERROR.txt", true),
        ("cat.summary.json", true),
        ("cat.failed.json", true), ("CAT.FAILED.JSON", true), (".renderdrop-folder", true), (".renderdrop-job", true),
        ("journal.jsonl", true), ("RENDERDROP-STATUS.txt", true), ("cat.json", false), ("waiting.txt", false),
        ("status.yaml", false), ("summary.json", false),
    ])
    func `our own files are known in any case`(name: String, own: Bool) {
        #expect(OwnFiles.isOwn(name) == own)
    }

    @Test func `a temporary name is ignored and fits`() {
        let name = OwnFiles.temporary(for: String(repeating: "x", count: 255))
        #expect(name.utf8.count <= 255)
        #expect(IgnoreList().ignores(name) && OwnFiles.isTemporary(name) && OwnFiles.isOwn(name))
    }
}
