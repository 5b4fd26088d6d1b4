/// What is wrong with the model, the kind or the function that a job asks for.
extension Message {
    /// - Parameter key: of watch.yaml's `models`.
    static func noDefaultModel(_ kind: JobKind, key: String, known: [String]) -> Message {
        Message(
            "no model is set for \(kind.rawValue)",
            next:
                "name one with `model:` (\(known.joined(separator: ", "))), or for all jobs with `models: {\(key): …}` in "
                + "watch.yaml")
    }

    /// - Parameters:
    ///   - isDefault: watch.yaml names it, not the job.
    ///   - known: models of the kind.
    static func unknownModel(
        _ name: String, isDefault: Bool, kind: JobKind, nearest: [String], known: [String]
    ) -> Message {
        Message(
            "the model `\(name.prefix(60))`\(isDefault ? ", which watch.yaml sets for \(kind.rawValue)," : "") is not in the "
                + "catalogue",
            next: nearest.isEmpty
                ? "use one for \(kind.rawValue): \(known.joined(separator: ", ")); a model that is newer than the catalogue "
                    + "needs `family:` and `endpoint:`"
                : "did you mean \(nearest.joined(separator: " or "))?")
    }

    static func latestName(_ name: String, _ id: String) -> String {
        "the provider has no model \(name); \(id) always means the newest snapshot"
    }

    static func unknownSnapshot(_ name: String, _ id: String) -> String {
        "the snapshot \(name) is not in the catalogue; it is sent unchanged, with the rules of \(id)"
    }

    /// - Parameter notice: of `ModelCatalogue.find`.
    static func modelNotice(_ notice: String, id: String) -> Message { Message(notice, next: "write \(id)") }

    static func notOffered(_ id: String, in region: String, regions: [String]) -> Message {
        Message(
            "\(id) is not offered in \(region)",
            next: "use another model here; it is offered in \(regions.joined(separator: ", "))")
    }

    static func familyOfKnownModel(_ id: String, _ family: String) -> Message {
        Message("\(id) is in the catalogue, in another family than \(family)", next: "leave `family` out")
    }

    static func endpointOfKnownModel(_ id: String, _ asked: String, tags: [String]) -> Message {
        Message(
            "\(id) has no endpoint \(asked.prefix(80))",
            next: "leave `endpoint` out, or write one of \(tags.joined(separator: ", "))")
    }

    // MARK: Models that the catalogue does not know

    static let endpointWithoutModel = Message(
        "`family` and `endpoint` describe a model, and this job names none", next: "write `model:` with its id")

    static func familyWithoutEndpoint(model: String, tags: [String]) -> Message {
        Message(
            "`family` does not say at which endpoint to reach \(model.prefix(60))",
            next: "write `endpoint:` with one of \(tags.joined(separator: ", ")), or a path")
    }

    static func endpointWithoutFamily(_ path: String, known: [String]) -> Message {
        Message(
            "the family of the endpoint \(path.prefix(80)) is not known",
            next: "write `family:` one of \(known.joined(separator: ", "))")
    }

    static func unknownEndpoint(_ tag: String, tags: [String], path: String) -> Message {
        Message(
            "unknown endpoint `\(tag.prefix(60))`",
            next: "write one of \(tags.joined(separator: ", ")), or a path as \(path)")
    }

    // MARK: Kinds

    /// - Parameter others: models that do it.
    static func wrongKind(_ model: Model, _ kind: JobKind, others: [String]) -> Message {
        Message(
            "\(model.id) does \(model.kinds.map(\.rawValue).joined(separator: " and ")), not \(kind.rawValue)",
            next: others.isEmpty
                ? "leave `kind` out: no model in the catalogue does that here"
                : "leave `kind` out, or use \(others.joined(separator: ", "))")
    }

    static let referencesOfTextToImage = Message(
        "a text-to-image job takes no references", next: "write `kind: image-edit`, or leave `kind` out")

    static let imageEditWithoutPicture = Message(
        "an image-edit job needs a picture, and none is given",
        next: "name one with `references: [picture.jpg]`, or leave `kind` out")

    // MARK: Functions

    static func functionWanted(_ id: String, _ functions: [String]) -> Message {
        Message(
            "\(id) has several functions, and the job does not name one",
            next: "write `function:` \(functions.joined(separator: ", "))")
    }

    /// - Parameter others: models that have it.
    static func noFunctions(_ id: String, others: [String]) -> Message {
        Message(
            "\(id) has no functions",
            next: "leave `function` out and say it in `prompt`"
                + (others.isEmpty ? "" : ", or use \(others.joined(separator: ", "))"))
    }

    static func unknownFunction(_ id: String, _ name: String, near: String?, known: [String]) -> Message {
        Message(
            "\(id) has no function `\(name.prefix(60))`",
            next: near.map { "did you mean `\($0)`?" } ?? "use one of \(known.joined(separator: ", "))")
    }
}
