/// What is wrong with a file before its text is understood: its size, its encoding, its kind, its characters.
extension Message {
    static let emptyFile = Message("the file is empty", next: "write at least `prompt: …`")

    static func tooManyBytes(_ bytes: Int, most: Int) -> Message {
        Message(
            "this file has \(bytes) bytes; a job file may have at most \(most)",
            next: "split it, or name pictures in `references` instead of putting them into the job file")
    }

    static func largeFile(most: Int) -> Message {
        Message(
            "this file has more than \(most >> 20) MiB, the most a job file may have",
            next: "split it, or check that it is the file you meant")
    }

    static let zeroByte = Message(
        "this file contains a NUL byte: it is not text, or its copy is incomplete",
        next: "save the file again as UTF-8 text")

    static let unknownEncoding = Message(
        "from here on, the text is neither UTF-8 nor UTF-16",
        next: "save the file as UTF-8; in Windows Notepad: Save as, Encoding: UTF-8")

    static func unreadable(_ error: any Error) -> Message {
        Message("the file cannot be read: \(error)", next: "save it again as UTF-8")
    }

    static let keyInFile = Message(
        "this value contains an API key",
        next: "remove it and make a new key, because others may have read this one; a key belongs in the environment "
            + "variable DASHSCOPE_API_KEY or in the file that `key_file` names")

    static let moreErrors = Message("there are more errors than are listed here", next: "correct these first")

    // MARK: Files of other programs

    static func foreign(_ file: ForeignFile) -> Message {
        Message("this is \(file.noun), not a job file", next: file.advice)
    }

    /// How to get a job file out of a file of another program, or what to drop instead.
    enum Conversion {
        static let saveAsText = "save it as plain text (UTF-8)"
        static let saveRichText = "\(saveAsText): in TextEdit, Format > Make Plain Text; in Word or WordPad, Save as"
        static let saveAsFromMenu = "\(saveAsText): Save as, Plain Text"
        static let exportFromMenu = "\(saveAsText): Save as or Export, Plain Text"
        static let copyText = "open it, copy its text into a plain text file, and save that as UTF-8"
        static let copyJob = "copy the text of the job into a plain text file"
        static let nameAsReference =
            "give the file its own extension again, and name it in `references` of a job file beside its `prompt`"
        static let savePicture = "save it as PNG or JPEG, and name that in `references` of a job file"
        static let unpack = "unpack it, and put its contents into the inbox"
        static let dropTarget = "put the file itself into the inbox, not a link to it"
        static let dropFile = "put the file itself into the inbox"
        static let deleteProgram = "delete it; a job file is text"
        static let writeText = "write the job as plain text"
        static let writeYAML = "write the job as YAML: `prompt: …`"
        static let writeJob = "write a job file instead: `prompt: …`"
        static let deleteCodeMarks = "delete the lines with ```, and keep the lines between them"
    }

    // MARK: Characters

    /// - Parameter more: how many of the kind follow in the line.
    static func lookAlike(_ character: LookAlike, more: Int) -> Message {
        let others = "; this line has \(Counted.text(more, "more such character"))"
        return Message("this character is \(character.name)", next: character.advice + (more > 0 ? others : ""))
    }

    /// - Parameter sign: what a keyboard types for the character; empty: nothing.
    static func replacement(for sign: String) -> String {
        switch sign {
        case "": "delete it: it is invisible, so type the word again"
        case " ": "type a space instead"
        case ":": "type : and a space instead"
        case "\"": "type a straight quote \" instead, or no quotes"
        case "'": "type a straight quote ' instead, or no quotes"
        default: "type \(sign) instead"
        }
    }
}
