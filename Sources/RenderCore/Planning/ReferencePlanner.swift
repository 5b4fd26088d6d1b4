import struct Foundation.Date

/// Checks the files that specs name, looks up each one once, and remembers which are missing.
struct ReferencePlanner {
    private let lookup: any ReferenceLookup
    private var findings: [String: ReferenceFinding] = [:]
    private(set) var missing: [String] = []
    /// Of these the ones that are there.
    private(set) var notWhole: [String] = []
    /// What to do where one of these is whole after all; empty: nothing speaks for it.
    private(set) var wayOut = ""
    private(set) var missingDiagnostics: Set<Diagnostic> = []

    /// Larger files are not even copied.
    let bytesMax: Int

    /// Of the provider whose model is planned.
    var spelling: any RequestSpelling
    private let now: Date?
    /// Made only when a time is told: its zone's names are dear to look up.
    private let times: () -> LocalTime

    init(
        _ lookup: some ReferenceLookup, bytesMax: Int, spelling: any RequestSpelling, now: Date? = nil,
        times: @escaping @autoclosure () -> LocalTime = .utc
    ) {
        self.lookup = lookup
        self.bytesMax = bytesMax
        self.spelling = spelling
        self.now = now
        self.times = times
    }

    /// The media of one spec for a model; those that cannot be used are left out with a diagnostic.
    ///
    /// - Parameter output: seconds of the film that is to be made; 0 where that is not known.
    mutating func plan(
        _ media: MediaAssignment, for model: Model, output: Int = 0, _ found: inout DiagnosticCollector
    ) -> [PlannedReference] {
        let planned = media.items.compactMap { item -> PlannedReference? in
            switch ReferencePolicy.judge(item.name.value) {
            case .refused(let why):
                found.error(
                    .reference(String(Self.shown(item.name.value).prefix(80)), refused: why.what, advice: why.next),
                    at: item.name.mark)
                return nil
            case .url(let url):
                check(url, item, model, &found)
                if let doubt = LinkDoubt(url, now: now, times: times, isPage: item.input?.isAddress ?? false) {
                    found.warn(doubt.message, at: item.name.mark)
                }
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
        var place = item.input?.place
        if let speaker = item.speaker, place?.owner != nil { place?.owner = speaker }
        reference.owner = place?.owner
        reference.wire = spelling.reference(at: place, isUploaded: model.files == .upload)
        return reference
    }

    /// What a file or a link is, as far as its bytes or its name tell.
    func kind(of name: String) -> MediaKind? {
        switch ReferencePolicy.judge(name) {
        case .refused: return nil
        case .url(let url): return MediaName.kind(ofName: url)
        case .file(let path):
            let named = MediaName.kind(ofName: path)
            guard case .found(_, _, let probe) = finding(path) else { return named }
            // A document under a picture's name was meant as a picture.
            return probe?.kind == .document ? named ?? .document : probe?.kind
        }
    }

    private func finding(_ path: String) -> ReferenceFinding {
        if let known = findings[path] { return known }
        let finding = lookup.find(path)
        guard case .found(let name, let bytes, let probe) = finding else { return finding }
        return .found(name: name, bytes: bytes, probe: probe?.named(name))
    }

    /// What the header of a local file says; nil of a link and of a file that is not there.
    func probe(of name: String) -> MediaProbe? {
        guard case .file(let path) = ReferencePolicy.judge(name),
            case .found(_, _, let probe) = finding(path)
        else { return nil }
        return probe
    }

    /// The playing time of a local film or sound, if its header shows it.
    func seconds(of reference: PlannedReference) -> Double? {
        guard case .file = reference.source, case .file(let path) = ReferencePolicy.judge(reference.name),
            case .found(_, _, let probe) = finding(path)
        else { return nil }
        return probe?.seconds.flatMap { $0.isFinite && $0 >= 0 && $0 < 1e6 ? $0 : nil }
    }

    private mutating func file(
        _ path: String, _ item: MediaAssignment.Item, _ model: Model, _ found: inout DiagnosticCollector
    ) -> PlannedReference? {
        let name = item.name
        let finding = finding(path)
        findings[path] = finding
        if let input = item.input, input.isAddress {
            let other = model.inputs.first { $0.kind == .document && !$0.isAddress }
            found.error(.pagesOnly(model, input, path, document: other), at: name.mark)
            return nil
        }
        if model.files == .link {
            found.error(.linksOnly(model, path), at: name.mark)
        }
        switch finding {
        case .found(_, 0, _):
            notWhole.append(path)
            wait(
                for: path,
                Diagnostic(.emptyReference(path), at: name.mark), &found)
        case .found(let real, let bytes, let probe):
            guard let probe else {
                found.error(
                    .unknownFormat(path, item.input?.kind ?? .image, advice: Message.saving(item.input, model)),
                    at: name.mark)
                return nil
            }
            if let input = item.input, probe.kind != input.kind {
                found.error(.fileOfOtherKind(path, probe.kind, model, input), at: name.mark)
                return nil
            }
            // What is missing of a file that is too large already makes it no smaller.
            let isTooLarge = checkSize(path, bytes, item.input, model, name.mark, &found)
            guard !probe.isCut else {
                if isTooLarge { return nil }
                // Perhaps it is being copied still, slower than a file takes to stand still.
                notWhole.append(path)
                wait(
                    for: path,
                    Diagnostic(.cutOff(path, bytes: bytes, wayOut: probe.wayOut), at: name.mark), &found)
                wayOut = probe.wayOut ?? wayOut
                return nil
            }
            if let input = item.input { check(path, probe, input, model, name.mark, &found) }
            return PlannedReference(
                name: name.value, source: .file(name: real), bytes: bytes, mediaType: probe.mediaType)
        case .missing:
            wait(
                for: path,
                Diagnostic(
                    .missingFile(path, near: NearFile.advice(for: path, near: lookup.near(path))), at: name.mark),
                &found)
            return PlannedReference(name: name.value, source: .file(name: path))
        case .outside(let reason):
            found.error(.outside(path, reason: reason), at: name.mark)
        case .ambiguous(let names):
            found.error(.ambiguous(path, names), at: name.mark)
        case .notRegular:
            found.error(.notAFile(path), at: name.mark)
        }
        return nil
    }

    /// What may still come.
    private mutating func wait(for path: String, _ diagnostic: Diagnostic, _ found: inout DiagnosticCollector) {
        if !missing.contains(path) { missing.append(path) }
        missingDiagnostics.insert(diagnostic)
        found.add(diagnostic)
    }
}
