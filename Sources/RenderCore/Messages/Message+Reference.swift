/// What is wrong with a file that a job names.
extension Message {
    static func reference(_ name: String, refused reason: String, advice: String) -> Message {
        Message("the reference `\(name)` cannot be used: \(reason)", next: advice)
    }

    static func outside(_ path: String, reason: String) -> Message {
        reference(path, refused: reason, advice: "put the file itself beside the job file or into assets/")
    }

    // MARK: Whether it is there, and whole

    /// What may still come. - Parameter near: of `NearFile.advice`.
    static func missingFile(_ path: String, near: String) -> Message {
        Message("\(path) is neither beside the job file nor in assets/", next: near + mayStillCome)
    }

    static func emptyReference(_ path: String) -> Message {
        Message("\(path) is empty", next: "copy it again" + mayStillCome)
    }

    /// - Parameter wayOut: what to do if it is whole; nil: its bytes prove that it is not.
    static func cutOff(_ path: String, bytes: Int, wayOut: String?) -> Message {
        Message(
            "\(path) is cut off after \(Counted.text(bytes, "byte"))",
            next: "copy it again, or save it again" + (wayOut.map { "; \($0)" } ?? "") + mayStillCome)
    }

    private static let mayStillCome = Diagnostic.mayStillCome

    static func ambiguous(_ path: String, _ names: [String]) -> Message {
        Message(
            "`\(path)` may mean several files: \(names.prefix(5).joined(separator: ", "))",
            next: "write one of these names exactly")
    }

    static func notAFile(_ path: String) -> Message {
        let isOfApple = [".pages", ".key", ".numbers"].contains { path.foldedName.hasSuffix($0) }
        return Message(
            "\(path) is a link, a folder or a pipe, not a file",
            next: isOfApple
                ? "if it is a document: open it, and choose File > Advanced > Change File Type > Single File"
                : "put the file itself there")
    }

    // MARK: Its kind

    static func linkOfOtherKind(_ kind: MediaKind, _ model: Model, _ input: Model.Input) -> Message {
        Message(
            "the link seems to lead to a \(kind.noun); \(wants(model, input))",
            next: "name another file, or use another field for it")
    }

    static func fileOfOtherKind(_ file: String, _ kind: MediaKind, _ model: Model, _ input: Model.Input) -> Message {
        Message(
            "\(file) is a \(kind.noun); \(wants(model, input))", next: "name another file, or use another field for it")
    }

    private static func wants(_ model: Model, _ input: Model.Input) -> String {
        "\(model.id) needs a \(input.kind.noun) for `\(input.role)`"
    }

    static func linksOnly(_ model: Model, _ path: String) -> Message {
        Message(
            "\(model.id) takes links only, no files",
            next: "put \(path) on a web server and write its https:// link, or use another model")
    }

    /// - Parameter document: the model's input for documents; nil: it has none.
    static func pagesOnly(_ model: Model, _ input: Model.Input, _ path: String, document: Model.Input?) -> Message {
        Message(
            "\(model.id) takes no file for `\(input.role)`, only the address of a web page",
            next: "write its https:// link"
                + (document.map { ", or `media: [{\($0.role): \(path)}]` if it is a document" } ?? ""))
    }

    static func notAPage(_ kind: MediaKind, _ input: Model.Input, other: Model.Input) -> Message {
        Message(
            "the link seems to lead to a \(kind.noun); `\(input.role)` is for a web page",
            next: "if it does, write it as `\(other.role)`")
    }

    static func linkOfWrongFormat(_ ending: String, _ model: Model, formats: [String]) -> Message {
        Message(
            "the link leads to a \(ending) file, which \(model.id) does not take",
            next: "save it as one of \(formats.joined(separator: ", "))")
    }

    static func manyPages(_ file: String, pages: Int, _ model: Model, most: Int) -> Message {
        Message(
            "\(file) has \(Counted.text(pages, "page")); \(model.id) takes at most \(most)",
            next: "leave pages out, or make two jobs of it")
    }

    static func unknownFormat(_ path: String, _ kind: MediaKind, advice: String) -> Message {
        Message("\(path) is not a \(kind.noun) of a known format", next: advice)
    }

    static func wrongFormat(_ file: String, _ probe: MediaProbe, _ model: Model, _ formats: [String]) -> Message {
        Message(
            "\(file) is \(probe.noun), which \(model.id) does not take",
            next: "save it as \(formats.count > 1 ? "one of " : "")\(formats.joined(separator: ", "))")
    }

    /// How to save a file so that it is taken.
    static func saving(_ input: Model.Input?, _ model: Model) -> String {
        let best =
            switch input?.kind ?? .image {
            case .image: "save it as PNG or JPEG"
            case .video: "save it as MP4 with H.264"
            case .audio: "save it as WAV or MP3"
            case .document: "save it as PDF, or as plain text in UTF-8 with the ending .txt"
            }
        guard let formats = input?.limit.formats, !formats.isEmpty else { return best }
        return "\(best); \(model.id) takes \(formats.joined(separator: ", "))"
    }

    // MARK: Its size

    /// - Parameters:
    ///   - megabytes: of the file: `12.1`.
    ///   - most: bytes that the model takes; nil: it has no limit of its own.
    static func largeFile(
        _ file: String, megabytes: String, _ model: Model, most: Int?, anyModel: Int, _ kind: MediaKind
    ) -> Message {
        let limit = most.map { "\(model.id) takes at most \($0 >> 20) MB" }
        return Message(
            "\(file) has \(megabytes) MB; \(limit ?? "no model takes more than \(anyModel >> 20) MB")",
            next: kind == .image ? "make it smaller, or save it as JPEG" : "make it shorter, or smaller")
    }

    static func wrongSides(_ file: String, _ size: PixelSize, _ model: Model, _ side: ClosedRange<Int>) -> Message {
        Message(
            "\(file) is \(shown(size)) pixels; \(model.id) wants each side from \(side.lowerBound) to \(side.upperBound)",
            next: fitting(size, into: side))
    }

    /// `enlarge it to at least 578 × 384, or …`: the same ratio within the range, where there is one.
    private static func fitting(_ size: PixelSize, into side: ClosedRange<Int>) -> String {
        let small = min(size.width, size.height)
        let large = max(size.width, size.height)
        guard small > 0 else { return "save it again" }
        let factor =
            small < side.lowerBound
            ? Double(side.lowerBound) / Double(small) : Double(side.upperBound) / Double(large)
        let fits =
            Double(large) * factor <= Double(side.upperBound) && Double(small) * factor >= Double(side.lowerBound)
        guard fits else { return "crop it: it is too long and narrow" }
        let up = factor > 1
        func scaled(_ length: Int) -> Int {
            let exact = Double(length) * factor
            return Int(exact.rounded(up ? .up : .down))
        }
        return up
            ? "enlarge it to at least \(scaled(size.width)) × \(scaled(size.height)), or use a larger original"
            : "make it smaller: at most \(scaled(size.width)) × \(scaled(size.height))"
    }

    static func wrongArea(_ file: String, _ size: PixelSize, _ model: Model, _ area: ClosedRange<Int>) -> Message {
        let isLarge = size.area > area.upperBound
        return Message(
            "\(file) has \(shown(size)) = \(size.area) pixels; \(model.id) takes at "
                + (isLarge ? "most \(area.upperBound)" : "least \(area.lowerBound)"),
            next: isLarge ? "make it smaller" : "use a larger original")
    }

    /// - Parameter factor: the most between the sides.
    static func narrow(_ file: String, _ size: PixelSize, _ model: Model, factor: String) -> Message {
        Message(
            "\(file) is \(shown(size)) pixels, which is too long and narrow for \(model.id)",
            next: "crop it until the longer side is at most \(factor) times the shorter one")
    }

    static func differentSizes(
        _ file: String, _ size: PixelSize, role: String, _ other: String, _ wanted: PixelSize, otherRole: String,
        _ model: Model
    ) -> Message {
        Message(
            "\(file.prefix(80)) is \(shown(size)) pixels and \(other.prefix(80)) \(shown(wanted)); \(model.id) wants `\(role)` "
                + "as large as `\(otherRole)`", next: "make both the same size")
    }

    private static func shown(_ size: PixelSize) -> String { "\(size.width) × \(size.height)" }

    // MARK: Transparency, length, frames

    static func transparent(_ file: String, _ model: Model) -> Message {
        Message(
            "\(file) has transparency, which \(model.id) does not take",
            next: "flatten it onto a colour, or save it as JPEG")
    }

    static func opaque(_ file: String, _ model: Model, _ input: Model.Input) -> Message {
        Message(
            "\(file) has no transparency; \(model.id) needs a cut-out for `\(input.role)`",
            next: "save it as a PNG whose background is transparent")
    }

    static func wrongLength(
        _ file: String, seconds: String, _ model: Model, from least: String, to most: String, role: String, isLong: Bool
    ) -> Message {
        Message(
            "\(file) is \(seconds) s long; \(model.id) takes \(least) to \(most) s for `\(role)`",
            next: isLong ? "cut it" : "use a longer one")
    }

    /// - Parameters:
    ///   - bound: `at most 30`
    ///   - advised: frames a second to save it with.
    static func wrongPace(
        _ file: String, pace: String, _ model: Model, bound: String, role: String, advised: String
    ) -> Message {
        Message(
            "\(file) has \(pace) frames a second; \(model.id) takes \(bound) for `\(role)`",
            next: "save it with \(advised) frames a second")
    }

    /// - Parameter output: seconds of the film that is made.
    static func longWithOutput(_ roles: [String], seconds: String, output: Int, _ model: Model, most: String) -> Message
    {
        Message(
            "the files for \(quoted(roles, "and")) are \(seconds) s long and the film \(output) s; \(model.id) takes at most "
                + "\(most) s together", next: "ask for a shorter film, cut the files, or leave one out")
    }

    static func wrongTotal(_ roles: [String], seconds: String, _ model: Model, isShort: Bool, bound: String) -> Message
    {
        Message(
            "the files for \(quoted(roles, "and")) are \(seconds) s long together; \(model.id) takes at "
                + "\(isShort ? "least" : "most") \(bound) s",
            next: isShort ? "use longer ones" : "cut them, or leave one out")
    }

    // MARK: Names that no job may write

    /// Why a name is refused, and what to write instead.
    static func place(of name: String? = nil) -> String {
        "put the file beside the job file or into assets/ and write "
            + (name.map { "`\($0.prefix(120))`" } ?? "its name")
    }

    static let emptyName = Message("it has no name", next: "write a file name, such as `cat.jpg`")
    static let controlInName = Message("the name contains control characters", next: "write the name in one line")
    static let longName = Message("the name is too long", next: place())
    static let homeName = Message("the name leads to a home folder", next: place())
    static let leavingName = Message("the name leads out of its folder (`..`)", next: place())
    static let ownName = Message("renderdrop writes files of this name itself", next: "give your file another name")
    static let folderName = Message("this is the name of a folder", next: place())

    static func absoluteName(_ last: String?) -> Message {
        Message("the name is an absolute path", next: place(of: last))
    }

    static func driveName(_ last: String?) -> Message {
        Message("the name starts with a drive letter", next: place(of: last))
    }

    static func backslashName(_ name: String) -> Message {
        Message(
            "the name contains a backslash",
            next: "write `\(name.replacing("\\", with: "/").prefix(120))`, with forward slashes")
    }

    static func otherScheme(_ scheme: String) -> Message {
        scheme == "file"
            ? Message("file:// leads to the disk of one computer", next: place())
            : Message("`\(scheme):` is not supported", next: "use https://, or \(place())")
    }

    static let linkWithoutHost = Message("the link has no host", next: "write https://host/path")

    static let linkWithPassword = Message(
        "the link contains a user name or a password", next: "use a link that works without one")

    static let incompleteLink = Message("the link is incomplete", next: "write https://host/path without spaces")
}
