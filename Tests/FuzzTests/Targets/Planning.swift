import CEmbedded
import DashScope
import RenderCore
import RenderYAML

/// What every target plans with: the built-in catalogue, and pictures whose names say what is found.
enum Planning {
    static let parser = YAMLDocumentParser()

    static let catalogue: ModelCatalogue = {
        var length = 0
        let start = renderdrop_models_yaml(&length)
        let text = String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
        // An empty catalogue makes CorpusTests fail, which looks.
        return (try? parser.parse(text)).flatMap {
            ModelCatalogue(spelling: ModelStudioSpelling()).extended(by: $0, isOwn: false).value
        }
            ?? ModelCatalogue(spelling: ModelStudioSpelling())
    }()

    struct Pictures: ReferenceLookup {
        func find(_ name: String) -> ReferenceFinding {
            if name.hasPrefix("missing") { return .missing }
            if name.hasPrefix("two") { return .ambiguous([name, name.uppercased()]) }
            if name.hasPrefix("folder") { return .notRegular }
            if name.hasPrefix("away") { return .outside(reason: "a link leads out") }
            let long = name.utf8.count * 37
            let probe = ImageProbe(
                format: ImageProbe.Format.allCases[long % 8], width: 60 * long, height: 1 + 40 * long,
                hasAlpha: long.isMultiple(of: 2))
            if name.hasSuffix(".mp4") || name.hasSuffix(".mp3") {
                let isFilm = name.hasSuffix("4")
                return .found(
                    name: name, bytes: long << 10,
                    probe: MediaProbe(
                        kind: isFilm ? .video : .audio, format: isFilm ? "mp4" : "mp3",
                        mediaType: isFilm ? "video/mp4" : "audio/mpeg", fileExtension: isFilm ? "mp4" : "mp3",
                        size: isFilm ? PixelSize(width: 60 * long, height: 1 + 40 * long) : nil,
                        seconds: Double(long) / 30))
            }
            return .found(name: name, bytes: long << 10, probe: name.hasPrefix("text") ? nil : MediaProbe(probe))
        }
    }

    /// Plans, and checks what holds for every plan.
    static func plan(
        _ bytes: [UInt8], _ configuration: Configuration, _ catalogue: ModelCatalogue
    ) throws(Broken) -> (reading: DropReading, outcome: JobPlanner.Outcome) {
        let reader = DropReaders(parser: parser, configuration: configuration, catalogue: catalogue)
        let reading = reader.read(jobFile: bytes)
        let outcome = reader.plan(reading, references: Pictures())
        let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
        // A file whose documents all say nothing has neither.
        try require(outcome.plans.isEmpty || !hasErrors, "what has errors has no plan")
        try require(!outcome.plans.isEmpty || hasErrors, "what has no plan says why")
        try require(outcome.diagnostics.count <= 202, "a list of mistakes ends")
        try require(
            outcome.plans.count <= configuration.limits.rendersPerJob, "a file has not more renders than allowed")
        for name in reading.referenceNames { try staysInside(name) }
        for plan in outcome.plans { try check(plan, of: outcome.plans.count, configuration) }
        return (reading, outcome)
    }

    private static func check(_ plan: RenderPlan, of renders: Int, _ configuration: Configuration) throws(Broken) {
        try require(plan.count >= 1, "a render asks for \(plan.count) pictures")
        try require((plan.estimate?.micros ?? 0) >= 0, "a price is \(plan.estimate?.micros ?? 0)")
        try Shown.hidesKey(plan.prompt, "a prompt that is sent")
        for reference in plan.references {
            switch reference.source {
            case .file(let name): try staysInside(name)
            case .url(let url):
                try require(url.lowercased().hasPrefix("http"), "\(url.debugDescription) is fetched by the provider")
            }
        }
        for index in 1...min(plan.count, 4) {
            let values = [
                "job": "job", "index": String(index), "render": OutputNaming.digits(plan.number), "model": plan.model,
                "seed": plan.seed.map(String.init) ?? "", "date": "2026-11-21",
            ]
            let template =
                plan.outputName ?? configuration.delivery.outputName ?? OutputNaming.template(renders: renders)
            try NamesFuzz.checkName(
                OutputNaming.fileName(template: template, values: values, fileExtension: "png"))
        }
    }

    /// A relative path that no part of leads up.
    static func staysInside(_ name: String) throws(Broken) {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let leads = parts.contains { $0.isEmpty || $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }
        try require(!leads && !name.utf8.contains(0), "a reference stays in its folder: \(name.debugDescription)")
    }
}
