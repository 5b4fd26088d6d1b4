import Foundation
import RenderCore

/// Finds the files that job files name: beside the job file, then in the assets. Confined to the scanner.
final class ReferenceFinder {
    enum Finding: Sendable, Equatable {
        case beside(InboxEntry)
        case growing(InboxEntry)
        case asset(AssetEntry)
        case missing
        case ambiguous([String])
        case notAFile

        var isGrowing: Bool { if case .growing = self { true } else { false } }
        /// Nil where there is none, or more than one.
        var entry: InboxEntry? {
            switch self {
            case .beside(let entry), .growing(let entry): entry
            case .asset(let asset): asset.entry
            case .ambiguous, .notAFile, .missing: nil
            }
        }

        var isMissing: Bool { if case .missing = self { true } else { false } }
    }

    /// How long until a truncated file is read again. It may be filled without a new time or size, because some copies
    /// reserve their space first.
    static let notWholeSeconds = Duration.seconds(5)

    let parts: EngineParts
    private let seen: SeenFiles
    /// What was found in files of the inbox and of the assets, by path.
    private var probes: [String: (entry: InboxEntry, probe: MediaProbe?, at: Duration)] = [:]
    /// How many files were sampled, for tests.
    private(set) var samples = 0
    /// Names to suggest; built when something is missing, and again when other files are there.
    var nearInbox: (paths: [String], files: NearFiles)?
    var nearAssets: (until: Duration, names: [String], files: NearFiles)?
    /// Whether the inbox may have other files than those that the suggestions were built from.
    var nearIsStale = true
    /// The advice for waiting jobs about missing names, from the present suggestions.
    var advised: [String: String] = [:] { didSet { if advised.isEmpty { suggestionVersion += 1 } } }
    /// Increases with every change of what may be suggested.
    private(set) var suggestionVersion = 0

    init(parts: EngineParts, seen: SeenFiles) {
        self.parts = parts
        self.seen = seen
    }

    func keep(only paths: [String: InboxEntry]) {
        probes = probes.filter { $0.value.entry == paths[$0.key] }
    }

    /// Asks the folders of assets, in one question, for every name that no file in the inbox has.
    func findAssets(_ scan: inout InboxScan) async {
        var names: Set<String> = []
        for entry in scan.jobFiles where !scan.growing.contains(entry.path) {
            for reference in seen.understood(entry)?.references ?? [] {
                if case .none = scan.match(reference.path, folded: reference.folded) { names.insert(reference.name) }
            }
        }
        guard !names.isEmpty else { return }
        do {
            scan.assets = try await parts.assets.find(names.sorted())
        } catch let failure as Failure {
            scan.assetsFailure = failure
        } catch {
            // Only a cancelled task comes here; whoever needs them asks again.
        }
    }

    /// The file for each name: beside the job file, then in the assets; the exact name, then a single match by folded
    /// case.
    func findings(_ references: [ReferencePath], in scan: inout InboxScan) async throws -> [String: Finding] {
        var found: [String: Finding] = [:]
        for reference in references {
            let name = reference.name
            switch scan.match(reference.path, folded: reference.folded) {
            case .one(let match) where match.kind != .file: found[name] = .notAFile
            case .one(let match): found[name] = scan.growing.contains(match.path) ? .growing(match) : .beside(match)
            case .several(let matches): found[name] = .ambiguous(matches)
            case .none:
                switch try await asset(name, in: &scan) {
                case .found(let asset): found[name] = .asset(asset)
                case .none: found[name] = .missing
                case .ambiguous(let matches): found[name] = .ambiguous(matches)
                case .notAFile: found[name] = .notAFile
                }
            }
        }
        return found
    }

    private func asset(_ name: String, in scan: inout InboxScan) async throws -> AssetMatch {
        if let known = scan.assets[name] { return known }
        if let failure = scan.assetsFailure { throw failure }
        do {
            let match = try await parts.assets.find(name)
            scan.assets[name] = match
            return match
        } catch let failure as Failure {
            scan.assetsFailure = failure
            throw failure
        }
    }

    /// Both ends of everything found, as the planner checks them.
    ///
    /// - Parameter again: what is cut off is read again.
    func lookup(_ findings: [String: Finding], again: Bool) async throws -> ReferenceFindings {
        var lookup = ReferenceFindings()
        for (name, finding) in findings {
            switch finding {
            case .beside(let entry), .growing(let entry):
                let probe = try await probe(entry, entry.path, again) { [parts] in try await parts.inbox.sample(entry) }
                lookup.found[name] = .found(name: entry.name, bytes: entry.bytes, probe: probe)
            case .asset(let asset):
                // No path in the inbox begins with a slash.
                let key = "/" + asset.root + "/" + asset.entry.path
                let probe = try await probe(asset.entry, key, again) { [parts] in try await parts.assets.sample(asset) }
                lookup.found[name] = .found(name: asset.entry.name, bytes: asset.entry.bytes, probe: probe)
            case .missing: lookup.found[name] = .missing
            case .ambiguous(let matches): lookup.found[name] = .ambiguous(matches)
            case .notAFile: lookup.found[name] = .notRegular
            }
        }
        return lookup
    }

    private func probe(
        _ entry: InboxEntry, _ key: String, _ again: Bool, _ sample: () async throws -> MediaSample
    ) async throws -> MediaProbe? {
        let now = parts.uptime()
        if let known = probes[key], known.entry.isSameFile(as: entry),
            !again || now - known.at < Self.notWholeSeconds
        {
            return known.probe
        }
        samples += 1
        let probe = MediaProbe(try await sample())
        probes[key] = (entry, probe, now)
        return probe
    }
}
