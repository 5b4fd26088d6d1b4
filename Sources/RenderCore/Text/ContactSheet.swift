/// A page with the results of jobs: pictures, films, the beginnings of texts. It opens with a double click: no server,
/// no script, no external files, relative links, and a dark mode.
public struct ContactSheet: Sendable, Equatable {
    public enum Content: Sendable, Equatable {
        case picture, film, sound
        /// The beginning of it.
        case text(String)
    }

    public struct File: Sendable, Equatable {
        /// Below the page's folder, with slashes.
        public var path: String
        public var content: Content
        /// What there is to say of it: `5 s, 1280×720`.
        public var note: String?

        public init(path: String, content: Content, note: String? = nil) {
            self.path = path
            self.content = content
            self.note = note
        }
    }

    public struct Job: Sendable, Equatable {
        public var name: String
        /// The request in a few words: `image-edit with wan2.7-image`.
        public var what: String
        public var prompt: String
        public var cost: String?
        public var files: [File]

        public init(name: String, what: String, prompt: String, cost: String?, files: [File]) {
            self.name = name
            self.what = what
            self.prompt = prompt
            self.cost = cost
            self.files = files
        }
    }

    public var title: String
    /// A sentence below the title.
    public var note: String?
    public var jobs: [Job]

    public init(title: String, note: String? = nil, jobs: [Job]) {
        self.title = title
        self.note = note
        self.jobs = jobs
    }

    /// The kind of file, by its extension; nil: not shown on the page. The beginning of a text is not read here.
    public static func content(ofName name: String) -> Content? {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        return switch String(name[name.index(after: dot)...]).foldedName {
        case "png", "jpg", "jpeg", "webp", "gif", "bmp", "avif": .picture
        case "mp4", "mov", "webm", "m4v": .film
        case "mp3", "wav", "m4a", "ogg": .sound
        case "md", "txt": .text("")
        default: nil
        }
    }

    /// So many characters of a text are shown.
    public static let excerptMax = 1200

    public var html: String {
        let title = HTMLText.escaped(title)
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <h1>\(title)</h1>\(note.map { "\n<p class=\"dim\">\(HTMLText.escaped($0))</p>" } ?? "")
            \(jobs.map(Self.section).joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private static let style = """
        :root { color-scheme: light dark; --page: #f6f6f4; --card: #fff; --ink: #1c1c1a; --dim: #6b6b66; --line: #ddddd8; }
        @media (prefers-color-scheme: dark) {
          :root { --page: #161615; --card: #222220; --ink: #ecece8; --dim: #a0a09a; --line: #3a3a37; }
        }
        body { margin: 0 auto; max-width: 84rem; padding: 2rem 1.25rem; background: var(--page); color: var(--ink);
          font: 1rem/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.4rem; margin: 0; }
        section { border-top: 1px solid var(--line); margin-top: 1.5rem; padding: 1.25rem 0 .25rem; }
        h2 { font-size: 1.1rem; margin: 0; }
        p { margin: .15rem 0 0; max-width: 60rem; }
        .dim { color: var(--dim); font-size: .9rem; }
        .files { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
          margin-top: 1rem; align-items: start; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; }
        figure img, figure video { display: block; width: 100%; height: auto; }
        figure audio { display: block; width: 100%; }
        figure pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
        figcaption { padding: .5rem .75rem; font-size: .85rem; overflow-wrap: anywhere; }
        a { color: inherit; }
        """

    private static func section(_ job: Job) -> String {
        let facts = [job.what, job.cost].compactMap(\.self).map(HTMLText.escaped).joined(separator: " · ")
        var lines = ["<section>", "<h2>\(HTMLText.escaped(job.name))</h2>", "<p class=\"dim\">\(facts)</p>"]
        if !job.prompt.isEmpty { lines.append("<p>\(HTMLText.escaped(job.prompt))</p>") }
        lines += ["<div class=\"files\">"] + job.files.map { figure($0, of: job) } + ["</div>", "</section>"]
        return lines.joined(separator: "\n")
    }

    private static func figure(_ file: File, of job: Job) -> String {
        let link = HTMLText.link(file.path)
        let name = HTMLText.escaped(file.path.split(separator: "/").last.map(String.init) ?? file.path)
        let shown =
            switch file.content {
            case .picture:
                "<a href=\"\(link)\"><img src=\"\(link)\" loading=\"lazy\" alt=\"\(HTMLText.escaped(job.name)): \(name)\"></a>"
            case .film: "<video controls preload=\"metadata\" src=\"\(link)\"></video>"
            case .sound: "<audio controls preload=\"metadata\" src=\"\(link)\"></audio>"
            case .text(let beginning):
                "<pre>\(HTMLText.escaped(excerpt(name.hasSuffix(".md") ? withoutPictures(beginning) : beginning)))</pre>"
            }
        let note = file.note.map { " <span class=\"dim\">\(HTMLText.escaped($0))</span>" } ?? ""
        return "<figure>\(shown)<figcaption><a href=\"\(link)\">\(name)</a>\(note)</figcaption></figure>"
    }

    /// A Markdown text without its pictures, which have places of their own on the page, and without the gaps that they leave.
    private static func withoutPictures(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.replacing(/!\[[^\]\n]*\]\([^)\n]*\)/, with: "").split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            let isBlank = line.allSatisfy(\.isWhitespace)
            if isBlank, lines.last?.isEmpty ?? true { continue }
            lines.append(isBlank ? "" : line)
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }

    private static func excerpt(_ text: String) -> String {
        let text = text.prefix(excerptMax + 1)
        return text.count > excerptMax ? text.prefix(excerptMax) + "…" : String(text)
    }
}
