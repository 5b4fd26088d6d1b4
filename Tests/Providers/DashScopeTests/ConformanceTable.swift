import CEmbedded
import Foundation
import ProviderSupport
import RenderCore
import RenderYAML
import Testing

@testable import DashScope

/// A job of `Tests/Conformance/jobs.json`, with the request that the official SDK was seen to send for it.
struct SDKJob: Sendable, CustomTestStringConvertible {
    /// What the SDK sent.
    struct Request: Sendable {
        var path: String
        var headers: JSONValue
        var body: JSONValue
    }

    var name: String
    /// Class and method of the SDK: `ImageGeneration.async_call`.
    var call: String
    /// The job as a user writes it.
    var words: JSONValue
    /// What a user's own catalogue says besides; nil: there is none.
    var catalogue: JSONValue?
    /// Places of the bodies that differ on purpose, with the reasons.
    var differs: [String: JSONValue]
    /// Nil: it was never recorded.
    var recorded: Request?

    var testDescription: String { name }

    static let all: [SDKJob] = {
        let requests = ConformanceFile.recorded?["requests"]?.array ?? []
        let byName = Dictionary(
            requests.compactMap { request in request["name"]?.string.map { ($0, request) } }, uniquingKeysWith: { $1 })
        return (ConformanceFile.table?["jobs"]?.array ?? []).map { row in
            let name = row["name"]?.string ?? ""
            return SDKJob(
                name: name, call: row["call"]?.string ?? "", words: row["job"] ?? .object([:]),
                catalogue: row["catalogue"], differs: row["differs"]?.object ?? [:],
                recorded: byName[name].map { request in
                    Request(
                        path: request["path"]?.string ?? "", headers: request["headers"] ?? .object([:]),
                        body: request["body"] ?? .object([:]))
                })
        }
    }()

    /// As a file in the inbox.
    var file: [UInt8] {
        get throws { try JSONBytes.bytes(words) }
    }

    /// The built-in catalogue, with the user's own above it.
    func models() throws -> ModelCatalogue {
        let builtIn = try #require(ConformanceFile.builtIn, "the built-in catalogue has mistakes")
        guard let catalogue else { return builtIn }
        let text = String(decoding: try JSONBytes.bytes(catalogue), as: UTF8.self)
        let checked = builtIn.extended(by: try YAMLDocumentParser().parse(text))
        return try #require(checked.value, "\(checked.diagnostics.map(\.message))")
    }
}

/// What the SDK puts into every body of some calls and renderdrop into none.
struct SDKAddition: Sendable, CustomTestStringConvertible {
    var place: String
    var calls: Set<String>
    var value: JSONValue
    /// A word of the job with which the place has a meaning of its own.
    var unless: String?
    var reason: String

    var testDescription: String { place }

    static let all: [SDKAddition] = (ConformanceFile.table?["additions"]?.array ?? []).map { row in
        SDKAddition(
            place: row["at"]?.string ?? "", calls: Set((row["calls"]?.array ?? []).compactMap(\.string)),
            value: row["value"] ?? .null, unless: row["unless"]?.string, reason: row["reason"]?.string ?? "")
    }

    func applies(to job: SDKJob) -> Bool {
        calls.contains(job.call) && !(unless.map { job.words.holds($0) } ?? false)
    }
}

enum ConformanceFile {
    static let table = read("Conformance/jobs.json")
    static let recorded = read("Fixtures/sdk-bodies.json")

    /// Nil where it has mistakes: then no job is planned.
    static let builtIn: ModelCatalogue? = {
        var length = 0
        let start = renderdrop_models_yaml(&length)
        let text = String(decoding: UnsafeBufferPointer(start: start, count: length), as: UTF8.self)
        guard let documents = try? YAMLDocumentParser().parse(text) else { return nil }
        return ModelCatalogue(spelling: ModelStudioSpelling()).extended(by: documents, isOwn: false).value
    }()

    /// Nil where it is missing or no JSON; the first test says so.
    private static func read(_ path: String) -> JSONValue? {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? Data(contentsOf: tests.appendingPathComponent(path))).flatMap { JSONBytes.parse([UInt8]($0)) }
    }
}

extension JSONValue {
    /// What stands at `parameters.n`; nil: nothing.
    func value(at place: String) -> JSONValue? {
        var found = self
        for key in place.split(separator: ".") {
            guard let next = found[String(key)] else { return nil }
            found = next
        }
        return found
    }

    func holds(_ place: String) -> Bool {
        if case .some = value(at: place) { true } else { false }
    }

    /// The same with nothing at `parameters.n`.
    func without(_ place: String) -> JSONValue {
        let keys = place.split(separator: ".", maxSplits: 1).map(String.init)
        guard var members = object, let first = keys.first, let below = members[first] else { return self }
        members.removeValue(forKey: first)
        if keys.count > 1 { members[first] = below.without(keys[1]) }
        return .object(members)
    }
}
