import Foundation
import Testing

/// Names of files, folders and jobs are compared by `String.foldedName` alone. Whoever folds them in another way finds
/// another file than the rest of the program, so a list has every other change of case, with what is folded there.
@Suite struct NameFoldTests {
    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    private static let fold =
        #"\b(?:(?:low|upp)ercased\(|localized(?:Low|Upp)ercase|(?:pre|de)composedStringWith|capitalized\b"#
        + #"|localizedCaseInsensitive|COLLATE NOCASE| LIKE [:?'])|\.caseInsensitive|\.folding\("#

    /// Targets and folders without names: words of a provider, of HTTP and of the catalogue.
    private static let foldersWithoutNames = [
        "Providers/", "RenderHTTP/", "RenderCore/Catalogue/",
    ]

    /// By the name of the file: what is folded there, which is not compared as a name.
    private static let others: [String: String] = [
        "FoldedName.swift": "names: the one fold",
        "OutputNaming.swift": "makes names: accents in one piece, no case",
        "ConflictCopy.swift": "finds words of sync programs at places in a name",
        "Schema.swift": "an index of an older version",
        "Identity.swift": "ids of jobs",
        "WorkspaceMemory.swift": "an id", "TemporaryDirectory.swift": "an id",
        "StatusText.swift": "the first letter of a sentence", "JobChoice.swift": "a verb, and an answer `yes`",
        "ManualPage.swift": "words of a manual page", "ModelsCommand.swift": "kinds and currencies",
        "LostTaskFacts.swift": "words of the provider", "PromptEcho.swift": "prompts",
        "NearFiles.swift": "the host of a link", "LinkDoubt.swift": "hosts of links",
        "ReferencePolicy.swift": "schemes of links", "ByteCount.swift": "units",
        "LookAlike.swift": "names of characters",
        "ScalarReading.swift": "numbers and flags", "FieldReader.swift": "words of job files",
        "ConfigurationDecoding.swift": "keys of settings", "ConfigurationDecoding+Figures.swift": "currencies",
        "ConfigurationDecoding+Accounts.swift": "currencies",
        "JobKey.swift": "keys of job files", "NearestWord.swift": "words of job files",
        "ForeignFile.swift": "the beginning of a text", "SpecPlanner+Checks.swift": "words of models",
        "SpecPlanner+Model.swift": "models", "Recommendation.swift": "sizes",
        "CompareCommand.swift": "words of providers",
    ]

    private static func folds(in text: String) -> [String] {
        text.split(separator: "\n").map(String.init).filter {
            Pattern.isFound(fold, in: Pattern.removing(#"^ *//.*"#, from: $0))
        }
    }

    @Test func `no other fold compares names`() throws {
        let files = try #require(FileManager.default.enumerator(atPath: Self.sources.path)).compactMap { $0 as? String }
            .filter { path in path.hasSuffix(".swift") && !Self.foldersWithoutNames.contains { path.hasPrefix($0) } }
        #expect(files.count > 300)
        var found: Set<String> = []
        for path in files.sorted() {
            let text = try String(contentsOf: Self.sources.appending(path: path), encoding: .utf8)
            let lines = Self.folds(in: text)
            let name = (path as NSString).lastPathComponent
            if !lines.isEmpty { found.insert(name) }
            guard Self.others[name] == nil else { continue }
            for line in lines {
                Issue.record("\(path): use foldedName for a name, or say in NameFoldTests what this is: \(line)")
            }
        }
        let idle = Set(Self.others.keys).subtracting(found)
        #expect(idle.isEmpty, "these fold nothing any more: \(idle.sorted())")
    }

    @Test(
        arguments: [
            "let key = name.lowercased()", "path.precomposedStringWithCanonicalMapping", "a.caseInsensitiveCompare(b)",
            "WHERE folder = :folder COLLATE NOCASE", "text.range(of: name, options: .caseInsensitive)",
            "WHERE name LIKE ?", "name.folding(options: [], locale: nil)",
        ])
    func `another fold would be found`(line: String) { #expect(!Self.folds(in: line).isEmpty) }

    @Test(arguments: ["// not lowercased()", "name.foldedName", "likes(name)"])
    func `what folds nothing is let pass`(line: String) { #expect(Self.folds(in: line).isEmpty) }
}
