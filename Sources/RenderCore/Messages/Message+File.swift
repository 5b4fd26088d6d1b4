/// A file or folder that cannot be used.
///
/// `doing` says what was tried: `read /srv/studio/inbox/cat.yaml`.
extension Message {
    /// - Parameters:
    ///   - reason, next: of a row of the table of system errors.
    ///   - initCommand: makes a folder that was deleted; nil: there is nothing that it could make.
    public static func cannot(_ doing: String, because reason: String, next: String, initCommand: String? = nil)
        -> Message
    {
        Message(
            "cannot \(doing): \(reason)", next: next + (initCommand.map { "; if it was deleted, run `\($0)`" } ?? ""),
            because: reason)
    }

    public static func markerMissing(_ doing: String, marker: String, initCommand: String) -> Message {
        cannot(
            doing, because: "its marker \(marker) is missing",
            next: "mount the share again; if this is the right folder, run `\(initCommand)`")
    }

    /// - Parameter moveAway: command that moves it out of the way.
    public static func markerIsFolder(_ doing: String, moveAway: String) -> Message {
        cannot(
            doing, because: "it is a folder, and renderdrop keeps its marker, a file, under this name",
            next: "move it away with `\(moveAway)`, then run this command again")
    }

    public static func fileChangedMeanwhile(_ doing: String) -> Message {
        cannot(doing, because: "it changed at that moment", next: "renderdrop tries again")
    }

    public static func fileChanging() -> Message {
        Message("it is changing", next: "renderdrop reads it once it is complete")
    }

    /// - Parameter kind: `a symbolic link`.
    public static func notAFile(_ doing: String, kind: String) -> Message {
        cannot(doing, because: "it is \(kind)", next: "put the file itself there")
    }

    public static func fileTooLarge(_ doing: String, bytesMax: Int) -> Message {
        cannot(doing, because: "it is larger than \(ByteCount.words(bytesMax))", next: "make it smaller, or split it")
    }

    public static func pathOutsideFolder(_ doing: String) -> Message {
        cannot(doing, because: "the path is empty or leaves its folder", next: "use a name inside the folder")
    }

    public static func nameNotUTF8(_ doing: String) -> Message {
        cannot(doing, because: "its name is not UTF-8", next: "rename it")
    }
}
