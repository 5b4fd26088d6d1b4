import Foundation
import Glibc
import ProviderSupport
import RenderCore

/// Where an account's key is read: an environment variable, a file named in `watch.yaml`, or the service manager's credential.
/// Read again once its file has changed or the key was refused, so that another key is taken without a restart.
struct KeySource: Sendable {
    let environment: [String: String]
    let file: String?
    let kind: ProviderKind
    /// That may hold it; the first that is set counts.
    let variables: [String]
    /// The variable that a message names; nil: it names those of the first provider.
    private let named: String?
    /// Its file's name in the folder of credentials; nil: it is not looked for there.
    private let credential: String?

    /// - Parameter variable: the only one that may hold it; nil: those that the provider's keys are usually in.
    init(
        environment: [String: String], file: String?, kind: ProviderKind = .first, variable: String? = nil
    ) {
        self.environment = environment
        self.file = file
        self.kind = kind
        named = variable ?? (kind == .first ? nil : kind.keyVariables.first)
        variables = variable.map { [$0] } ?? kind.keyVariables
        credential = variable == nil ? kind.credential : nil
    }

    /// - Throws: `Failure` with fault `.account`.
    func read() throws(Failure) -> APIKey { try APIKey(try words(), variable: named) }

    /// Whether what stands there is a key; nothing is well, too, where none is needed.
    ///
    /// - Throws: as `read`.
    func check() throws(Failure) {
        guard kind.needsKey || isNamed else { return }
        _ = try read()
    }

    /// Whether both hold the same key of one provider.
    func isSameKey(as other: KeySource) -> Bool {
        guard kind == other.kind, let mine = try? read() else { return false }
        return mine == (try? other.read())
    }

    /// What stands where the key should be. It may hold the key: never show it.
    ///
    /// - Throws: as `read`.
    func words() throws(Failure) -> String {
        for name in variables {
            if let text = environment[name], !text.allSatisfy(\.isWhitespace) { return text }
        }
        if let file { return try text(of: file) }
        if let path = credentialPath, FileManager.default.fileExists(atPath: path) { return try text(of: path) }
        throw Failure(.noKey, .noKey(), fault: .account, retryable: false)
    }

    /// Every key that is set anywhere, in the order in which `read` looks for it: a former one may be among them.
    func all() -> [APIKey] { allWords().compactMap { try? APIKey($0) } }

    /// The same as it stands there.
    func allWords() -> [String] {
        let texts = variables.compactMap { environment[$0] }
        let files = [file, credentialPath].compactMap { $0 }
        // What cannot be read or is no key is not at hand; `read` says so where it matters.
        return texts + files.compactMap { try? text(of: $0) }
    }

    /// Where `read` finds it: a variable's name, or a file's path.
    var place: (name: String, isFile: Bool) {
        for name in variables {
            if let text = environment[name], !text.allSatisfy(\.isWhitespace) { return (name, false) }
        }
        return (file ?? credentialPath ?? "", true)
    }

    /// Whether some place is named or holds it, readable or not.
    var isNamed: Bool {
        if file != nil || !place.isFile { return true }
        return credentialPath.map { FileManager.default.fileExists(atPath: $0) } ?? false
    }

    /// Another text once the file with the key was replaced, rewritten or removed; nil where a variable holds the key.
    var version: String? {
        let place = place
        guard place.isFile else { return nil }
        var facts = stat()
        guard stat(place.name, &facts) == 0 else { return "missing" }
        return "\(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec).\(facts.st_mtim.tv_nsec)"
    }

    private var credentialPath: String? {
        guard let credential, let folder = environment["CREDENTIALS_DIRECTORY"] else { return nil }
        return folder + "/" + credential
    }

    private func text(of path: String) throws(Failure) -> String {
        guard let data = FileManager.default.contents(atPath: path), data.count < 4096 else {
            throw Failure(.noKey, .keyFileUnreadable(path), fault: .account, retryable: false)
        }
        return String(decoding: data, as: UTF8.self)
    }
}
