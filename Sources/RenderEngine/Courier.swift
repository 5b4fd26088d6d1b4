import Foundation
import HTTPTypes
import RenderCore

/// Brings results home: download to staging, check, publish, sidecar last. Every step finds what it did before a crash.
struct Courier: Sendable {
    private static let tries = 5

    let parts: EngineParts
    let events: EngineEvents
    let stopper: Stopper
    let insistence: Insistence
    let jobs: JobDesk
    let slots: Slots

    /// Publishes every output that is not published yet, and records each.
    ///
    /// - Throws: `Failure` with code `link_expired`, or with fault `.job` where what came is not what was asked for;
    ///   `CancellationError` at a stop.
    func deliver(_ result: RenderResult, of render: RenderRecord, job: JobRecord) async throws {
        let done = Set(try await parts.ledger.history(of: render.id)?.outputs.map(\.index) ?? [])
        let outputs = result.outputs.filter { !done.contains($0.index) }
        guard !outputs.isEmpty else { return }
        let folder = try await insistence.insist(until: .stopping, about: job) { [jobs] in
            try await jobs.outputFolder(of: job.id)
        }
        let total = try await parts.ledger.renders(of: job.id).count
        for output in outputs {
            try await slots.within {
                let key = "\(job.id)-\(render.id.number)-\(output.index)"
                let facts = try await fetch(output, key: key, job: job)
                try await publish(output, key: key, facts, render, job: job, folder: folder, renders: total)
            }
        }
    }

    /// Writes the sidecar, after every output: where it stands, the outputs are whole.
    ///
    /// - Returns: the files of this render, the sidecar last.
    func seal(_ render: RenderRecord, job: JobRecord, result: RenderResult, cost: Money?) async throws -> [String] {
        let folder = try await jobs.outputFolder(of: job.id)
        let current = try await jobs.job(job.id)
        guard let before = try await parts.ledger.history(of: render.id) else {
            throw LedgerError.noSuchRender(render.id)
        }
        var facts: [Fact] = [.result(result.withoutLinks)]
        if var spend = before.spend.last {
            spend.state = .settled
            spend.actual = cost
            facts.append(.spend(spend))
        }
        let step = Step(
            render: render.id, from: .rendered, to: .rendered(result), facts: facts, at: parts.now())
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        guard let history = try await parts.ledger.history(of: render.id) else {
            throw LedgerError.noSuchRender(render.id)
        }
        let total = try await parts.ledger.renders(of: job.id).count
        let sidecar = Sidecar(
            job: current, history: history, renders: total, provider: parts.providerFacts, version: parts.version)
        let text = Array((sidecar?.json ?? "").utf8)  // nil only for a render that is not at its end, which this one is
        let name = OutputNaming.sidecar(job: job.name, render: render.id.number, of: total)
        try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.outbox.write(text, into: folder, as: name)
        }
        return history.outputs.map(\.file) + [name]
    }

    // MARK: - One output

    /// Downloads into staging, going on where a former try stopped, until it is whole and of a kind that was asked for.
    private func fetch(_ output: RenderResult.Output, key: String, job: JobRecord) async throws -> StagedFacts {
        var failures = 0
        while true {
            let trouble: Failure
            do {
                let facts = try await insistence.insist(until: .stopping, about: job) {
                    try await download(output, key: key)
                }
                if ImageProbe(facts.head) != nil { return facts }
                await discard(key)
                trouble = Failure(
                    code: "output_not_an_image",
                    message: "what came for output \(output.index) is not a picture (\(facts.bytes) bytes)",
                    advice: "the provider's server, or a proxy on the way to it, answered with something else",
                    fault: failures + 1 < Self.tries ? .provider : .job, retryable: true)
            } catch let failure as Failure where failure.retryable && failure.fault != .job && failure.fault != .folder
            {
                // A folder's or a disk's trouble comes here only when it was insisted long enough: a batch then ends.
                trouble = failure
            } catch let error as TransportError {
                trouble = Failure(
                    code: error.code.rawValue, message: error.message, advice: "", fault: .provider, retryable: true)
            }
            if trouble.fault == .job { throw trouble }
            failures += 1
            if failures == 1 {
                events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(trouble)))
            }
            let delay = Backoff(first: .seconds(1), longest: .seconds(60)).delay(
                after: failures, jitter: parts.jitter(),
                floor: trouble.retryAfterSeconds.map { .seconds(min($0, 3600)) })
            try await stopper.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
        }
    }

    private func download(_ output: RenderResult.Output, key: String) async throws -> StagedFacts {
        let staged = try await parts.outbox.stage(key)
        let offset = await staged.offset
        let stream = try await parts.service.download(output, from: offset, tag: await staged.tag)
        if stream.head.status != 206 || offset == 0 {
            try await staged.restart(tag: stream.head.headers[.eTag])
        }
        while let chunk = try await stream.next() {
            try await staged.append(chunk)
            try stopper.check()
        }
        return try await staged.finish()
    }

    private func discard(_ key: String) async {
        // A staged file that cannot be thrown away now is begun anew by the next download.
        if let staged = try? await parts.outbox.stage(key) { await staged.discard() }
    }

    private func publish(
        _ output: RenderResult.Output, key: String, _ facts: StagedFacts, _ render: RenderRecord, job: JobRecord,
        folder: String, renders: Int
    ) async throws {
        let picture = ImageProbe(facts.head)
        let wanted = OutputNaming.output(
            template: render.plan.outputName ?? parts.configuration.delivery.outputName, job: job.name,
            render: render.id.number, of: renders, index: output.index, seed: render.plan.seed,
            model: render.plan.model, date: String(Timestamp.text(parts.now()).prefix(10)),
            fileExtension: picture?.format.fileExtension ?? "bin")
        let name = try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.outbox.publish(key, facts: facts, into: folder, as: wanted)
        }
        let record = OutputRecord(
            render: render.id, index: output.index, file: name, bytes: facts.bytes, sha256: facts.sha256,
            mediaType: picture?.format.mediaType ?? "application/octet-stream", width: picture?.width,
            height: picture?.height, source: String(output.url.prefix { $0 != "?" }), publishedAt: parts.now())
        let step = Step(
            render: render.id, from: .rendered, to: render.state, facts: [.output(record)], at: parts.now())
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .downloaded(file: folder + "/" + name, bytes: facts.bytes)))
    }
}
