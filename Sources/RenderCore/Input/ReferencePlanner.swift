/// Checks the references of specs, each name looked up once, and remembers which are missing.
struct ReferencePlanner {
    private let lookup: any ReferenceLookup
    private var findings: [String: ReferenceFinding] = [:]
    private(set) var missing: [String] = []
    private(set) var missingDiagnostics: Set<Diagnostic> = []

    init(_ lookup: some ReferenceLookup) { self.lookup = lookup }

    /// The references of one spec for a model; those that cannot be used are left out with a diagnostic.
    mutating func plan(
        _ names: [Marked<String>], for model: Model, _ found: inout DiagnosticCollector
    ) -> [PlannedReference] {
        names.compactMap { name in
            switch ReferencePolicy.judge(name.value) {
            case .refused(let reason, let advice):
                found.error("the reference `\(name.value.prefix(80))` is not taken: \(reason)", at: name.mark, advice)
                return nil
            case .url(let url): return PlannedReference(name: name.value, source: .url(url))
            case .file(let path): return file(path, name, model, &found)
            }
        }
    }

    private mutating func file(
        _ path: String, _ name: Marked<String>, _ model: Model, _ found: inout DiagnosticCollector
    ) -> PlannedReference? {
        let finding = findings[path] ?? lookup.find(path)
        findings[path] = finding
        switch finding {
        case .found(let real, let bytes, let probe):
            guard let probe else {
                found.error(
                    "\(path) is not a picture that is known", at: name.mark,
                    "save it as PNG or JPEG\(Self.takes(model))")
                return nil
            }
            check(path, bytes, probe, model, name.mark, &found)
            return PlannedReference(
                name: name.value, source: .file(name: real), bytes: bytes, mediaType: probe.format.mediaType)
        case .missing:
            let diagnostic = Diagnostic(
                "\(path) is neither beside the job file nor in assets/", at: name.mark,
                advice: "put it there; the job waits for it a while")
            if !missing.contains(path) { missing.append(path) }
            missingDiagnostics.insert(diagnostic)
            found.add(diagnostic)
        case .outside(let reason):
            found.error(
                "the reference `\(path)` is not taken: \(reason)", at: name.mark,
                "put the picture itself beside the job file or into assets/")
        case .ambiguous(let names):
            found.error(
                "several files could be meant by `\(path)`: \(names.prefix(5).joined(separator: ", "))", at: name.mark,
                "write one of these names exactly")
        case .notRegular:
            found.error(
                "\(path) is a link, a folder or a pipe, not a file", at: name.mark, "put the picture itself there")
        }
        return nil
    }

    /// What a model takes, for advice.
    private static func takes(_ model: Model) -> String {
        guard let media = model.media else { return "" }
        return "; \(model.id) takes \(media.formats.joined(separator: ", "))"
    }

    private func check(
        _ file: String, _ bytes: Int, _ probe: ImageProbe, _ model: Model, _ mark: Mark,
        _ found: inout DiagnosticCollector
    ) {
        guard let media = model.media else { return }
        if !media.formats.contains(probe.format.rawValue) {
            found.error(
                "\(file) is a \(probe.format.rawValue) file, which \(model.id) does not take", at: mark,
                "save it as one of \(media.formats.joined(separator: ", "))")
        }
        if bytes > media.bytesMax {
            found.error(
                "\(file) has \(Self.megabytes(bytes)) MB; \(model.id) takes at most \(media.bytesMax >> 20) MB",
                at: mark,
                "make it smaller, or save it as JPEG")
        }
        if probe.hasAlpha, !media.alpha {
            found.error(
                "\(file) has transparency, which \(model.id) does not take", at: mark,
                "flatten it onto a colour, or save it as JPEG")
        }
        guard let size = probe.shown else { return }
        if let side = media.side, !side.contains(size.width) || !side.contains(size.height) {
            let advice = Self.fit(size, into: side)
            let diagnostic = Diagnostic(
                "\(file) is \(size.width) × \(size.height) pixels; \(model.id) wants each side from \(side.lowerBound) to "
                    + "\(side.upperBound)", at: mark, advice: advice, severity: media.sideIsStrict ? .error : .warning)
            found.add(diagnostic)
        }
        if let ratio = media.ratio, !ratio.contains(size.ratio) {
            found.error(
                "\(file) is \(size.width) × \(size.height) pixels, which is too long and narrow for \(model.id)",
                at: mark,
                "crop it: the sides may differ by a factor of \(Int(ratio.upperBound.rounded())) at most")
        }
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
