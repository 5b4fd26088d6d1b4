/// What a person types to select jobs: a name, an id, a path, a folder or a glob. Case is ignored.
///
/// | typed | means jobs |
/// | --- | --- |
/// | `01jb…` | whose id begins so |
/// | `k3v9x2mq`, `dog~k3v9x2mq` | whose id ends so, as folders in `working/` show it |
/// | `dog`, `dog.yaml`, `campaign/dog.yaml` | of this name or source |
/// | `campaign/` | dropped into this folder or below |
/// | `poster-*`, `campaign/poster-*` | whose name or source fits |
/// | a path into the inbox, `working/` or the outbox | whose file or folder it is |
public struct JobPattern: Sendable {
    /// The folders of a workspace, as absolute paths.
    public struct Places: Sendable {
        public var inbox: String
        public var working: String
        public var outbox: String

        public init(inbox: String, working: String, outbox: String) {
            self.inbox = inbox
            self.working = working
            self.outbox = outbox
        }
    }

    public let text: String
    private let key: String
    private let tails: Set<String>
    private let glob: Glob?
    /// Below the inbox, without a slash at the end; empty: the inbox itself.
    private let sources: [String]
    private let outputs: [String]

    /// - Parameter paths: the same text as absolute paths, if it may be a path: from the working directory, from the
    ///     workspace.
    public init(_ text: String, paths: [String] = [], places: Places? = nil) {
        self.text = text
        let plain = Self.plain(text)
        key = plain.foldedName
        glob = text.contains(where: { "*?[".contains($0) }) ? Glob(plain) : nil
        var tails: Set<String> = []
        if let tail = JobID.tail(in: plain) { tails.insert(tail) }
        var sources = [key]
        var outputs: [String] = []
        for path in places == nil ? [] : paths.map(Self.plain) {
            guard let places else { break }
            if let below = Self.below(places.inbox, path) { sources.append(below) }
            if let below = Self.below(places.outbox, path), !below.isEmpty { outputs.append(below) }
            guard let below = Self.below(places.working, path) else { continue }
            // The job's folder is whichever part carries an id.
            for name in below.split(separator: "/") {
                if let id = JobID(name) { tails.insert(id.tail) }
                if name.contains("~"), let tail = JobID.tail(in: String(name)) { tails.insert(tail) }
            }
        }
        self.tails = tails
        self.sources = sources
        self.outputs = outputs
    }

    public func matches(_ job: JobRecord) -> Bool {
        guard !text.isEmpty else { return false }
        let source = job.source.foldedName
        let file = source.split(separator: "/").last.map(String.init) ?? source
        if let glob, [job.name, source, file].contains(where: glob.matches) { return true }
        if !key.isEmpty, job.id.text.hasPrefix(key) || [job.name.foldedName, file].contains(key) { return true }
        if tails.contains(job.id.tail) { return true }
        if sources.contains(where: { $0.isEmpty && !sources[0].isEmpty || source == $0 || source.hasPrefix($0 + "/") })
        {
            return true
        }
        guard let output = job.outputFolder?.foldedName else { return false }
        return outputs.contains { output == $0 || output.hasPrefix($0 + "/") || $0.hasPrefix(output + "/") }
    }

    private static func plain(_ text: String) -> String {
        var text = text
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        while text.hasPrefix("./") { text.removeFirst(2) }
        return text
    }

    /// The rest of a path, case-folded; nil: it is not below the folder.
    private static func below(_ folder: String, _ path: String) -> String? {
        if path == folder { return "" }
        guard path.hasPrefix(folder + "/") else { return nil }
        return String(path.dropFirst(folder.count + 1)).foldedName
    }
}
