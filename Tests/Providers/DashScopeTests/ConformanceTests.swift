import RenderCore
import RenderYAML
import Testing

@testable import DashScope

/// Each job of the table, read and planned like any job file, leads to the request that the official SDK was seen to send for it.
/// `make conformance` records anew, runs this, and lets the SDK drive the simulator with the same jobs.
@Suite struct ConformanceTests {
    @Test func `the table has sixty jobs over every class of the SDK, each recorded under its name`() throws {
        #expect(SDKJob.all.count >= 60)
        #expect(Set(SDKJob.all.map(\.name)).count == SDKJob.all.count)
        #expect(
            Set(SDKJob.all.compactMap { $0.call.split(separator: ".").first.map(String.init) })
                == ["ImageSynthesis", "ImageGeneration", "MultiModalConversation", "VideoSynthesis"])
        #expect(SDKJob.all.filter { $0.recorded == nil }.map(\.name) == [])
        let recorded = try #require(ConformanceFile.recorded?["requests"]?.array)
        #expect(Set(recorded.compactMap { $0["name"]?.string }).subtracting(SDKJob.all.map(\.name)) == [])
        let version = try #require(ConformanceFile.table?["sdk"]?.string)
        #expect(ConformanceFile.recorded?["sdk"]?.string == version)
    }

    @Test func `there are jobs for each endpoint and each family that the SDK covers`() throws {
        let endpoints = Set(SDKJob.all.compactMap(\.recorded?.path))
        #expect(
            endpoints == [
                "/services/aigc/multimodal-generation/generation", "/services/aigc/image-generation/generation",
                "/services/aigc/text2image/image-synthesis", "/services/aigc/image2image/image-synthesis",
                "/services/aigc/video-generation/video-synthesis", "/services/aigc/image2video/video-synthesis",
            ])
        let families = try Set(SDKJob.all.flatMap { try Self.outcome(of: $0).plans.map(\.body.family) })
        // Out-painting and the product background have paths that no class of the SDK leads to.
        #expect(families == Set(BodyFamily.allCases).subtracting([.plain, .background]))
    }

    @Test func `there are additions to set aside`() {
        #expect(!SDKAddition.all.isEmpty)
    }

    @Test(arguments: SDKAddition.all)
    func `what is set aside as the SDK's own addition stands in each of its bodies`(addition: SDKAddition) {
        let jobs = SDKJob.all.filter { addition.applies(to: $0) }
        #expect(!jobs.isEmpty)
        #expect(!addition.reason.isEmpty)
        let others = jobs.filter { $0.recorded?.body.value(at: addition.place) != addition.value }
        #expect(others.map(\.name) == [])
    }

    @Test(arguments: SDKJob.all)
    func `our request is the one that the official SDK sends`(job: SDKJob) async throws {
        let recorded = try #require(job.recorded)
        let outcome = try Self.outcome(of: job)
        #expect(outcome.diagnostics.filter { $0.severity == .error }.map(\.message) == [])
        #expect(try Self.unknownParameters(of: job) == [])
        #expect(outcome.plans.count == 1)
        let plan = try #require(outcome.plans.first)
        let prepared = try await Bench().service.prepare(plan, references: "/nowhere")
        #expect(prepared.endpoint == recorded.path)
        for name in ["X-DashScope-Async", "X-DashScope-SSE", "X-DashScope-OssResourceResolve"] {
            #expect(prepared.headers[name] == recorded.headers[name]?.string, "\(name)")
        }

        var ours = try #require(value(prepared.body))
        #expect(prepared.shown == ours)
        var sdk = recorded.body
        for addition in SDKAddition.all where addition.applies(to: job) {
            #expect(!ours.holds(addition.place), "\(addition.place)")
            sdk = sdk.without(addition.place)
        }
        for (place, reason) in job.differs {
            #expect(reason.string?.isEmpty == false, "the difference at \(place) has no reason")
            #expect(ours.value(at: place) != sdk.value(at: place), "there is no difference at \(place) any more")
            ours = ours.without(place)
            sdk = sdk.without(place)
        }
        #expect(ours == sdk)
    }

    private static func outcome(of job: SDKJob) throws -> JobPlanner.Outcome {
        let reader = DropReaders(
            parser: YAMLDocumentParser(), configuration: Configuration(root: "/srv/render"),
            catalogue: try job.models())
        return reader.plan(reader.read(jobFile: try job.file), references: NoFiles())
    }

    /// What stands below `parameters` and not in the model's row: it would go out unchecked, with no more than a warning.
    private static func unknownParameters(of job: SDKJob) throws -> [String] {
        let name = try #require(job.words["model"]?.string)
        guard case .found(let match) = try job.models().find(name, region: "beijing") else { return [name] }
        let rules = [match.model] + match.model.functions.map(\.rules) + match.model.variants.map(\.rules)
        let known = Set(rules.flatMap(\.parameters.keys))
        return (job.words["parameters"]?.object ?? [:]).keys.filter { !known.contains($0) }.sorted()
    }

    /// Every one of the jobs names links only.
    private struct NoFiles: ReferenceLookup {
        func find(_ name: String) -> ReferenceFinding { .missing }
    }
}
