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
    }

    struct Report: Sendable, Encodable {
        var file: String
        var valid: Bool
        var problems: [Problem]
        var renders: [Render]
        var estimate: String?
        /// The problems as people read them, with lines and carets.
        var rendered: String

        func text(_ terminal: Terminal) -> String {
            var lines: [String] = []
            if !rendered.isEmpty { lines.append(rendered) }
            guard valid else {
                lines.append(terminal.styled("✗ \(ShownText.line(file)): invalid, nothing would be sent", .red))
                return lines.joined(separator: "\n") + "\n"
            }
            let count = renders.count == 1 ? "1 render" : "\(renders.count) renders"
            lines.append(
                terminal.styled("✓ \(ShownText.line(file))", .green)
                    + ": \(count), \(estimate.map { "about \($0)" } ?? "price unknown")")
            lines += renders.map(Self.row)
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
    let reader: JobReader
    /// Finds references: beside the file, then in the assets.
    let references: @Sendable (_ folder: String) -> any Assets

    func check(_ file: String) async -> Report {
        let name = (file as NSString).lastPathComponent
        do {
            let reading = reader.read(try readFile(file))
            let folder = (Composition.absolute(file) as NSString).deletingLastPathComponent
            let found = try await lookup(reading.referenceNames, folder: folder)
            let outcome = reader.plan(reading, references: found, now: Date())
            var quoted = QuotedLines(reading.text)
            return Report(
                file: file, valid: outcome.isWhole, problems: outcome.diagnostics.map(Self.problem),
                renders: outcome.plans.map { render($0, of: outcome.plans.count, name: name) },
                estimate: JobPrice.range(of: outcome.plans)?.description,
                rendered: outcome.diagnostics.map { $0.rendered(file: file, &quoted) }
                    .joined(separator: "\n"))
        } catch {
            let failure =
                error as? Failure
                ?? Failure(
                    code: "unreadable", message: "\(file) cannot be read: \(error.localizedDescription)", advice: "",
                    fault: .job, retryable: false)
            let problem = Problem(
                severity: "error", line: 1, column: 1, message: failure.message, advice: failure.advice)
            return Report(
                file: file, valid: false, problems: [problem], renders: [], estimate: nil,
                rendered: ShownText.line(
                    "\(file): error: \(failure.message)" + (failure.advice.isEmpty ? "" : " (\(failure.advice))")))
        }
    }

    func readFile(_ file: String) throws -> [UInt8] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
            throw Failure(
                code: "no_such_file", message: isFolder.boolValue ? "\(file) is a folder" : "there is no file \(file)",
                advice: "name one or more job files", fault: .job, retryable: false)
        }
        let type = try FileManager.default.attributesOfItem(atPath: file)[.type] as? FileAttributeType
        guard type == .typeRegular else {
            throw Failure(
                code: "not_a_file", message: "\(file) is a link, a pipe or a device; the watcher does not open such",
                advice: "name the file itself", fault: .job, retryable: false)
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw Failure(
                code: "unreadable", message: "\(file) may not be read by this user", advice: "look at its permissions",
                fault: .job, retryable: false)
        }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    func lookup(_ names: [String], folder: String) async throws -> ReferenceFindings {
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

    private func render(_ plan: RenderPlan, of total: Int, name: String) -> Render {
        let job = OutputNaming.jobName(fromFile: name)
        // Where the provider decides how many come, all are named.
        let most = max(1, plan.count, plan.quote?.order.countLow == nil ? 1 : plan.quote?.order.count ?? 1)
        var outputs = (1...most).map { index in
            OutputNaming.output(
                template: plan.outputName ?? configuration.delivery.outputName, job: job, render: plan.number,
                of: total, index: index, seed: plan.seed, model: plan.model, date: "DATE",
                fileExtension: plan.family.makesFilms ? "mp4" : "png")
        }
        if plan.makesTexts == true {
            outputs.append(OutputNaming.stem(job: job, render: plan.number, of: total) + ".md")
        }
        let range = plan.quote?.range
        return Render(
            number: plan.number, kind: plan.kind.rawValue, model: plan.model, function: plan.function, size: plan.size,
            resolution: plan.resolution, ratio: plan.ratio, duration: plan.duration, n: most,
            isAtMost: most > 1 && plan.quote?.order.countLow != nil,
            seed: plan.seed, references: plan.references.map { Reference(name: Self.shown($0.name), role: $0.role) },
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
