import Foundation
import Testing

/// Phrases that readers stumbled over. None of them comes back: not in a text of the program, not in a page.
@Suite struct PlainEnglishTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The phrase, and what to write instead.
    private static let phrases: [(phrase: String, instead: String)] = [
        ("how to mend each", "how to fix each problem"), ("by itself 20", "default: 20"),
        ("is no job that can be rendered", "cannot be rendered"), ("there is no key `", "unknown field `…`"),
        ("shall not be seen", "should not appear"), ("shall be seen", "to show"),
        ("passed on as it stands", "passed through unchanged"), ("may write the prompt out", "may expand the prompt"),
        ("lays the results", "puts the results"), ("The whole at a glance", "Overview"),
        ("never taken for its own", "never mistaken for its own"), ("anew", "again, or: rebuilds"),
        ("on paper", "recorded"), ("Where several hold", "If several apply"),
        ("is no job\\b", "is not a job"), ("Say one of", "Choose one of"),
        ("no job at work is called", "no active job named"),
        ("has just moved on", "was just sent and may be billed"), ("is being sent since", "being sent since"),
        ("still growing", "waiting for the copy to finish"), ("is awaited", "waiting for content"),
        ("as not_before says", "(not_before)"), ("is like that", "matches"), ("is no amount", "is not an amount"),
        ("is no resolution", "is not a resolution"), ("heard of", "last heartbeat"),
        ("another machine's", "on another machine"),
        ("Least level", "Lowest level"),
        ("nothing is taken until it is started", "Nothing is picked up until it is restarted"),
        ("[Cc]ancelled", "canceled"), ("Money committed today", "Spent or reserved today"),
        ("by itself", "automatically, or: default"), ("goes on", "continues"), ("NOBODY", "NOT RUNNING"),
    ]

    private static func files(_ folder: String, _ endings: [String]) throws -> [URL] {
        let top = root.appending(path: folder)
        let names = try #require(FileManager.default.enumerator(atPath: top.path)).compactMap { $0 as? String }
        return names.filter { name in endings.contains { name.hasSuffix($0) } }.sorted().map { top.appending(path: $0) }
    }

    /// Lines of pages, and what stands between quotation marks in code.
    private static let texts: [(file: String, text: String)] = {
        let all =
            ((try? files("Sources", [".swift"])) ?? []).filter { !$0.path.contains("/DashScopeSimulator/") }
            + ((try? files("docs", [".md"])) ?? [])
            + ((try? files("samples", [".md", ".yaml", ".service", ".timer"])) ?? [])
            + [root.appending(path: "README.md"), root.appending(path: "watch.yaml")]
        return all.flatMap { file -> [(file: String, text: String)] in
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
            let parts =
                file.pathExtension == "swift"
                ? Pattern.all(#""((?:[^"\\\n]|\\.)*)""#, in: Pattern.removing("^ *//[^\n]*", from: text))
                : text.split(separator: "\n").map(String.init)
            return parts.map { (file.lastPathComponent, $0) }
        }
    }()

    @Test func `there are texts to look at`() { #expect(Self.texts.count > 5000) }

    @Test(arguments: phrases.map(\.phrase)) func `a phrase that people stumbled over is gone`(phrase: String) {
        let instead = Self.phrases.first { $0.phrase == phrase }?.instead ?? ""
        let joined = Self.texts.map(\.text).joined(separator: "\n")
        guard Pattern.isFound("\\b" + phrase, in: joined) else { return }
        for (file, text) in Self.texts where Pattern.isFound("\\b" + phrase, in: text) {
            Issue.record("\(file): “\(text.prefix(200))”; write: \(instead)")
        }
    }
}
