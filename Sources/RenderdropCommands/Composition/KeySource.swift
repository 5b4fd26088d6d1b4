import DashScope
import Foundation
import Glibc
import RenderCore

/// Where the API key is read: an environment variable, a file named in `watch.yaml`, or the service manager's credential.
/// Read again once its file has changed or the key was refused, so that another key is taken without a restart.
struct KeySource: Sendable {
    let environment: [String: String]
    let file: String?

    static let variables = ["DASHSCOPE_API_KEY", "QWEN_API_KEY"]

    /// - Throws: `Failure` with fault `.account`.
    func read() throws(Failure) -> APIKey {
        for name in Self.variables {
            if let text = environment[name], !text.allSatisfy(\.isWhitespace) { return try APIKey(text) }
        }
        if let file { return try APIKey(try text(of: file)) }
        if let folder = environment["CREDENTIALS_DIRECTORY"] {
            let path = folder + "/dashscope_api_key"
            if FileManager.default.fileExists(atPath: path) { return try APIKey(try text(of: path)) }
        }
        throw Failure(.noKey, .noKey(), fault: .account, retryable: false)
    }

    /// Every key that is set anywhere, in the order in which `read` looks for it: a former one may be among them.
    func all() -> [APIKey] {
        let variables = Self.variables.compactMap { environment[$0] }
        let files = [file, environment["CREDENTIALS_DIRECTORY"].map { $0 + "/dashscope_api_key" }].compactMap { $0 }
        // What cannot be read or is no key is not at hand; `read` says so where it matters.
        return (variables + files.compactMap { try? text(of: $0) }).compactMap { try? APIKey($0) }
    }

    /// Where `read` finds it: a variable's name, or a file's path.
    var place: (name: String, isFile: Bool) {
        for name in Self.variables {
            if let text = environment[name], !text.allSatisfy(\.isWhitespace) { return (name, false) }
        }
        return (file ?? (environment["CREDENTIALS_DIRECTORY"] ?? "") + "/dashscope_api_key", true)
    }

    /// Another text once the file with the key was replaced, rewritten or removed; nil where a variable holds the key.
    var version: String? {
        let place = place
        guard place.isFile else { return nil }
        var facts = stat()
        guard stat(place.name, &facts) == 0 else { return "missing" }
        return "\(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    }

    private func text(of path: String) throws(Failure) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count < 4096 else {
            throw Failure(.noKey, .keyFileUnreadable(path), fault: .account, retryable: false)
        }
        return String(decoding: data, as: UTF8.self)
    }
}
