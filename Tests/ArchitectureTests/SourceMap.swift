import Foundation

/// What the sources are made of: targets, their folders, who imports whom, and which folders lead back to themselves.
struct SourceMap {
    struct Unit {
        /// `RenderCore/Input`; a file at a target's top is in the folder `RenderCore`. Without `Providers/`.
        var folder: String
        /// The folder, and the file's name without its ending: `RenderCore/Input/JobOutline`.
        var file: String
        var target: String
        var lines: Int
        var imports: Set<String>
        /// Types declared at the top level of the file.
        var types: Set<String>
        /// The same without those that no other file sees.
        var declared: Set<String>
        /// Words in code that may be types.
        var words: Set<String>
    }

    let units: [Unit]
    let targets: [String]

    /// - Parameter root: of the repository.
    init(root: URL) throws {
        let sources = root.appending(path: "Sources")
        let names = (FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".swift") }.sorted()
        units = try names.map { name in
            let text = try String(contentsOf: sources.appending(path: name), encoding: .utf8)
            var folder = (name as NSString).deletingLastPathComponent
            for prefix in [Self.providers, Self.shared] where folder.hasPrefix(prefix) {
                folder.removeFirst(prefix.count)
            }
            return Unit(
                folder: folder,
                file: folder + "/" + ((name as NSString).lastPathComponent as NSString).deletingPathExtension,
                target: String(folder.prefix { $0 != "/" }),
                lines: text.split(separator: "\n", omittingEmptySubsequences: false).count - 1,
                imports: Self.imports(text), types: Self.types(text),
                declared: Self.types(text, hidden: ""), words: Self.words(text))
        }
        targets = Set(units.map(\.target)).sorted()
    }

    /// Targets in it belong to a provider of renders.
    private static let providers = "Providers/"
    /// And in it, what several of them use.
    private static let shared = "Shared/"

    private static func imports(_ text: String) -> Set<String> {
        Set(Pattern.all(#"^(?:public |internal |private |@testable )*import (?:struct |class |enum )?(\w+)"#, in: text))
    }

    private static func types(_ text: String, hidden: String = "private |fileprivate |") -> Set<String> {
        let modifiers = "(?:\(hidden)public |final |package |indirect |nonisolated )*"
        return Set(Pattern.all("^\(modifiers)(?:struct|class|enum|actor|protocol|typealias) (\\w+)", in: text))
    }

    private static func words(_ text: String) -> Set<String> {
        Set(Pattern.all(#"\b([A-Z]\w+)\b"#, in: Pattern.removing(#"//[^\n]*|"(?:[^"\\\n]|\\.)*""#, from: text)))
    }

    /// Which of our targets a target imports.
    func imports(of target: String) -> [String] {
        units.filter { $0.target == target }.reduce(into: Set<String>()) { $0.formUnion($1.imports) }
            .filter { targets.contains($0) && $0 != target }.sorted()
    }

    func folders(of target: String) -> [String] { Set(units.filter { $0.target == target }.map(\.folder)).sorted() }

    /// By folder: the folders of the same target whose types it names.
    func uses(in target: String) -> [String: Set<String>] {
        let own = units.filter { $0.target == target }
        var homes: [String: Set<String>] = [:]
        for unit in own { for type in unit.types { homes[type, default: []].insert(unit.folder) } }
        var uses: [String: Set<String>] = [:]
        for unit in own {
            for word in unit.words {
                // A name that two folders declare says nothing.
                guard let home = homes[word], home.count == 1, let folder = home.first, folder != unit.folder else {
                    continue
                }
                uses[unit.folder, default: []].insert(folder)
            }
        }
        return uses
    }

    /// Files of a target each of which names a type that the other declares: `A, B`, the names without their target.
    func mutualPairs(in target: String) -> Set<String> {
        let own = units.filter { $0.target == target }
        var homes: [String: Set<String>] = [:]
        for unit in own { for type in unit.types { homes[type, default: []].insert(unit.file) } }
        let uses = own.reduce(into: [String: Set<String>]()) { uses, unit in
            for word in unit.words {
                // A name that two files declare says nothing.
                guard let home = homes[word], home.count == 1 else { continue }
                uses[unit.file, default: []].formUnion(home.subtracting([unit.file]))
            }
        }
        var pairs: Set<String> = []
        for (file, used) in uses {
            for other in used where file < other && uses[other]?.contains(file) == true {
                pairs.insert([file, other].map { String($0.dropFirst(target.count + 1)) }.joined(separator: ", "))
            }
        }
        return pairs
    }

    /// Groups of folders of which each leads to each other.
    func circles(in target: String) -> [[String]] {
        let uses = uses(in: target)
        func reached(from start: String) -> Set<String> {
            var seen: Set<String> = []
            var open = Array(uses[start] ?? [])
            while let next = open.popLast() {
                if seen.insert(next).inserted { open += uses[next] ?? [] }
            }
            return seen
        }
        let reach = Dictionary(uniqueKeysWithValues: folders(of: target).map { ($0, reached(from: $0)) })
        var groups: [[String]] = []
        for folder in folders(of: target) where reach[folder]?.contains(folder) == true {
            guard !groups.contains(where: { $0.contains(folder) }) else { continue }
            groups.append(
                folders(of: target).filter {
                    $0 == folder || reach[folder]!.contains($0) && reach[$0]!.contains(folder)
                })
        }
        return groups
    }

    // MARK: - The page

    var page: String {
        var out = """
            # Map of the sources

            `make map` writes this page from `Sources/`; a test compares it. A target is a module of its own. A folder uses another one where
            one of its files names a type that the other declares.

            | target | files | lines | imports |
            | --- | --- | --- | --- |

            """
        for target in targets {
            let own = units.filter { $0.target == target }
            let lines = own.reduce(0) { $0 + $1.lines }
            out +=
                "| \(target) | \(own.count) | \(Self.rounded(lines)) | \(imports(of: target).joined(separator: ", ")) |\n"
        }
        for target in targets where folders(of: target).count > 1 {
            out += "\n## \(target)\n\n| folder | files | uses |\n| --- | --- | --- |\n"
            let uses = uses(in: target)
            for folder in folders(of: target) {
                let names = (uses[folder] ?? []).sorted().map { short($0, in: target) }.joined(separator: ", ")
                out += "| \(short(folder, in: target)) | \(units.count { $0.folder == folder }) | \(names) |\n"
            }
            let circles = circles(in: target)
            out +=
                circles.isEmpty
                ? "\nNo circle.\n"
                : circles.map { group in
                    "\nCircle: \(group.map { short($0, in: target) }.joined(separator: ", "))\n"
                }.joined()
        }
        return out
    }

    /// So that not every change of a line changes the page.
    private static func rounded(_ lines: Int) -> String { "\((lines + 250) / 500 * 500)" }

    private func short(_ folder: String, in target: String) -> String {
        folder == target ? "(top)" : String(folder.dropFirst(target.count + 1))
    }
}

/// Foundation's expressions: over all sources they are much faster than Swift's in a debug build.
enum Pattern {
    private static func expression(_ pattern: String) -> NSRegularExpression? {
        try? NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    }

    /// The first group of each match.
    static func all(_ pattern: String, in text: String) -> [String] {
        let whole = NSRange(text.startIndex..., in: text)
        return (expression(pattern)?.matches(in: text, range: whole) ?? []).compactMap { match in
            Range(match.range(at: 1), in: text).map { String(text[$0]) }
        }
    }

    static func removing(_ pattern: String, from text: String) -> String {
        let whole = NSRange(text.startIndex..., in: text)
        return expression(pattern)?.stringByReplacingMatches(in: text, range: whole, withTemplate: "") ?? text
    }

    static func isFound(_ pattern: String, in text: String) -> Bool {
        expression(pattern)?.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
