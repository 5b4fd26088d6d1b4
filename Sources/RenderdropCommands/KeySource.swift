import DashScope
import Foundation
import RenderCore

/// Where the API key is read: an environment variable, a file named in `watch.yaml`, or the service manager's credential.
/// Read again each time, so that a corrected file is taken without a restart.
struct KeySource: Sendable {
    let environment: [String: String]
    let file: String?

    /// - Throws: `Failure` with fault `.account`.
    func read() throws(Failure) -> APIKey {
        for name in ["DASHSCOPE_API_KEY", "QWEN_API_KEY"] {
            if let text = environment[name], !text.allSatisfy(\.isWhitespace) { return try APIKey(text) }
        }
        if let file { return try APIKey(try text(of: file)) }
        if let folder = environment["CREDENTIALS_DIRECTORY"] {
            let path = folder + "/dashscope_api_key"
            if FileManager.default.fileExists(atPath: path) { return try APIKey(try text(of: path)) }
        }
        throw Failure(
            code: "no_key", message: "there is no API key",
            advice:
                "export DASHSCOPE_API_KEY=sk-..., or name a file that holds it as provider.key_file in watch.yaml; to try "
                + "renderdrop without one: renderdrop demo", fault: .account, retryable: false)
    }

    /// Every key that is set anywhere, in the order in which `read` looks for it: a former one may be among them.
    func all() -> [APIKey] {
        let variables = ["DASHSCOPE_API_KEY", "QWEN_API_KEY"].compactMap { environment[$0] }
        let files = [file, environment["CREDENTIALS_DIRECTORY"].map { $0 + "/dashscope_api_key" }].compactMap { $0 }
        // What cannot be read or is no key is not at hand; `read` says so where it matters.
        return (variables + files.compactMap { try? text(of: $0) }).compactMap { try? APIKey($0) }
    }

    /// Where `read` finds it: a variable's name, or a file's path.
    var place: (name: String, isFile: Bool) {
        for name in ["DASHSCOPE_API_KEY", "QWEN_API_KEY"] {
            if let text = environment[name], !text.allSatisfy(\.isWhitespace) { return (name, false) }
        }
        return (file ?? (environment["CREDENTIALS_DIRECTORY"] ?? "") + "/dashscope_api_key", true)
    }

    private func text(of path: String) throws(Failure) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count < 4096 else {
            throw Failure(
                code: "no_key", message: "the key file \(path) cannot be read",
                advice: "check that it is there, that this user may read it, and that it holds the key alone",
                fault: .account, retryable: false)
        }
        return String(decoding: data, as: UTF8.self)
    }
}
