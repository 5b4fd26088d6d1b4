extension SpecPlanner {
    typealias Row = (asked: String, wireID: String, model: Model)

    /// The model that was asked for, or the configured one for what is given.
    func row(_ found: inout DiagnosticCollector) -> Row? {
        if spec.family != nil || spec.endpoint != nil, !isKnown { return ownRow(&found) }
        let kind = spec.kind?.value ?? Self.candidates(roles).first ?? .textToImage
        let asked: Marked<String>
        if let named = spec.model, !named.value.isEmpty {
            asked = named
        } else if let standard = configuration.models.standard(for: kind) {
            asked = Marked(standard, at: spec.mark)
        } else {
            let key = String(kind.rawValue.map { $0 == "-" ? "_" : $0 })
            let known = catalogue.models(for: kind).prefix(4).map(\.id).joined(separator: ", ")
            found.error(
                "no model is set for \(kind.rawValue)", at: spec.kind?.mark ?? spec.mark,
                "name one with `model:` (\(known)), or for all jobs with `models: {\(key): …}` in watch.yaml")
            return nil
        }
        switch catalogue.find(asked.value, region: region) {
        case .unknown(let nearest):
            let origin = spec.model == nil ? ", which watch.yaml sets for \(kind.rawValue)," : ""
            let all = catalogue.models(for: kind).prefix(12).map(\.id)
            found.error(
                "the model `\(asked.value.prefix(60))`\(origin) is not in the catalogue", at: asked.mark,
                nearest.isEmpty
                    ? "known for \(kind.rawValue) are \(all.joined(separator: ", ")); a new one needs `family:` and "
                        + "`endpoint:`"
                    : "did you mean \(nearest.joined(separator: " or "))?")
            return nil
        case .found(let match):
            if let notice = match.notice { found.warn(notice, at: asked.mark, "write \(match.model.id)") }
            if !match.model.regions.isEmpty, !match.model.regions.contains(region) {
                found.error(
                    "\(match.model.id) is not offered in \(region)", at: asked.mark,
                    "it is in \(match.model.regions.joined(separator: ", ")); use another model here")
                return nil
            }
            return (asked.value, match.wireID, match.model)
        }
    }

    /// Whether the catalogue has the model, which then says itself how it is asked.
    private var isKnown: Bool {
        guard let named = spec.model, case .found = catalogue.find(named.value, region: region) else { return false }
        return true
    }

    /// Where the model is asked: the row's first, or the one of its endpoints that the job names.
    func endpoint(_ model: Model, _ found: inout DiagnosticCollector) -> Model.Endpoint? {
        // A sidecar that is repeated tells how it was asked then; the row may know better by now.
        guard model.confidence != .unknown, !spec.repeatsSidecar else { return model.endpoints.first }
        if let family = spec.family, !model.endpoints.contains(where: { $0.family == family.value }) {
            found.error(
                "the catalogue knows \(model.id), and not as one of family \(family.value.rawValue)", at: family.mark,
                "leave `family` out")
        }
        guard let asked = spec.endpoint else { return model.endpoints.first }
        let own = model.endpoints.first { endpoint in
            endpoint.tag.lowercased() == asked.value.lowercased() || endpoint.path == asked.value
        }
        if own == nil {
            found.error(
                "\(model.id) is not asked at \(asked.value.prefix(80))", at: asked.mark,
                "leave `endpoint` out, or write one of \(model.endpoints.map(\.tag).joined(separator: ", "))")
        }
        return own ?? model.endpoints.first
    }

    /// A model that is newer than the catalogue: the job says how it is asked, and the provider checks the rest.
    private func ownRow(_ found: inout DiagnosticCollector) -> Row? {
        guard let named = spec.model, !named.value.isEmpty else {
            found.error(
                "`family` and `endpoint` are for a model that the catalogue does not know, and none is named",
                at: spec.family?.mark ?? spec.endpoint?.mark ?? spec.mark, "write `model:` with its id")
            return nil
        }
        guard let asked = spec.endpoint else {
            found.error(
                "`family` alone does not say where \(named.value.prefix(60)) is asked",
                at: spec.family?.mark ?? spec.mark,
                "write `endpoint:` with one of \(catalogue.endpointTags.joined(separator: ", ")), or a path")
            return nil
        }
        guard let endpoint = catalogue.endpoint(asked.value, family: spec.family?.value) else {
            let isPath = asked.value.hasPrefix("/")
            found.error(
                isPath
                    ? "the family of the endpoint \(asked.value.prefix(80)) is not known"
                    : "there is no endpoint `\(asked.value.prefix(60))`",
                at: asked.mark,
                isPath
                    ? "write `family:` \(BodyFamily.words)"
                    : "write one of \(catalogue.endpointTags.joined(separator: ", ")), or a path as /services/aigc/…")
            return nil
        }
        return (named.value, named.value, Model.unknown(id: named.value, endpoint: endpoint))
    }

    /// Roles by the words alone, before a model is known.
    var roles: Set<String> {
        var roles = Set(spec.media.map(\.role.value))
        for name in spec.references {
            roles.insert(MediaAssignment.role(ofReference: ReferencePlanner.kind(ofName: name.value)))
        }
        if !spec.voices.isEmpty { roles.insert("voice") }
        // Nothing but a film has a length.
        if spec.duration != nil || spec.resolution != nil || spec.ratio != nil { roles.insert("") }
        return roles
    }

    /// What may be meant by what is given, the likeliest first.
    static func candidates(_ roles: Set<String>) -> [JobKind] {
        if !roles.isDisjoint(with: ["video", "mask_video"]) {
            return [.videoEdit, .videoExtension, .motionTransfer, .referenceToVideo]
        }
        if !roles.isDisjoint(with: ["first_clip", "last_clip"]) { return [.videoExtension, .videoEdit] }
        if !roles.isDisjoint(with: ["first_frame", "last_frame"]) { return [.imageToVideo, .videoExtension] }
        if !roles.isDisjoint(with: ["reference_video", "reference_audio", "voice"]) {
            return [.referenceToVideo, .videoEdit, .motionTransfer, .speechToVideo]
        }
        if roles.contains("reference_image") || roles.contains("mask") {
            if roles.contains("audio") { return [.speechToVideo, .imageToVideo, .referenceToVideo] }
            return roles.contains("")
                ? [.imageToVideo, .referenceToVideo, .imageEdit]
                : [.imageEdit, .imageToVideo, .referenceToVideo, .motionTransfer, .speechToVideo]
        }
        return roles.isEmpty ? [.textToImage, .textToVideo] : [.textToVideo, .textToImage]
    }

    func kind(_ model: Model, _ roles: Set<String>, _ found: inout DiagnosticCollector) -> JobKind {
        guard let asked = spec.kind else {
            let likely = Self.candidates(roles)
            return likely.first { model.kinds.contains($0) } ?? model.kinds.first ?? likely[0]
        }
        if !model.kinds.contains(asked.value) {
            let others = catalogue.models(for: asked.value).filter { $0.regions.isEmpty || $0.regions.contains(region) }
                .prefix(12).map(\.id)
            found.error(
                "\(model.id) does \(model.kinds.map(\.rawValue).joined(separator: " and ")), not \(asked.value.rawValue)",
                at: asked.mark,
                others.isEmpty
                    ? "the catalogue has no model for that"
                    : "leave `kind` out, or use \(others.joined(separator: ", "))")
        }
        if asked.value == .textToImage, let first = spec.references.first, model.references.upperBound > 0 {
            found.error(
                "a text-to-image job has no references", at: first.mark, "write `kind: image-edit`, or leave `kind` out"
            )
        }
        if asked.value == .imageEdit, spec.references.isEmpty, model.references.contains(0),
            !spec.unread.contains("references"), model.kinds.contains(.imageEdit)
        {
            found.error(
                "an image-edit job works on pictures and none is given", at: asked.mark,
                "name one with `references: [picture.jpg]`, or leave `kind` out")
        }
        return asked.value
    }

    /// What is wrong whichever function is meant: a prompt that all need, files that are not there or must not be read.
    func checkWithoutFunction(_ model: Model, _ references: inout ReferencePlanner, _ found: inout DiagnosticCollector)
    {
        let rules = model.functions.map(\.rules)
        if rules.allSatisfy({ $0.promptLimit != nil && !$0.promptIsOptional }) { checkPrompt(nil, &found) }
        var bare = model
        bare.inputs = []
        bare.inputRules = []
        _ = references.plan(MediaAssignment(spec, bare, references), for: bare, &found)
    }

    /// Which of its functions the model shall carry out; nil where it has none, or none that is said.
    func function(
        _ model: Model, _ references: ReferencePlanner, _ found: inout DiagnosticCollector
    ) -> String? {
        guard !spec.unread.contains("function") else { return nil }
        let names = model.functions.map(\.name)
        // Those that have a place for everything that is given come first.
        let fitting = model.functions.filter { function in
            MediaAssignment(spec, function.rules, references).fits
        }.map(\.name)
        guard let asked = spec.function, !asked.value.isEmpty else {
            guard !names.isEmpty else { return nil }
            found.error(
                "\(model.id) can do several things, and the job does not say which", at: spec.model?.mark ?? spec.mark,
                "write `function:` " + (fitting.isEmpty ? names : fitting).joined(separator: ", "))
            return nil
        }
        if names.isEmpty, model.confidence == .unknown { return asked.value }
        if let name = names.first(where: { $0.lowercased() == asked.value.lowercased() }) { return name }
        if names.isEmpty {
            let others = catalogue.models.filter { other in other.functions.contains { $0.name == asked.value } }
            found.error(
                "\(model.id) has no functions", at: asked.mark,
                "leave `function` out and say it in `prompt`"
                    + (others.isEmpty ? "" : ", or use \(others.map(\.id).joined(separator: ", "))"))
        } else {
            let near = NearestWord.of(asked.value, among: fitting) ?? NearestWord.of(asked.value, among: names)
            found.error(
                "\(model.id) has no function `\(asked.value.prefix(60))`", at: asked.mark,
                near.map { "did you mean `\($0)`?" } ?? "it has \(names.joined(separator: ", "))")
        }
        return nil
    }
}
