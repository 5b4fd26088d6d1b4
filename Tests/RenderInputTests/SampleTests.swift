import CEmbedded
import DashScope
import Foundation
import RenderCore
import RenderYAML
import Testing

@Suite struct SampleTests {
    private static let watch = embedded(renderdrop_watch_yaml)

    private func sample(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: repository.appending(path: "samples/\(name)")))
    }

    /// All files that come with the samples, as if they lay beside the job.
    private static let files: Pictures = {
        var found: [String: ReferenceFinding] = [:]
        for folder in ["photos", "media"] {
            let place = repository.appending(path: "samples/\(folder)")
            for name in (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            where !name.hasSuffix(".md") {
                guard let bytes = try? Data(contentsOf: place.appending(path: name)) else { continue }
                let probe = MediaProbe(MediaSample(Array(bytes)))
                found[name] = .found(name: name, bytes: bytes.count, probe: probe)
            }
        }
        return Pictures(found)
    }()

    private func plan(_ name: String) throws -> JobPlanner.Outcome {
        let reader = DropReaders(parser: parser, configuration: configuration(), catalogue: catalogue)
        return reader.plan(reader.read(jobFile: try sample(name)), references: Self.files)
    }

    @Test(arguments: [
        ("paper-lighthouse", 1, "0.18 CNY"), ("orange-cat", 1, "0.38 CNY"), ("tin-robot", 1, "0.40 CNY"),
        ("many", 5, "1.00 CNY"), ("matrix", 6, "1.20 CNY"), ("latte-heart", 1, "0.14 CNY"),
        ("wide-launch", 1, "0.18 CNY"), ("cup-on-marble", 1, "0.16 CNY"), ("pancake-recipe", 1, "0.60 CNY"),
        ("dancing-robots", 1, "3.00 CNY"), ("rocket-rises", 1, "2.40 CNY"), ("northern-lights", 1, "3.60 CNY"),
        ("astronaut-and-cat", 1, "3.00 CNY"), ("comic-launch", 1, "0.60 CNY"),
    ])
    func `every sample is a job without a complaint`(name: String, renders: Int, price: String) throws {
        let outcome = try plan(name + ".yaml")
        // What may be said is only that the provider decides on what it will cost.
        #expect(outcome.diagnostics.isEmpty == outcome.plans.allSatisfy { $0.quote?.range.isExact ?? true })
        #expect(outcome.diagnostics.allSatisfy { $0.severity == .warning })
        #expect(outcome.plans.count == renders)
        let micros = outcome.plans.reduce(0) { $0 + ($1.estimate?.micros ?? 0) }
        #expect(Money(micros: micros, currency: "CNY").description == price)
    }

    @Test func `no sample is without its test`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "samples").path)
        #expect(
            files.filter { $0.hasSuffix(".yaml") }.sorted() == [
                "astronaut-and-cat.yaml", "broken.yaml", "comic-launch.yaml", "cup-on-marble.yaml",
                "dancing-robots.yaml",
                "latte-heart.yaml", "many.yaml", "matrix.yaml", "northern-lights.yaml", "orange-cat.yaml",
                "pancake-recipe.yaml", "paper-lighthouse.yaml", "rocket-rises.yaml", "tin-robot.yaml",
                "wide-launch.yaml",
            ])
    }

    /// Four show what only an older model can: more around a picture, a film as a comic, a part painted anew, another background.
    @Test func `the samples name current models, and show every family that these have`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: repository.appending(path: "samples").path)
        let families = try names.filter { $0.hasSuffix(".yaml") }.flatMap { try plan($0).plans.map(\.body.family.form) }
        let current = catalogue.models.filter { $0.status == .current }
        #expect(Set(families).isSuperset(of: current.flatMap(\.endpoints).map(\.form)))
        let used = try names.filter { $0.hasSuffix(".yaml") }.flatMap { try plan($0).plans.map(\.model) }
        let older = Set(used).filter { id in !current.contains { $0.id == id } }
        #expect(
            older == [
                "image-out-painting", "video-style-transform", "wanx2.1-imageedit", "wanx-background-generation-v2",
            ])
    }

    @Test func `the broken sample shows all its mistakes at once`() throws {
        let text = String(decoding: try sample("broken.yaml"), as: UTF8.self)
        let shown = try plan("broken.yaml").diagnostics.map { $0.rendered(file: "broken.yaml", text: text) }
        let wanted = try String(
            contentsOf: repository.appending(path: "Tests/Fixtures/broken-shown.txt"), encoding: .utf8)
        #expect(shown.joined(separator: "\n") + "\n" == wanted)
    }

    @Test func `the default models are current ones`() throws {
        let models = Configuration(root: "/").models
        for id in [models.textToImage, models.imageEdit] {
            let model = try #require(catalogue.models.first { $0.id == id })
            #expect(model.status == .current)
        }
    }

    @Test func `watch yaml as written is the defaults`() throws {
        let checked = ConfigurationDecoding(root: "/srv/render").configuration(try parser.parse(Self.watch))
        #expect(checked.diagnostics == [])
        #expect(checked.value == Configuration(root: "/srv/render"))
    }

    @Test func `the models of a new workspace are current ones that do what they are for`() throws {
        let models = try #require(
            ConfigurationDecoding(root: "/srv/render").configuration(try parser.parse(Self.watch)).value
        ).models
        for (id, kind) in [(models.textToImage, JobKind.textToImage), (models.imageEdit, .imageEdit)] {
            let model = try #require(catalogue.models.first { $0.id == id })
            #expect(model.status == .current && model.kinds.contains(kind) && !id.contains("preview"))
        }
    }

    @Test func `watch yaml is valid with every setting taken in, and shows each default`() throws {
        let lines = Self.watch.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("# ") && !line.hasPrefix("#  ") ? line : line.hasPrefix("#") ? line.dropFirst() : line
        }
        let checked = ConfigurationDecoding(root: "/srv/render")
            .configuration(try parser.parse(lines.joined(separator: "\n")))
        #expect(checked.diagnostics == [])
        var wanted = Configuration(root: "/srv/render")
        wanted.provider.baseURL = "https://dashscope.aliyuncs.com/api/v1"
        wanted.provider.workspace = "my-workspace-id"
        wanted.provider.keyFile = "/etc/renderdrop/key"
        (wanted.models.textToImage, wanted.models.imageEdit) = ("qwen-image-3.0", "qwen-image-3.0")
        wanted.models.films = ["text-to-video": "wan3.0-video", "image-to-video": "wan3.0-video"]
        wanted.models.catalogue = "/srv/render/my-models.yaml"
        wanted.intake.settleSeconds = 2
        wanted.intake.scanSeconds = 30
        wanted.intake.ignore = ["*.psd", "old-*"]
        wanted.hours = Configuration.Hours(opens: 1320, closes: 360, timezone: "UTC")
        wanted.shownTimezone = "UTC"
        wanted.budget.day = "50.00"
        wanted.budget.month = "800.00"
        wanted.budget.rates = ExchangeRates(
            rates: ["USD": Money(micros: 7_120_000, currency: "CNY")], asOf: "2026-11-30")
        wanted.delivery = Configuration.Delivery()
        wanted.delivery.fileMode = 0o664
        wanted.delivery.folderMode = 0o2775
        wanted.delivery.group = "designers"
        wanted.delivery.outputName = "{job}-{index}"
        #expect(checked.value == wanted)
    }
}
