import Foundation
import Testing

/// One line of `Tests/Fixtures/Hostile/expected.txt`, and what lies beside it.
struct HostileCase: Sendable {
    enum Outcome: String, Sendable { case fails, refused, waits, ignored, renders }

    struct Drop: Sendable {
        /// The columns as they stand.
        var name: String
        var what: String
    }

    /// Its line in the table: the name of its folder in the inbox.
    var line: Int
    var outcome: Outcome
    var drop: Drop
    var beside: [Drop]
    /// Pictures for `assets/`.
    var assets: [Drop]
    var says: [String]

    var folder: String { "line-\(line)" }

    /// A good job of somebody else lies beside it, which renders whatever the case does.
    var hasVictim: Bool { beside.contains { $0.name == "victim.yaml" } }
}

/// The table, read.
struct HostileCorpus: Sendable {
    struct Section: Sendable, CustomTestStringConvertible {
        var name: String
        var cases: [HostileCase]
        var testDescription: String { "\(name), \(cases.count) cases" }
    }

    static let folder = repository.appending(path: "Tests/Fixtures/Hostile")
    /// Empty where the table cannot be read, which a test of its own finds.
    static let sections = (try? read()) ?? []

    private static func read() throws -> [Section] {
        let text = try String(contentsOf: folder.appending(path: "expected.txt"), encoding: .utf8)
        var sections: [Section] = []
        var beside: [HostileCase.Drop] = []
        var assets: [HostileCase.Drop] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("## ") {
                sections.append(Section(name: String(line.dropFirst(3).prefix { $0 != ":" }), cases: []))
            }
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let columns = line.components(separatedBy: " | ")
            guard columns.count >= 3, !sections.isEmpty else { throw Late(description: "line \(number + 1): \(line)") }
            let word = columns[0].trimmingCharacters(in: .whitespaces)
            var drop = HostileCase.Drop(name: columns[1], what: columns[2])
            if word == "with" {
                if drop.name.hasPrefix("asset ") {
                    drop.name.removeFirst(6)
                    assets.append(drop)
                } else {
                    beside.append(drop)
                }
                continue
            }
            guard let outcome = HostileCase.Outcome(rawValue: word) else {
                throw Late(description: "line \(number + 1): \(word)")
            }
            sections[sections.count - 1].cases.append(
                HostileCase(
                    line: number + 1, outcome: outcome, drop: drop, beside: beside, assets: assets,
                    says: columns.dropFirst(3).joined(separator: " | ").components(separatedBy: " && ")
                        .filter { !$0.isEmpty }))
            beside = []
            assets = []
        }
        return sections
    }
}
