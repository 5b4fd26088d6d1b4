import Foundation
import RenderCore

/// What lies in the outbox, apart from what is different in every run: ids, times and the simulator's port.
struct Harvest: Sendable {
    enum Content: Sendable, Equatable {
        case picture(Data)
        case paper(JSONValue)
    }

    var files: [String: Content] = [:]

    init(_ place: Workplace) throws {
        for path in place.files("outbox") {
            if path.hasSuffix(".json") {
                files[path] = .paper(Self.timeless(try place.json("outbox/" + path), place.baseURL))
            } else {
                files[path] = .picture(try Data(contentsOf: URL(fileURLWithPath: place("outbox/" + path))))
            }
        }
    }

    /// Of a sidecar or a summary. A result's link has the task's id in it.
    private static let fleeting: Set = [
        "id", "task_id", "submit_request_id", "query_request_id", "dropped", "claimed", "timings", "attempts",
        "submit_time", "scheduled_time", "end_time", "source_url", "expires_at",
    ]

    private static func timeless(_ value: JSONValue, _ baseURL: String) -> JSONValue {
        switch value {
        case .object(let members):
            return .object(
                members.filter { !fleeting.contains($0.key) }.mapValues { timeless($0, baseURL) })
        case .array(let items): return .array(items.map { timeless($0, baseURL) })
        case .string(let text): return .string(text.replacing(baseURL, with: "http://simulator"))
        case .null, .bool, .int, .double: return value
        }
    }

    /// Files that are there and should not be, or are not as they should be.
    func differences(from clean: Harvest) -> [String] {
        files.filter { clean.files[$0.key] != $0.value }.map { path, _ in
            clean.files[path] == nil ? "\(path) is too much" : "\(path) is different"
        }.sorted()
    }

    func missing(from clean: Harvest) -> [String] {
        clean.files.keys.filter { files[$0] == nil }.sorted()
    }
}
