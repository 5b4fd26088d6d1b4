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
            let known = catalogue.models(for: kind).prefix(4).map(\.id)
            found.error(.noDefaultModel(kind, key: key, known: known), at: spec.kind?.mark ?? spec.mark)
            return nil
        }
        switch catalogue.find(asked.value, region: region) {
        case .unknown(let nearest):
            let known = catalogue.models(for: kind).prefix(12).map(\.id)
            found.error(
                .unknownModel(asked.value, isDefault: spec.model == nil, kind: kind, nearest: nearest, known: known),
                at: asked.mark)
            return nil
        case .found(let match):
            if let notice = match.notice { found.warn(.modelNotice(notice, id: match.model.id), at: asked.mark) }
            if !match.model.regions.isEmpty, !match.model.regions.contains(region) {
                found.error(.notOffered(match.model.id, in: region, regions: match.model.regions), at: asked.mark)
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
        if let family = spec.family, !model.endpoints.contains(where: { $0.form.name == family.value }) {
            found.error(.familyOfKnownModel(model.id, family.value), at: family.mark)
        }
        guard let asked = spec.endpoint else { return model.endpoints.first }
        let own = model.endpoints.first { endpoint in
            endpoint.tag.lowercased() == asked.value.lowercased() || endpoint.path == asked.value
        }
        if own == nil {
            found.error(
                .endpointOfKnownModel(model.id, asked.value, tags: model.endpoints.map(\.tag)), at: asked.mark)
        }
        return own ?? model.endpoints.first
    }

    /// A model that is newer than the catalogue: the job says how it is asked, and the provider checks the rest.
    private func ownRow(_ found: inout DiagnosticCollector) -> Row? {
        guard let named = spec.model, !named.value.isEmpty else {
            found.error(.endpointWithoutModel, at: spec.family?.mark ?? spec.endpoint?.mark ?? spec.mark)
            return nil
        }
        guard let asked = spec.endpoint else {
            found.error(
                .familyWithoutEndpoint(model: named.value, tags: catalogue.endpointTags),
                at: spec.family?.mark ?? spec.mark)
            return nil
        }
        guard let endpoint = catalogue.endpoint(asked.value, family: spec.family?.value) else {
            let isPath = asked.value.hasPrefix("/")
            found.error(
                isPath
                    ? .endpointWithoutFamily(asked.value, known: catalogue.spelling.formNames)
                    : .unknownEndpoint(
                        asked.value, tags: catalogue.endpointTags, path: catalogue.spelling.pathExample),
                at: asked.mark)
            return nil
        }
        return (
            named.value, named.value,
            Model.unknown(id: named.value, endpoint: endpoint, inputs: catalogue.spelling.inputs(of: endpoint.form))
        )
    }

    /// Roles by the words alone, before a model is known.
    var roles: Set<String> { Self.roles(of: spec) }

    static func roles(of spec: JobSpec) -> Set<String> {
        var roles = Set(spec.media.map(\.role.value))
        for name in spec.references {
            roles.insert(MediaAssignment.role(ofReference: MediaName.kind(ofName: name.value)))
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
            found.error(.wrongKind(model, asked.value, others: others), at: asked.mark)
        }
        if asked.value == .textToImage, let first = spec.references.first, model.references.upperBound > 0 {
            found.error(.referencesOfTextToImage, at: first.mark)
        }
        if asked.value == .imageEdit, spec.references.isEmpty, model.references.contains(0),
            !spec.unread.contains("references"), model.kinds.contains(.imageEdit)
        {
            found.error(.imageEditWithoutPicture, at: asked.mark)
        }
        return asked.value
    }

    /// Mistakes that do not depend on the function: a missing prompt that all functions need, files that are missing or
    /// refused.
    func checkWithoutFunction(_ model: Model, _ references: inout ReferencePlanner, _ found: inout DiagnosticCollector)
    {
        let rules = model.functions.map(\.rules)
        if rules.allSatisfy({ $0.promptLimit != nil && !$0.promptIsOptional }) { checkPrompt(nil, &found) }
        var bare = model
        bare.inputs = []
        bare.inputRules = []
        _ = references.plan(MediaAssignment(spec, bare, references), for: bare, &found)
    }

    /// The function of the model to use; nil if it has none, or none is named.
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
                .functionWanted(model.id, fitting.isEmpty ? names : fitting), at: spec.model?.mark ?? spec.mark)
            return nil
        }
        if names.isEmpty, model.confidence == .unknown { return asked.value }
        if let name = names.first(where: { $0.lowercased() == asked.value.lowercased() }) { return name }
        if names.isEmpty {
            let others = catalogue.models.filter { other in other.functions.contains { $0.name == asked.value } }
            found.error(.noFunctions(model.id, others: others.map(\.id)), at: asked.mark)
        } else {
            let near = NearestWord.of(asked.value, among: fitting) ?? NearestWord.of(asked.value, among: names)
            found.error(.unknownFunction(model.id, asked.value, near: near, known: names), at: asked.mark)
        }
        return nil
    }
}
