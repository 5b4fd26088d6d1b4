import ArgumentParser
import Foundation
import Testing

@testable import RenderdropCommands

/// Every text to a person stands in one table, says what to do next, and names only commands that work.
@Suite struct MessageTableTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private struct Source {
        var path: String
        var text: String
    }

    private static func swift(below folder: String = "") throws -> [Source] {
        let top = sources.appending(path: folder).path
        let names = try #require(FileManager.default.enumerator(atPath: top)).compactMap { $0 as? String }
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map {
            Source(path: $0, text: try String(contentsOfFile: top + "/" + $0, encoding: .utf8))
        }
    }

    /// Files whose texts are not messages to a person, or are a table of their own.
    private static let otherTables: Set = [
        "Providers/DashScope/Errors/ErrorTable.swift", "Providers/DashScope/Errors/ErrorTable+Unknown.swift",
        "Providers/DashScope/Errors/StatusTable.swift", "HotFolder/Files/ErrnoRow.swift",
    ]

    /// A text as an argument of whatever carries messages to a person.
    private static var builder: Regex<Substring> {
        #/
        (?: Diagnostic\( | CommandFailure\(\s*\.\w+, | (?:found|reader\.found|collector)\.(?:error|warn)\(
        | \.warning\( | \.unusable\( | \bsay\( | \.refused\(\s*job,
        | \.(?:fine|doubtful)\(\s*(?:"[^"]*"|\w+), | \.wrong\(\s*(?:"[^"]*"|\w+),\s*[.\w]+,
        )\s*"
        | (?:message|advice|\bwords):\s*"[^"]
        /#
    }

    @Test(arguments: [
        #"Diagnostic("it is wrong", at: mark)"#, #"CommandFailure(.usage, "it is wrong")"#,
        #"reader.found.error("it is wrong", at: mark)"#, #"kind: .warning("it waits")"#,
        #"throw LedgerError.unusable("it is damaged")"#, #"say("it hangs")"#,
        #"return .refused(job, "it runs")"#, #"Reply(job, isDone: false, words: "it runs")"#,
        #".fine("key", "it is read")"#, #".doubtful(check, "little space", advice)"#,
        ".wrong(\n    \"clock\", .usage,\n    \"\\(words): it is off\")",
        #"Failure(code: code, message: "it is wrong")"#,
    ])
    func `each way to build a message is found`(code: String) {
        #expect(code.contains(Self.builder))
    }

    @Test(arguments: [
        "kind: .warning(Message.copyBesideJobFile(path).line)", #".doubtful("key", .keyFileOpen(source))"#,
        #".wrong(name, .diskFull, failure: failure)"#, #"DoctorFinding(check: check, says: says, advice: "")"#,
        #".fine("key", Message.keyRead(from: source))"#,
    ])
    func `what carries a message of the table is not`(code: String) {
        #expect(!code.contains(Self.builder))
    }

    @Test func `no message is built outside the table`() throws {
        var elsewhere: [String] = []
        for source in try Self.swift() {
            let isElsewhere = ["RenderCore/Messages/", "Providers/DashScopeSimulator/", "RenderTestSupport/"]
                .contains { source.path.hasPrefix($0) }
            guard !isElsewhere, !Self.otherTables.contains(source.path) else { continue }
            let count = source.text.matches(of: Self.builder).count
            if count > 0 { elsewhere.append("\(source.path): \(count)") }
        }
        #expect(elsewhere.isEmpty, "\(elsewhere.joined(separator: "\n"))")
    }

    /// Rows that begin with quoted messages, as `the ledger … is damaged`; an ellipsis stands for what differs.
    @Test(arguments: ["README.md", "docs/shares.md"])
    func `each message that a page quotes is one that renderdrop prints`(page: String) throws {
        let root = Self.sources.deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
        let ours = try Self.swift().filter { !$0.path.hasPrefix("Providers/DashScopeSimulator/") }.map(\.text).joined()
            .replacing(/"\s*\+\s*"/, with: "")
        let section = try #require(text.components(separatedBy: "## When something is wrong").dropFirst().first)
            .components(separatedBy: "\n## ")[0]
        var quoted = 0
        for row in section.split(separator: "\n") where row.hasPrefix("| `") {
            let cell = row.dropFirst(2).prefix { $0 != "|" }
            for message in cell.matches(of: /`([^`]+)`/).map(\.1) where !message.contains(Self.foreign) {
                quoted += 1
                for part in message.split(separator: "…") {
                    let words = part.trimmingCharacters(in: CharacterSet(charactersIn: " ;:(),."))
                    #expect(words.isEmpty || ours.contains(words), "\(page): \(message)")
                }
            }
        }
        #expect(quoted >= 4)
    }

    /// Words of the provider, and of file names.
    private static var foreign: Regex<Substring> { /InvalidApiKey|_WAITING/ }

    /// One that is put together while the program runs is checked by an assertion in `Message.init`.
    @Test func `each message has a next step`() throws {
        for source in try Self.swift(below: "RenderCore/Messages") {
            let empty = source.text.matches(of: /next:\s*""\s*\)/).count
            #expect(empty == 0, "\(source.path)")
        }
    }

    /// Who drops a job again pays for all of it: a failed render is rendered as `Message.renderMissing` says, and where the job file is the
    /// last way, the text says what that costs.
    @Test func `no advice has a delivered render paid for again without saying so`() throws {
        for source in try Self.swift() where !source.path.hasPrefix("Providers/DashScopeSimulator/") {
            let texts = source.text.components(separatedBy: "\n")
                .filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }.joined(separator: "\n")
            #expect(!texts.contains("drop the job again"), "\(source.path)")
            for rest in texts.components(separatedBy: "drop the job file again").dropFirst() {
                #expect(rest.prefix(30).contains("pays for all"), "\(source.path)")
            }
        }
    }

    /// The commands between backquotes in the texts of a file, as they are typed. An interpolation stands for one word or number; in the
    /// first place for a command. Literals that `+` joins, or a backslash at the end of a line, are one text.
    private static func commands(in code: String) -> Set<String> {
        guard code.contains("`renderdrop ") else { return [] }
        let lines = code.components(separatedBy: "\n")
            .filter { !$0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
            .map { $0.components(separatedBy: " // ")[0] }
        let texts = lines.joined(separator: "\n").replacing(/\\\n\s*/, with: "").replacing(/"\s*\+\s*"/, with: "")
        let typed = texts.matches(of: /`renderdrop ([^`\n]*)`/).map { match in
            let words = match.1.replacing(/^\\\(\w+\)/, with: "status").replacing(" …", with: "")
            return String(words.replacing(/\\\((?:[^()]|\([^()]*\))*\)/, with: "1"))
        }
        return Set(typed)
    }

    @Test func `commands are found in every kind of literal, and not in comments`() {
        let code = #"""
            /// As `renderdrop comment` does.
            let one = "run `renderdrop retry \(job.id) --again`"  // not `renderdrop trailing`
            let two = "run `renderdrop doctor " + "--rebuild`; see `renderdrop \(command) --help`"
            let three = """
                Type `renderdrop \
                status NAME`, or `renderdrop check cat.yaml`.
                """
            """#
        let found: Set = ["retry 1 --again", "doctor --rebuild", "status --help", "status NAME", "check cat.yaml"]
        #expect(Self.commands(in: code) == found)
    }

    /// A page that says which command is which, and not how to type it.
    private static let namingOnly: Set = ["RenderCore/Catalogue/CatalogueDocument.swift"]

    @Test func `each command in a message is one that renderdrop takes`() throws {
        var commands: [String: String] = [:]
        for source in try Self.swift()
        where !source.path.hasPrefix("Providers/DashScopeSimulator/") && !source.path.hasPrefix("RenderTestSupport/")
            && !Self.namingOnly.contains(source.path)
        {
            for command in Self.commands(in: source.text) { commands[command] = source.path }
        }
        #expect(commands.count > 10)
        for (command, path) in commands.sorted(by: { $0.key < $1.key }) {
            let words = command.split(separator: " ").map(String.init)
            #expect(throws: Never.self, "\(path): renderdrop \(command)") { _ = try Renderdrop.parseAsRoot(words) }
        }
    }
}
