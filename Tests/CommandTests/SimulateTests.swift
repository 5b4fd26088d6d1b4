import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// `renderdrop simulate` as others use it.
@Suite(.timeLimit(.minutes(15))) struct SimulateTests {
    private func simulate(_ place: Workplace, _ more: String...) async throws -> (child: Child, baseURL: String) {
        let child = try place.start(["simulate", "--port", "0"] + more)
        try await child.says("/api/v1\n")
        return (child, child.out.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    @Test func `it says where it listens, takes a free port, and ends with code 0`() async throws {
        let place = try Workplace(baseURL: "")
        let (child, baseURL) = try await simulate(place)
        #expect(baseURL.wholeMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\/api\/v1/) != nil)
        let port = try #require(baseURL.split(separator: ":").last?.split(separator: "/").first)
        let second = try await place.command("simulate", "--port", String(port))
        #expect(second.code == 2)
        #expect(second.error.contains("choose another port with --port"))
        child.send(SIGTERM)
        #expect(try await child.ended(within: .seconds(10)).code == 0)
        try place.close()
    }

    @Test func `a workspace renders against it, faults from a file included`() async throws {
        let place = try Workplace(baseURL: "")
        let options = try place.folder.write(
            "options.json",
            #"{"faults": [{"match": {"kind": "query", "nth": 1}, "action": {"type": "status", "status": 500}}]}"#.utf8)
        let (child, baseURL) = try await simulate(place, "--speed", "100", "--no-limits", "--options", options)
        #expect(try await place.command("init", place.root).code == 0)
        try Data("intake: {settle: 200ms}\n".utf8).write(to: URL(fileURLWithPath: place("watch.yaml")))
        try place.drop("robot.yaml", Workplace.async)
        let run = try await place.command("run", "--config", place.root, "--base-url", baseURL)
        #expect(run.code == 0, "\(run.error)")
        #expect(place.files("outbox").count == 3)
        #expect(child.error.contains("POST /api/v1/services/aigc/text2image/image-synthesis 200"))
        #expect(child.error.contains(" 500"))
        child.send(SIGINT)
        #expect(try await child.ended(within: .seconds(10)).code == 0)
        try place.close()
    }

    // MARK: The official SDK

    /// Kept among the temporary files, so that only the first run installs.
    private static let environment = NSTemporaryDirectory() + "/renderdrop-dashscope-2.0.2-\(getuid())"

    private func call(_ place: Workplace, _ words: [String], _ name: String) async throws -> Child.Ended {
        var environment = ProcessInfo.processInfo.environment.filter { $0.key.lowercased().hasSuffix("_proxy") }
        environment.merge(ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("PIP_") }) { $1 }
        environment.merge(place.environment) { $1 }
        environment["DASHSCOPE_HTTP_BASE_URL"] = place.baseURL
        environment["NO_PROXY"] = "127.0.0.1"
        environment["no_proxy"] = "127.0.0.1"
        return try await Child(
            "/usr/bin/env", words, environment: environment, folder: place.folder.path,
            log: place.folder("logs/" + name)
        ).ended(within: .seconds(150))
    }

    /// Python with the package; nil with the reason where it cannot be had.
    private func python(_ place: Workplace) async throws -> (path: String?, reason: String) {
        let shared = Self.environment + "/bin/python"
        let proof = ["-c", "import dashscope"]
        if try await call(place, [shared] + proof, "proof").code == 0 { return (shared, "") }
        // Made beside it and moved as a whole, so that another run never sees half of it.
        let fresh = Self.environment + "-" + UUID().uuidString
        let made = try await call(place, ["python3", "-m", "venv", fresh], "venv")
        guard made.code == 0 else { return (nil, "python3 with venv is missing: \(made.error)") }
        let pip = try await call(
            place, [fresh + "/bin/python", "-m", "pip", "install", "--quiet", "dashscope==2.0.2"], "pip")
        guard pip.code == 0 else { return (nil, "pip cannot install dashscope==2.0.2: \(pip.error)") }
        return (rename(fresh, Self.environment) == 0 ? shared : fresh + "/bin/python", "")
    }

    @Test func `the official Python SDK works against it unchanged`() async throws {
        let place = try Workplace(baseURL: "")
        let (path, reason) = try await python(place)
        guard let path else { try Test.cancel("needs the SDK: \(reason)") }
        let script = repository.appending(path: "Tests/Conformance/drive_simulator.py").path
        let ended = try await call(place, [path, script, Child.renderdrop], "sdk")
        #expect(ended.code == 0, "\(ended.out)\(ended.error)")
        #expect(ended.out.contains("SDK 2.0.2 against the simulator: "))
        try place.close()
    }
}
