import Foundation
import Synchronization

/// Checks documents against a JSON Schema (2020-12) with Python's `jsonschema`, so that what wrote the document does not
/// judge it.
public struct JSONSchemaValidator: Sendable {
    /// Why it cannot run here; nil: it can. For `.enabled(if:)`.
    public static let missing: String? = interpreter == nil ? "needs python3 with the jsonschema package (or pip)" : nil

    private let schema: String

    /// - Parameter schema: path of the schema file.
    public init(schema: String) {
        self.schema = schema
    }

    /// What is wrong with the document, each with its place (`$.outputs[0].bytes: …`); empty: it is valid. The schema
    /// itself is checked first.
    public func problems(in document: String) async throws -> [String] {
        try await problems(inLines: [document])
    }

    /// The same for many documents at once.
    public func problems(inLines documents: [String]) async throws -> [String] {
        guard let python = Self.interpreter else { return ["there is no validator"] }
        let folder = try TemporaryDirectory("schema")
        // Texts of JSON, apart by a separator that none of them holds.
        let file = try folder.write("document.json", documents.joined(separator: "\u{1E}").utf8)
        let (status, output) = try await Self.run(python, ["-c", Self.script, schema, file], log: folder("output"))
        let lines = output.split(separator: "\n").map(String.init)
        return status == 0 || !lines.isEmpty ? lines : ["the validator ended with \(status)"]
    }

    private static let script = """
        import json, sys
        from jsonschema import Draft202012Validator
        schema = json.load(open(sys.argv[1], encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        def leaves(error):
            return [leaf for child in error.context for leaf in leaves(child)] or [error]
        validator = Draft202012Validator(schema)
        for document in open(sys.argv[2], encoding="utf-8").read().split(chr(30)):
            for error in validator.iter_errors(json.loads(document)):
                for leaf in leaves(error):
                    print(leaf.json_path + ": " + leaf.message.replace(chr(10), " "))
        """

    /// A Python that has the package: the system's, else one in a folder of the temporary directory that all test runs of
    /// this user share.
    private static let interpreter: String? = {
        func works(_ python: String) -> Bool {
            succeeds([python, "-c", "from jsonschema import Draft202012Validator"])
        }
        if works("python3") { return "python3" }
        let shared = NSTemporaryDirectory() + "/renderdrop-jsonschema-\(getuid())"
        if works(shared + "/bin/python") { return shared + "/bin/python" }
        // Made beside it and moved as a whole, so that another run never sees half of it. A moved environment's Python
        // still finds its packages; only its scripts name the old place.
        let fresh = shared + "-" + UUID().uuidString
        guard succeeds(["python3", "-m", "venv", fresh]),
            succeeds([fresh + "/bin/python", "-m", "pip", "install", "--quiet", "jsonschema>=4.18"])
        else { return nil }
        if rename(fresh, shared) != 0, works(fresh + "/bin/python") { return fresh + "/bin/python" }
        return works(shared + "/bin/python") ? shared + "/bin/python" : nil
    }()

    private static func succeeds(_ words: [String]) -> Bool {
        // Cannot be started: then it does not work, which is the question. An installation may take minutes.
        (try? SpawnedProcess(["/usr/bin/env"] + words))?.wait(seconds: 600) == 0
    }

    private static func run(_ python: String, _ arguments: [String], log: String) async throws -> (Int32, String) {
        let process = try SpawnedProcess(
            ["/usr/bin/env", python] + arguments, output: .file(log), error: .file(log))
        while process.exitCode == nil { try await Task.sleep(for: .milliseconds(20)) }
        return (process.exitCode ?? -1, try String(contentsOfFile: log, encoding: .utf8))
    }
}
