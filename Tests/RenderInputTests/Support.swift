import CEmbedded
import DashScope
import Foundation
import RenderCore
import RenderYAML

let parser = YAMLDocumentParser()

/// The repository's folder.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

func embedded(_ file: (UnsafeMutablePointer<Int>) -> UnsafePointer<UInt8>) -> String {
    var length = 0
    let start = file(&length)
    return String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
}

let modelsText = embedded(renderdrop_models_yaml)

/// The built-in catalogue. Its own test says what is wrong with it; others then fail for want of models.
let catalogue: ModelCatalogue = {
    let checked = (try? parser.parse(modelsText)).map {
        ModelCatalogue(spelling: ModelStudioSpelling()).extended(by: $0, isOwn: false)
    }
    return checked?.value ?? ModelCatalogue(spelling: ModelStudioSpelling())
}()

/// Pictures by name, as the folders of a job would have them.
struct Pictures: ReferenceLookup {
    var byName: [String: ReferenceFinding]

    static let none = Pictures([:])

    init(_ byName: [String: ReferenceFinding]) { self.byName = byName }

    func find(_ name: String) -> ReferenceFinding { byName[name] ?? .missing }

    /// A JPEG of a size.
    static func jpeg(_ name: String, _ width: Int, _ height: Int, bytes: Int = 100_000) -> Pictures {
        picture(name, ImageProbe(format: .jpeg, width: width, height: height), bytes: bytes)
    }

    static func picture(_ name: String, _ probe: ImageProbe?, bytes: Int = 100_000) -> Pictures {
        Pictures([name: .found(name: name, bytes: bytes, probe: probe.map { MediaProbe($0) })])
    }

    /// Any kind of file, by name: `.jpg` and `.png` of 1024 × 768, `cut.png` with transparency, films of 1280 × 720 and sound, each of
    /// 5 s.
    static let all = Pictures([
        "cat.jpg": .image("cat.jpg", .jpeg), "room.jpg": .image("room.jpg", .jpeg),
        "cut.png": .image("cut.png", .png, alpha: true), "mask.png": .image("mask.png", .png),
        "clip.mp4": .film("clip.mp4", seconds: 5), "long.mp4": .film("long.mp4", seconds: 90),
        "voice.mp3": .sound("voice.mp3", seconds: 5),
    ])
}

extension ReferenceFinding {
    static func image(_ name: String, _ format: ImageProbe.Format, alpha: Bool = false) -> ReferenceFinding {
        let image = ImageProbe(format: format, width: 1024, height: 768, hasAlpha: alpha)
        return .found(name: name, bytes: 100_000, probe: MediaProbe(image))
    }

    static func film(
        _ name: String, seconds: Double?, framesPerSecond: Double? = nil, isCut: Bool = false
    ) -> ReferenceFinding {
        .found(
            name: name, bytes: 2_000_000,
            probe: MediaProbe(
                kind: .video, format: "mp4", mediaType: "video/mp4", fileExtension: "mp4",
                size: PixelSize(width: 1280, height: 720), seconds: seconds,
                framesPerSecond: framesPerSecond, isCut: isCut))
    }

    static func sound(_ name: String, seconds: Double?) -> ReferenceFinding {
        .found(
            name: name, bytes: 200_000,
            probe: MediaProbe(
                kind: .audio, format: "mp3", mediaType: "audio/mpeg", fileExtension: "mp3", seconds: seconds))
    }
}

/// The least that a model takes: a job of which the planner has nothing to say but that a price is open.
func smallestJob(_ model: Model) -> String {
    var text = "model: \(model.id)\n"
    var rules = model
    if let function = model.functions.first {
        text += "function: \(function.name)\n"
        rules = function.rules
    }
    if rules.promptLimit != nil { text += "prompt: a\n" }
    var roles: [String: Int] = [:]
    for input in rules.inputs { roles[input.role] = input.count.lowerBound }
    for rule in rules.inputRules {
        let given = rule.roles.reduce(0) { $0 + (roles[$1] ?? 0) }
        if let least = rule.count?.lowerBound, given < least, let first = rule.roles.first {
            roles[first, default: 0] += least - given
        }
    }
    let media = rules.inputs.flatMap { input in
        Array(repeating: "{\(input.role): \(file(for: input, rules))}", count: roles[input.role] ?? 0)
    }
    if !media.isEmpty { text += "media: [\(media.joined(separator: ", "))]\n" }
    for (name, parameter) in rules.parameters.sorted(by: { $0.key < $1.key })
    where parameter.isRequired && parameter.standard == nil {
        let value: String
        switch parameter.kind {
        case .boolean: value = "true"
        case .integer(let range): value = "\(range?.lowerBound ?? 0)"
        case .number(let range): value = "\(range?.lowerBound ?? 0)"
        case .text(let choices): value = choices.first ?? "x"
        case .list, .any: value = "[]"
        }
        text += "parameters: {\(name): \(value)}\n"
    }
    return text
}

private func file(for input: Model.Input, _ model: Model) -> String {
    if model.files == .link {
        return switch input.kind {
        case .image: "https://example.com/cat.jpg"
        case .video: "https://example.com/clip.mp4"
        case .audio: "https://example.com/voice.mp3"
        case .document: "https://example.com/story"
        }
    }
    return switch input.kind {
    case .image: input.limit.needsAlpha ? "cut.png" : "cat.jpg"
    case .video: "clip.mp4"
    case .audio: "voice.mp3"
    case .document: "https://example.com/story"
    }
}

func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    var configuration = Configuration(root: "/srv/render")
    // Whatever the defaults are: with sizes in a list, one picture at a time, and prices in two regions.
    (configuration.models.textToImage, configuration.models.imageEdit) = ("qwen-image-plus", "qwen-image-edit-plus")
    change(&configuration)
    return configuration
}

func plan(
    _ text: String, _ pictures: Pictures = .none, _ configuration: Configuration = configuration()
) -> JobPlanner.Outcome {
    let reader = DropReaders(parser: parser, configuration: configuration, catalogue: catalogue)
    return reader.plan(reader.read(jobFile: Array(text.utf8)), references: pictures)
}

func specs(_ text: String, rendersMax: Int = 500) throws -> SpecDecoding.Decoded {
    SpecDecoding(rendersMax: rendersMax, families: BodyFamily.allCases.map(\.rawValue)).specs(try parser.parse(text))
}

/// All diagnostics of a job file as a person sees them.
func shown(_ text: String, _ pictures: Pictures = .none) -> String {
    plan(text, pictures).diagnostics.map { $0.rendered(file: "job.yaml", text: text) }.joined(separator: "\n")
}
