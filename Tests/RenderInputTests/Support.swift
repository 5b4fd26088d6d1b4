import CEmbedded
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
    let checked = (try? parser.parse(modelsText)).map { ModelCatalogue().extended(by: $0) }
    return checked?.value ?? ModelCatalogue()
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
        Pictures([name: .found(name: name, bytes: bytes, probe: probe)])
    }
}

func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
    var configuration = Configuration(root: "/srv/render")
    change(&configuration)
    return configuration
}

func plan(
    _ text: String, _ pictures: Pictures = .none, _ configuration: Configuration = configuration()
) -> JobPlanner.Outcome {
    let reader = JobReader(parser: parser, configuration: configuration, catalogue: catalogue)
    return reader.plan(reader.read(Array(text.utf8)), references: pictures)
}

func specs(_ text: String, rendersMax: Int = 500) throws -> SpecDecoding.Decoded {
    SpecDecoding(rendersMax: rendersMax).specs(try parser.parse(text))
}

/// All diagnostics of a job file as a person sees them.
func shown(_ text: String, _ pictures: Pictures = .none) -> String {
    plan(text, pictures).diagnostics.map { $0.rendered(file: "job.yaml", text: text) }.joined(separator: "\n")
}
