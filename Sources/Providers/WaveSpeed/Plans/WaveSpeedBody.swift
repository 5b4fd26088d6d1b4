import ProviderSupport
import RenderCore

/// The body of a submit: the model's own fields, and nothing else at the top.
struct WaveSpeedBody: Sendable {
    /// A field, or an item of a list.
    enum Node: Sendable {
        case value(JSONValue)
        case media(PlacedMedia)
        case list([PlacedMedia])
    }

    private(set) var fields: [String: Node] = [:]

    /// Fields that renderdrop decides itself: a task must leave an id, and a result must be a link.
    private static let ours = ["enable_sync_mode", "enable_base64_output", "webhook"]

    /// - Parameter media: one for each reference of the plan, in its order.
    /// - Throws: `Failure` (job) where two values want one field.
    init(_ plan: RenderPlan, media: [PlacedMedia]) throws(Failure) {
        if let name = Self.ours.first(where: { plan.parameters[$0] != nil }) {
            throw Failure(.bodyUnusable, .fieldIsOurs(name), fault: .job, retryable: false)
        }
        for (name, value) in Self.values(of: plan) { fields[name] = .value(value) }
        for one in media {
            let place = WaveSpeedPlace(
                one.reference.wire?.content[ProviderReference.placeKey]?.string ?? "images[]")
            switch place {
            case .key(let key):
                guard fields[key] == nil else { throw Self.taken(key) }
                fields[key] = .media(one)
            case .list(let key):
                switch fields[key] {
                case nil: fields[key] = .list([one])
                case .list(let others): fields[key] = .list(others + [one])
                case .value, .media: throw Self.taken(key)
                }
            }
        }
    }

    /// Everything but files.
    static func values(of plan: RenderPlan) -> [String: JSONValue] {
        var fields = plan.parameters.merging(plan.wire.content[ProviderPlan.inputKey]?.object ?? [:]) { own, _ in own }
        if !plan.prompt.isEmpty { fields["prompt"] = .string(plan.prompt) }
        if let text = plan.negativePrompt { fields["negative_prompt"] = .string(text) }
        if let size = plan.size { fields["size"] = .string(size) }
        if let word = plan.resolution { fields["resolution"] = .string(word) }
        if let word = plan.ratio { fields["aspect_ratio"] = .string(word) }
        if let seconds = plan.duration { fields["duration"] = .int(seconds) }
        if let seed = plan.seed { fields["seed"] = .int(seed) }
        if let flag = plan.promptExtend { fields["enable_prompt_expansion"] = .bool(flag) }
        // Their names in job files, where a row lists them.
        if let flag = fields.removeValue(forKey: "prompt_extend") { fields["enable_prompt_expansion"] = flag }
        return fields
    }

    private static func taken(_ key: String) -> Failure {
        Failure(.bodyUnusable, .twoFilesInOnePlace(key), fault: .job, retryable: false)
    }

    // MARK: What is sent, and what is shown of it

    func pieces() throws(Failure) -> [BodyPiece] {
        var pieces: [BodyPiece] = []
        var text: [UInt8] = [UInt8(ascii: "{")]
        func add(_ file: PlacedMedia) throws(Failure) {
            switch file.place {
            case .link(let url): text += try JSONBytes.bytes(.string(url))
            case .within(let local):
                text += Array("\"data:\(local.mediaType);base64,".utf8)
                pieces += [
                    .bytes(text), .base64(path: local.path, length: local.length, sha256: local.sha256),
                ]
                text = [UInt8(ascii: "\"")]
            }
        }
        for (index, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text += try JSONBytes.bytes(.string(field.key)) + [UInt8(ascii: ":")]
            switch field.value {
            case .value(let value): text += try JSONBytes.bytes(value)
            case .media(let file): try add(file)
            case .list(let files):
                text.append(UInt8(ascii: "["))
                for (place, file) in files.enumerated() {
                    if place > 0 { text.append(UInt8(ascii: ",")) }
                    try add(file)
                }
                text.append(UInt8(ascii: "]"))
            }
        }
        text.append(UInt8(ascii: "}"))
        return pieces + [.bytes(text)]
    }

    var shown: JSONValue {
        .object(
            fields.mapValues { node in
                switch node {
                case .value(let value): value
                case .media(let file): file.shown
                case .list(let files): .array(files.map(\.shown))
                }
            })
    }
}
