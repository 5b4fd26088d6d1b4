import Foundation
import RenderCore
import RenderEngine

/// What models would make of a job file.
struct JobTrial {
    let configuration: Configuration
    /// Whose models are tried.
    let accounts: [PlanningAccount]

    struct Outcome {
        var reading: DropReading
        /// Nil: the file has mistakes, whatever the model.
        var found: Recommendation?
        var mistakes: [Diagnostic]
    }

    /// - Parameter models: only these, by id; nil: all.
    /// - Throws: `CommandFailure` if the file cannot be read.
    func outcome(
        of file: String, _ preference: Recommendation.Preference = .balanced, only models: Set<String>? = nil
    ) async throws -> Outcome {
        let catalogue = try Composition.catalogue(configuration)
        let reader = DropReaders(
            parser: Composition.parser, configuration: configuration, catalogue: catalogue, accounts: accounts)
        let checker = JobChecker(
            configuration: configuration, reader: reader,
            references: { Composition.references(beside: $0, configuration) })
        let reading: DropReading
        let findings: ReferenceFindings
        do {
            reading = reader.read(jobFile: try checker.readFile(file))
            let folder = (Composition.absolute(file) as NSString).deletingLastPathComponent
            findings = try await checker.findings(reading.referenceNames, folder: folder).findings
        } catch let failure as Failure {
            throw CommandFailure(.usage, ShownText.line(failure.message), advice: failure.advice)
        }
        let mistakes = reading.diagnostics.filter { $0.severity == .error }
        guard mistakes.isEmpty else { return Outcome(reading: reading, found: nil, mistakes: mistakes) }
        let found = Recommendation(
            reading.specs,
            planner: JobPlanner(configuration: configuration, catalogue: catalogue, accounts: accounts),
            references: findings, preference: preference, only: models)
        return Outcome(reading: reading, found: found, mistakes: found.mistakes)
    }

    /// The same where mistakes of the job itself end it: they are told, and the answer is nil.
    func recommendation(
        for file: String, only models: Set<String>, _ terminal: Terminal
    ) async throws -> Recommendation? {
        let outcome = try await outcome(of: file, only: models)
        guard !outcome.mistakes.isEmpty else { return outcome.found }
        var quoted = QuotedLines(outcome.reading.text)
        for mistake in outcome.mistakes { terminal.error(mistake.rendered(file: file, &quoted) + "\n") }
        return nil
    }
}
