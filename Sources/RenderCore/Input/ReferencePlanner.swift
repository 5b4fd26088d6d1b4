import struct Foundation.Date

/// Checks the files that specs name, each looked up once, and remembers which are missing.
struct ReferencePlanner {
    private let lookup: any ReferenceLookup
    private var findings: [String: ReferenceFinding] = [:]
    private(set) var missing: [String] = []
    /// Of these the ones that are there.
    private(set) var notWhole: [String] = []
    private(set) var missingDiagnostics: Set<Diagnostic> = []

    /// What is larger is not even taken along.
    private let bytesMax: Int

    private let now: Date?

    init(_ lookup: some ReferenceLookup, bytesMax: Int, now: Date? = nil) {
        self.lookup = lookup
        self.bytesMax = bytesMax
        self.now = now
    }

    /// The media of one spec for a model; those that cannot be used are left out with a diagnostic.
    ///
    /// - Parameter output: seconds of the film that is to be made; 0 where that is not known.
    mutating func plan(
        _ media: MediaAssignment, for model: Model, output: Int = 0, _ found: inout DiagnosticCollector
    ) -> [PlannedReference] {
        let planned = media.items.compactMap { item -> PlannedReference? in
            switch ReferencePolicy.judge(item.name.value) {
            case .refused(let reason, let advice):
                found.error(
                    "the reference `\(Self.shown(item.name.value).prefix(80))` is not taken: \(reason)",
                    at: item.name.mark,
                    advice)
                return nil
            case .url(let url):
                if let input = item.input, let kind = Self.kind(ofName: url), kind != input.kind,
                    input.kind != .document
                {
                    found.error(
                        "the link seems to lead to a \(kind.noun); \(model.id) wants a \(input.kind.noun) for "
                            + "`\(input.role)`", at: item.name.mark, "name another file, or use another word for it")
                }
                if let doubt = LinkDoubt(url, now: now) { found.warn(doubt.message, at: item.name.mark, doubt.advice) }
                return self.planned(item, PlannedReference(name: item.name.value, source: .url(url)), model)
            case .file(let path):
                return file(path, item, model, &found).map { self.planned(item, $0, model) }
            }
        }
        checkRelations(media, model, output: output, &found)
        return planned
    }

    /// A link without its password and signature.
    private static func shown(_ name: String) -> String { name.contains("://") ? Redaction.link(name) : name }

    private func planned(_ item: MediaAssignment.Item, _ reference: PlannedReference, _ model: Model)
        -> PlannedReference
    {
        var reference = reference
        reference.role = item.input?.role
        reference.place = item.input?.place
        if let speaker = item.speaker, case .within(_, let key)? = reference.place {
            reference.place = .within(speaker, key: key)
        }
        if model.files == .upload { reference.mayTravelWithin = false }
        return reference
    }

    /// What a file or a link is, as far as its bytes or its name tell.
    func kind(of name: String) -> MediaKind? {
        switch ReferencePolicy.judge(name) {
        case .refused: return nil
        case .url(let url): return Self.kind(ofName: url)
        case .file(let path):
            guard case .found(_, _, let probe) = findings[path] ?? lookup.find(path) else {
                return Self.kind(ofName: path)
            }
            return probe?.kind
        }
    }

    /// By the end of a name, a link's query left aside.
    static func kind(ofName name: String) -> MediaKind? {
        let path = name.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        return switch path[dot...].dropFirst().lowercased() {
        case "mp4", "mov", "avi", "m4v", "mkv", "webm": .video
        case "mp3", "wav", "m4a", "aac", "flac", "ogg": .audio
        case "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "gif", "heic", "heif", "avif": .image
        default: nil
        }
    }

    /// What the header of a local file says; nil of a link and of a file that is not there.
    func probe(of name: String) -> MediaProbe? {
        guard case .file(let path) = ReferencePolicy.judge(name),
            case .found(_, _, let probe) = findings[path] ?? lookup.find(path)
        else { return nil }
        return probe
    }

    /// How long a local film or sound plays, where its header tells.
    func seconds(of reference: PlannedReference) -> Double? {
        guard case .file = reference.source, case .file(let path) = ReferencePolicy.judge(reference.name),
            case .found(_, _, let probe) = findings[path] ?? lookup.find(path)
        else { return nil }
        return probe?.seconds.flatMap { $0.isFinite && $0 >= 0 && $0 < 1e6 ? $0 : nil }
    }

    private mutating func file(
        _ path: String, _ item: MediaAssignment.Item, _ model: Model, _ found: inout DiagnosticCollector
    ) -> PlannedReference? {
        let name = item.name
        let finding = findings[path] ?? lookup.find(path)
        findings[path] = finding
        if model.files == .link || item.input?.kind == .document {
            let word = item.input?.kind == .document ? " for `\(item.input?.role ?? item.word)`" : ""
            found.error(
                "\(model.id) fetches what it is given\(word) by itself and takes no files", at: name.mark,
                "put \(path) on a web server and write its https:// link"
                    + (word.isEmpty ? ", or use another model" : ""))
            if !word.isEmpty { return nil }
        }
        switch finding {
        case .found(_, 0, _):
            notWhole.append(path)
            wait(
                for: path,
                Diagnostic(
                    "\(path) is empty", at: name.mark, advice: "copy it again" + Diagnostic.mayStillCome), &found)
        case .found(let real, let bytes, let probe):
            guard let probe else {
                found.error(
                    "\(path) is not a \((item.input?.kind ?? .image).noun) that is known", at: name.mark,
                    Self.save(item.input, model))
                return nil
            }
            guard !probe.isCut else {
                // Perhaps it is being copied still, slower than a file takes to stand still.
                notWhole.append(path)
                wait(
                    for: path,
                    Diagnostic(
                        "\(path) is cut off: it lacks its end after \(bytes) bytes", at: name.mark,
                        advice: "copy it again, or save it anew" + Diagnostic.mayStillCome), &found)
                return nil
            }
            if let input = item.input { check(path, bytes, probe, input, model, name.mark, &found) }
            return PlannedReference(
                name: name.value, source: .file(name: real), bytes: bytes, mediaType: probe.mediaType)
        case .missing:
            wait(
                for: path,
                Diagnostic(
                    "\(path) is neither beside the job file nor in assets/", at: name.mark,
                    advice: NearFile.advice(for: path, near: lookup.near(path)) + Diagnostic.mayStillCome), &found)
        case .outside(let reason):
            found.error(
                "the reference `\(path)` is not taken: \(reason)", at: name.mark,
                "put the file itself beside the job file or into assets/")
        case .ambiguous(let names):
            found.error(
                "several files could be meant by `\(path)`: \(names.prefix(5).joined(separator: ", "))", at: name.mark,
                "write one of these names exactly")
        case .notRegular:
            found.error(
                "\(path) is a link, a folder or a pipe, not a file", at: name.mark, "put the file itself there")
        }
        return nil
    }

    /// What may still come.
    private mutating func wait(for path: String, _ diagnostic: Diagnostic, _ found: inout DiagnosticCollector) {
        if !missing.contains(path) { missing.append(path) }
        missingDiagnostics.insert(diagnostic)
        found.add(diagnostic)
    }

    /// How to save a file so that it is taken.
    private static func save(_ input: Model.Input?, _ model: Model) -> String {
        let best =
            switch input?.kind ?? .image {
            case .image: "save it as PNG or JPEG"
            case .video: "save it as MP4 with H.264"
            case .audio: "save it as WAV or MP3"
            case .document: "write its https:// link"
            }
        guard let formats = input?.limit.formats, !formats.isEmpty else { return best }
        return "\(best); \(model.id) takes \(formats.joined(separator: ", "))"
    }

    private func check(
        _ file: String, _ bytes: Int, _ probe: MediaProbe, _ input: Model.Input, _ model: Model, _ mark: Mark,
        _ found: inout DiagnosticCollector
    ) {
        let limit = input.limit
        guard probe.kind == input.kind else {
            found.error(
                "\(file) is a \(probe.kind.noun); \(model.id) wants a \(input.kind.noun) for `\(input.role)`", at: mark,
                "name another file, or use another word for it")
            return
        }
        if !limit.formats.isEmpty, !limit.formats.contains(probe.format) {
            found.error(
                "\(file) is \(probe.noun), which \(model.id) does not take", at: mark,
                "save it as \(limit.formats.count > 1 ? "one of " : "")\(limit.formats.joined(separator: ", "))")
        }
        if bytes > limit.bytesMax ?? bytesMax {
            let most = limit.bytesMax.map { "\(model.id) takes at most \($0 >> 20) MB" }
            found.error(
                "\(file) has \(Self.megabytes(bytes)) MB; \(most ?? "no model takes more than \(bytesMax >> 20) MB")",
                at: mark, input.kind == .image ? "make it smaller, or save it as JPEG" : "make it shorter, or smaller")
        }
        if probe.hasAlpha, !limit.alpha {
            found.error(
                "\(file) has transparency, which \(model.id) does not take", at: mark,
                "flatten it onto a colour, or save it as JPEG")
        } else if limit.needsAlpha, !probe.hasAlpha {
            found.error(
                "\(file) has no transparency; \(model.id) wants a cut-out for `\(input.role)`", at: mark,
                "save it as a PNG whose background is transparent")
        }
        if let seconds = probe.seconds, let range = limit.seconds,
            seconds < range.lowerBound - 0.05 || seconds > range.upperBound + 0.05
        {
            found.error(
                "\(file) plays \(Self.shown(seconds)) s; \(model.id) takes \(Self.shown(range.lowerBound)) to "
                    + "\(Self.shown(range.upperBound)) s for `\(input.role)`", at: mark,
                seconds > range.upperBound ? "cut it" : "use a longer one")
        }
        // Frames that are shown for different times make no whole figure.
        if let pace = probe.framesPerSecond, let range = limit.pace,
            pace < range.lowerBound - 0.5 || pace > range.upperBound + 0.5
        {
            found.error(
                "\(file) has \(Self.shown(pace)) frames a second; \(model.id) takes "
                    + (pace < range.lowerBound
                        ? "no less than \(Self.shown(range.lowerBound))" : "at most \(Self.shown(range.upperBound))")
                    + " for `\(input.role)`", at: mark,
                "save it with \(Self.shown(pace < range.lowerBound ? max(24, range.lowerBound) : range.upperBound)) frames a second"
            )
        }
        guard let size = probe.size else { return }
        if let side = limit.side, !side.contains(size.width) || !side.contains(size.height) {
            let advice = Self.fit(size, into: side)
            let diagnostic = Diagnostic(
                "\(file) is \(size.width) × \(size.height) pixels; \(model.id) wants each side from \(side.lowerBound) to "
                    + "\(side.upperBound)", at: mark, advice: advice, severity: limit.sideIsStrict ? .error : .warning)
            found.add(diagnostic)
        }
        if let area = limit.area, !area.contains(size.area) {
            let isLarge = size.area > area.upperBound
            found.error(
                "\(file) has \(size.width) × \(size.height) = \(size.area) pixels; \(model.id) takes "
                    + (isLarge ? "at most \(area.upperBound)" : "no less than \(area.lowerBound)"), at: mark,
                isLarge ? "make it smaller" : "use a larger original")
        }
        if let ratio = limit.ratio, !ratio.contains(size.ratio) {
            let most = (ratio.upperBound * 10).rounded() / 10
            found.error(
                "\(file) is \(size.width) × \(size.height) pixels, which is too long and narrow for \(model.id)",
                at: mark, "crop it: the sides may differ by a factor of \(Self.shown(most)) at most")
        }
    }

    /// `5`, `2.5`
    private static func shown(_ number: Double) -> String {
        let tenths = (number * 10).rounded() / 10
        return Int(exactly: tenths).map(String.init) ?? String(tenths)
    }

    /// `enlarge it to at least 578 × 384, or …`: the same ratio within the range, where there is one.
    private static func fit(_ size: PixelSize, into side: ClosedRange<Int>) -> String {
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

    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (Double(bytes) / Double(1 << 20) * 10).rounded(.up)
        return "\(Int(tenths) / 10).\(Int(tenths) % 10)"
    }
}
