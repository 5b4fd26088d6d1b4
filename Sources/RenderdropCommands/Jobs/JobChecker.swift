import Foundation
import RenderCore
import RenderEngine

/// Checks job files where they lie, as the watcher would after a claim.
struct JobChecker: Sendable {
    struct Problem: Sendable, Encodable {
        var severity: String
        var line: Int
        var column: Int
        var message: String
        var advice: String
    }

    struct Render: Sendable, Encodable {
        var number: Int
        var kind: String
        var model: String
        var function: String?
        var size: String?
        var resolution: String?
        var ratio: String?
        /// Of a film, in seconds as sent.
        var duration: Int?
        var n: Int
        /// The provider decides how many come; `n` is the most.
        var isAtMost: Bool
        var seed: Int?
        var references: [Reference]
        /// At most.
        var estimate: String?
        /// At least, where the provider decides.
        var estimateLow: String?
        /// Names that the outputs will get, as far as they are known before the format is.
        var outputs: [String]

        var isFilm: Bool { JobKind(rawValue: kind)?.makesFilms ?? false }
    }

    struct Reference: Sendable, Encodable {
        var name: String
        var role: String?
        /// Where it lies, from the job file on, if that is in a sub-folder: it has to be dropped beside the job file. Else nil.
        var foundAt: String?
    }

    struct Report: Sendable, Encodable {
        var file: String
        var valid: Bool
        var problems: [Problem]
        var renders: [Render]
        var estimate: String?
        /// References that are not there yet: the job would wait for them. Nil: none is missing.
        var waitsFor: [String]?
        /// Why it waits for an account of its provider; nil: one is configured.
        var accountMissing: String?
        /// Why it fits no day's or month's budget, however long it waits; nil: it does.
        var overBudget: Failure?
        /// The problems as people read them, with lines and carets.
        var rendered: String

        func text(_ terminal: Terminal) -> String {
            var lines: [String] = []
            if !rendered.isEmpty { lines.append(rendered) }
            let name = ShownText.line(file)
            guard valid else {
                lines.append(terminal.styled("✗ \(name): invalid, nothing would be sent", .red))
                return lines.joined(separator: "\n") + "\n"
            }
            let price =
                Counted.text(renders.count, "render") + ", " + (estimate.map { "about \($0)" } ?? "price unknown")
            if let overBudget {
                lines.append(terminal.styled("✗ \(name)", .red) + ": never fits the budget: \(overBudget.message)")
                lines.append("    → \(overBudget.advice)")
            } else if accountMissing != nil {
                lines.append(
                    terminal.styled("! \(name)", .yellow) + ": waits for an account of its provider, then \(price)")
            } else if let waitsFor {
                let names = ShownText.line(waitsFor.joined(separator: ", "))
                lines.append(terminal.styled("! \(name)", .yellow) + ": waits for \(names), then \(price)")
            } else {
                lines.append(terminal.styled("✓ \(name)", .green) + ": \(price)")
            }
            lines += renders.map(Self.row)
            let apart = Set(renders.flatMap(\.references).compactMap(\.foundAt)).sorted()
            if !apart.isEmpty {
                lines.append("    drop it together with \(ShownText.line(apart.joined(separator: ", ")))")
            }
            return lines.joined(separator: "\n") + "\n"
        }

        private static func row(_ render: Render) -> String {
            var row = "    \(render.number). \(render.kind) with \(render.model)"
            for word in [render.function, render.size, render.resolution, render.ratio].compactMap(\.self) {
                row += ", \(word)"
            }
            if let duration = render.duration, duration > 0 { row += ", \(duration) s" }
            let noun = render.isFilm ? "film" : "picture"
            row += render.n == 1 ? ", 1 \(noun)" : ", \(render.isAtMost ? "up to " : "")\(render.n) \(noun)s"
            if let seed = render.seed { row += ", seed \(seed)" }
            if !render.references.isEmpty {
                let names = render.references.map { reference in
                    let isPlain = reference.role == nil || reference.role == "reference_image"
                    return isPlain ? reference.name : "\(reference.name) as \(reference.role ?? "")"
                }
                row += ", from \(ShownText.line(names.joined(separator: ", ")))"
            }
            if let most = render.estimate {
                row += ", about " + (render.estimateLow.map { "\($0) to \(most)" } ?? most)
            }
            return row + " → " + render.outputs.joined(separator: ", ")
        }
    }

    let configuration: Configuration
    let reader: DropReaders
    /// Finds references: beside the file, then in the assets.
    let references: @Sendable (_ folder: String) -> any Assets

    func check(_ file: String) async -> Report {
        let name = (file as NSString).lastPathComponent
        do {
            let reading = reader.read(Drop(name: name, bytes: try readFile(file)))
            let folder = (Composition.absolute(file) as NSString).deletingLastPathComponent
            let (found, apart) = try await findings(reading.referenceNames, folder: folder)
            let outcome = reader.plan(reading, references: found, now: Date())
            let isWaiting = !outcome.expected.isEmpty
            let plans = isWaiting ? outcome.expected : outcome.plans
            let diagnostics = outcome.diagnostics.map { isWaiting ? waiting($0, outcome.waitsForAccount) : $0 }
            var quoted = QuotedLines(reading.text)
            return Report(
                file: file, valid: isWaiting || outcome.isWhole, problems: diagnostics.map(Self.problem),
                renders: plans.map { render($0, of: plans.count, name: name, apart: apart) },
                estimate: JobPrice.range(of: plans)?.description,
                waitsFor: isWaiting && !outcome.waitsFor.isEmpty ? outcome.waitsFor : nil,
                accountMissing: isWaiting ? outcome.waitsForAccount?.message : nil,
                overBudget: BudgetFit.refusal(
                    of: Money.sums(plans.compactMap(\.estimate)), under: SpendCaps(configuration.budget)),
                rendered: diagnostics.map { $0.rendered(file: file, &quoted) }
                    .joined(separator: "\n"))
        } catch {
            let failure =
                error as? Failure
                ?? Failure(
                    .unreadable, .notReadable(file, reason: error.localizedDescription), fault: .job, retryable: false)
            let problem = Problem(
                severity: "error", line: 1, column: 1, message: failure.message, advice: failure.advice)
            return Report(
                file: file, valid: false, problems: [problem], renders: [], estimate: nil,
                rendered: ShownText.line(
                    "\(file): error: \(failure.message)" + (failure.advice.isEmpty ? "" : " (\(failure.advice))")))
        }
    }

    /// What is not there yet is no mistake of the file: the job waits for it.
    private func waiting(_ diagnostic: Diagnostic, _ account: Failure?) -> Diagnostic {
        guard diagnostic.severity == .error else { return diagnostic }
        var warning = diagnostic
        warning.severity = .warning
        // It is about no file.
        guard diagnostic.message != account?.message else { return warning }
        let gone = configuration.folders.assets.filter { !FileManager.default.fileExists(atPath: $0) }
        if !gone.isEmpty { warning.advice += "; \(gone.joined(separator: " and ")) could not be searched: not there" }
        return warning
    }

    func readFile(_ file: String) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
            throw Failure(.noSuchFile, .noJobFile(file, isFolder: isFolder.boolValue), fault: .job, retryable: false)
        }
        let type = try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
        guard type == .typeRegular else {
            throw Failure(.notAFile, .notPlain(file), fault: .job, retryable: false)
        }
        let name = (file as NSString).lastPathComponent
        switch reader.kind(of: name) {
        case .drop: break
        case .media, .document:
            throw Failure(.notAJob, .mediaNoJob(file), fault: .job, retryable: false)
        case .notTaken:
            throw Failure(
                .notAJob, .wouldStay(file, because: Message.kindNotTaken().line), fault: .job, retryable: false)
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw Failure(.unreadable, .deniedToUser(file), fault: .job, retryable: false)
        }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    /// What lies beside the file, in the assets, and in the folders beside it.
    ///
    /// - Returns: also where those of other folders are, from the job file's folder on.
    func findings(
        _ names: [String], folder: String
    ) async throws -> (findings: ReferenceFindings, apart: [String: String]) {
        var findings = try await lookup(names, folder: folder)
        let apart = try await lookApart(&findings, folder: folder)
        return (findings, apart)
    }

    private func lookup(_ names: [String], folder: String) async throws -> ReferenceFindings {
        let places = references(folder)
        var findings = ReferenceFindings()
        for name in names {
            let match = try await places.find(name)
            var sample: MediaSample?
            if case .found(let asset) = match { sample = try await places.sample(asset) }
            findings.found[name] = ReferenceFinding(match, sample: sample)
        }
        let missing = names.filter { findings.find($0) == .missing }
        if !missing.isEmpty {
            let near = NearFiles(await places.names())
            for name in missing { findings.near[name] = near.near(name) }
        }
        return findings
    }

    /// Of what is missing, looks into the folders beside a job file that does not lie in the inbox: whoever drops it drops the picture,
    /// too. In the inbox only what lies beside the file counts.
    ///
    /// - Returns: where each lies, from the job file's folder on.
    private func lookApart(_ findings: inout ReferenceFindings, folder: String) async throws -> [String: String] {
        let inbox = configuration.folders.inbox
        guard folder != inbox, !folder.hasPrefix(inbox + "/") else { return [:] }
        let missing = findings.found.filter { $0.value == .missing }.keys.sorted()
        guard !missing.isEmpty else { return [:] }
        var places: [String: [(path: String, finding: ReferenceFinding)]] = [:]
        for sub in Self.folders(in: folder) {
            let assets = Composition.assets(in: folder + "/" + sub)
            for name in missing {
                guard case .found(let asset) = try await assets.find(name) else { continue }
                let finding = ReferenceFinding(.found(asset), sample: try await assets.sample(asset))
                places[name, default: []].append((sub + "/" + asset.entry.path, finding))
            }
        }
        // Of several nobody knows which is meant.
        for (name, found) in places where found.count == 1 { findings.found[name] = found[0].finding }
        return places.compactMapValues { $0.count == 1 ? $0[0].path : nil }
    }

    private static let foldersMax = 50

    private static func folders(in folder: String) -> [String] {
        // A folder that cannot be listed has no pictures to offer.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Array(
            names.filter { name in
                let type = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.type]
                return !name.hasPrefix(".") && type as? FileAttributeType == .typeDirectory
            }.sorted().prefix(foldersMax))
    }

    private func render(
        _ plan: RenderPlan, of total: Int, name: String, apart: [String: String]
    ) -> Render {
        let job = OutputNaming.jobName(fromFile: name)
        // Where the provider decides how many come, all are named.
        let most = max(1, plan.count, plan.quote?.order.countLow == nil ? 1 : plan.quote?.order.count ?? 1)
        var outputs = (1...most).map { index in
            OutputNaming.output(
                template: plan.outputName ?? configuration.delivery.outputName, job: job, render: plan.number,
                of: total, index: index, seed: plan.seed, model: plan.model, date: "DATE",
                fileExtension: plan.medium == .film ? "mp4" : "png")
        }
        if plan.makesTexts == true {
            outputs.append(OutputNaming.stem(job: job, render: plan.number, of: total) + ".md")
        }
        let range = plan.quote?.range
        return Render(
            number: plan.number, kind: plan.kind.rawValue, model: plan.model, function: plan.function, size: plan.size,
            resolution: plan.resolution, ratio: plan.ratio, duration: plan.duration, n: most,
            isAtMost: most > 1 && plan.quote?.order.countLow != nil,
            seed: plan.seed,
            references: plan.references.map {
                Reference(name: Self.shown($0.name), role: $0.role, foundAt: apart[$0.name])
            },
            estimate: plan.estimate?.description,
            estimateLow: range.flatMap { $0.isExact ? nil : $0.low.decimal }, outputs: outputs)
    }

    /// A link without its signature.
    private static func shown(_ name: String) -> String { name.contains("://") ? Redaction.link(name) : name }

    static func problem(_ diagnostic: Diagnostic) -> Problem {
        Problem(
            severity: diagnostic.severity.rawValue, line: diagnostic.mark.line, column: diagnostic.mark.column,
            message: diagnostic.message, advice: diagnostic.advice)
    }
}
