import DashScopeSimulator
import Foundation
import FoundationNetworking
import Testing

/// A caller of the simulator over its socket.
struct APIClient: Sendable {
    let origin: String
    let key: String?
    private let session = URLSession(configuration: .ephemeral)

    init(_ simulator: RunningSimulator, key: String? = "sk-test") {
        origin = simulator.origin
        self.key = key
    }

    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        private var json: Any? { try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed) }

        /// The value at a path like `output.results.0.url`.
        private func value(_ path: String) -> Any? {
            path.split(separator: ".").reduce(json) { value, step in
                if let index = Int(step) {
                    let items = value as? [Any]
                    return items.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                }
                return (value as? [String: Any])?[String(step)]
            }
        }

        func text(_ path: String) -> String? { value(path) as? String }
        func number(_ path: String) -> Int? { (value(path) as? NSNumber)?.intValue }
        func decimal(_ path: String) -> Double? { (value(path) as? NSNumber)?.doubleValue }
        func isTrue(_ path: String) -> Bool { (value(path) as? Bool) == true }
        func count(_ path: String) -> Int? { (value(path) as? [Any])?.count }
        func has(_ path: String) -> Bool { value(path) != nil }
        func keys(_ path: String) -> Set<String> {
            Set(((path.isEmpty ? json : value(path)) as? [String: Any])?.keys.map { $0 } ?? [])
        }
        var string: String { String(decoding: body, as: UTF8.self) }
    }

    func send(
        _ method: String, _ target: String, body: Data? = nil, headers: [String: String] = [:],
        withKey: Bool = true
    ) async throws -> Reply {
        let address = target.hasPrefix("http") ? target : origin + target
        var request = URLRequest(url: try #require(URL(string: address)))
        request.httpMethod = method
        request.httpBody = body
        request.timeoutInterval = 120
        if withKey, let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await session.data(for: request)
        let head = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in head.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        return Reply(status: head.statusCode, headers: fields, body: data)
    }

    func get(_ path: String) async throws -> Reply { try await send("GET", "/api/v1" + path) }

    func post(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> Reply {
        var headers = headers
        headers["Content-Type"] = "application/json"
        return try await send("POST", "/api/v1" + path, body: Data(json.utf8), headers: headers)
    }

    func submit(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> Reply {
        try await post(path, json, headers: headers.merging(["X-DashScope-Async": "enable"]) { own, _ in own })
    }

    /// Submits on an asynchronous path and returns the task id.
    func accepted(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> String {
        let reply = try await submit(path, json, headers: headers)
        return try #require(reply.text("output.task_id"), "\(reply.string)")
    }

    /// Submits a prompt on E3 and returns the task id.
    func task(_ model: String = "wan2.2-t2i-flash", _ prompt: String = "a tin robot", extra: String = "") async throws
        -> String
    {
        let reply = try await submit(
            Path.textToImage,
            #"{"model":"\#(model)","input":{"prompt":"\#(prompt)"},"parameters":{"n":1\#(extra)}}"#)
        return try #require(reply.text("output.task_id"), "\(reply.string)")
    }

    func admin(_ method: String, _ name: String, _ json: String? = nil) async throws -> Reply {
        try await send(method, "/_simulator/" + name, body: json.map { Data($0.utf8) }, withKey: false)
    }
}

enum Path {
    static let multimodal = "/services/aigc/multimodal-generation/generation"
    static let imageGeneration = "/services/aigc/image-generation/generation"
    static let textToImage = "/services/aigc/text2image/image-synthesis"
    static let imageToImage = "/services/aigc/image2image/image-synthesis"
    static let outPainting = "/services/aigc/image2image/out-painting"
    static let background = "/services/aigc/background-generation/generation"
    static let video = "/services/aigc/video-generation/video-synthesis"
    static let imageToVideo = "/services/aigc/image2video/video-synthesis"
}

/// A body whose `input` and `parameters` are given as JSON.
func body(_ model: String, _ input: String, _ parameters: String = "{}") -> String {
    #"{"model":"\#(model)","input":{\#(input)},"parameters":\#(parameters)}"#
}

/// A body of the messages family.
func messages(_ model: String, _ prompt: String, images: [String] = [], parameters: String = #"{"n":1}"#) -> String {
    let items = images.map { #"{"image":"\#($0)"},"# }.joined()
    return
        #"{"model":"\#(model)","input":{"messages":[{"role":"user","content":[\#(items){"text":"\#(prompt)"}]}]},"parameters":\#(parameters)}"#
}

/// Runs a simulator whose clock stands still until it is moved. 2026-11-21 02:00:00 UTC.
func simulating<Value: Sendable>(
    _ change: (inout SimulatorOptions) -> Void = { _ in },
    _ body: @Sendable (RunningSimulator) async throws -> Value
) async throws -> Value {
    var options = SimulatorOptions()
    change(&options)
    return try await Simulator(
        options: options, now: { Date(timeIntervalSince1970: 1_795_226_400) }, clock: InstantClock()
    )
    .withRunning(body)
}

/// A clock on which every wait is over at once.
struct InstantClock: Clock {
    struct Instant: InstantProtocol {
        var offset = Duration.zero
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }
    var now: Instant { Instant() }
    var minimumResolution: Duration { .zero }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws { try Task.checkCancellation() }
}

/// A PNG header with nothing behind it: enough for whoever reads dimensions.
func pngURI(_ width: Int, _ height: Int, alpha: Bool = false) -> String {
    func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
    let bytes: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + word(13) + Array("IHDR".utf8) + word(width) + word(height)
        + [8, alpha ? 6 : 2, 0, 0, 0]
    return "data:image/png;base64," + Data(bytes).base64EncodedString()
}
