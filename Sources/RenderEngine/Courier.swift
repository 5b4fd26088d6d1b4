import Foundation
import HTTPTypes
import RenderCore

/// Brings results home: download to staging, check, publish, sidecar last. Every step finds what it did before a crash.
struct Courier: Sendable {
    /// How often staged bytes that somebody took away are fetched again.
    private static let tries = 5

    let parts: EngineParts
    let events: EngineEvents
    let stopper: Stopper
    let insistence: Insistence
    let jobs: JobDesk
    let slots: Slots

    /// Publishes every output that is not published yet, and records each.
    ///
    /// - Throws: `Failure` with code `link_expired`, or one that waiting does not mend; `CancellationError` at a stop.
    func deliver(_ result: RenderResult, of render: RenderRecord, job: JobRecord) async throws {
        let done = Set(try await parts.ledger.history(of: render.id)?.outputs.map(\.index) ?? [])
        let outputs = result.outputs.filter { !done.contains($0.index) }
        guard !outputs.isEmpty else { return }
        let folder = try await insistence.insist(until: .stopping, about: job) { [jobs] in
            try await jobs.outputFolder(of: job.id)
        }
        let total = try await parts.ledger.renders(of: job.id).count
        for output in outputs {
            let key = "\(job.id)-\(render.id.number)-\(output.index)"
            var tries = 0
            while true {
                let facts = try await fetch(output, key: key, job: job)
                do {
                    try await publish(
                        output, key: key, facts, render, result, job: job, folder: folder, renders: total)
                    break
                } catch let failure as Failure where failure.code == "file_gone" || failure.code == "file_changed" {
                    // Somebody took the staged bytes away, perhaps with the whole outbox: they are fetched once more.
                    tries += 1
                    if tries >= Self.tries { throw failure }
                }
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

    /// Downloads into staging, going on where a former try stopped, until it is whole and of a kind that was asked for. A
    /// download has its slot only while it runs: what fails does not stand in the way of what would come.
    ///
    /// - Throws: `Failure` where trying again does not help: `link_expired`, a host that is not trusted; in a batch also when the provider was out of reach for too long.
    private func fetch(_ output: RenderResult.Output, key: String, job: JobRecord) async throws -> StagedFacts {
        var failures = 0
        var waited = Duration.zero
        while true {
            let trouble: Failure
            do {
                let facts = try await insistence.insist(until: .stopping, about: job) {
                    try await slots.within { try await download(output, key: key) }
                }
                guard let problem = Self.problem(facts) else { return facts }
                await discard(key)
                // Paid for, and perhaps only behind a proxy's log-in page: fetched again for as long as its link lives.
                trouble = Failure(
                    code: "output_not_whole", message: "what came for output \(output.index) \(problem)",
                    advice:
                        "the provider's server, or a proxy on the way to it, answers with something else; it is fetched "
                        + "again until its link expires", fault: .provider, retryable: true)
            } catch let failure as Failure
                where failure.retryable && failure.fault != .job && failure.code != "link_expired"
                && !failure.isFolderOutOfOrder
            {
                trouble = failure
            } catch let error as TransportError {
                trouble = Failure(
                    code: error.code.rawValue, message: error.message, advice: "", fault: .provider, retryable: true)
            }
            failures += 1
            if failures == 1 {
                events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(trouble)))
            }
            let delay = Backoff(first: .seconds(1), longest: .seconds(60)).delay(
                after: failures, jitter: parts.jitter(),
                floor: trouble.retryAfterSeconds.map { .seconds(min($0, 3600)) })
            if let patience = insistence.patience, waited >= patience { throw trouble }
            waited += delay
            try await stopper.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
        }
    }

    /// Why a file that came whole is no picture that can be delivered; nil where it is one.
    private static func problem(_ facts: StagedFacts) -> String? {
        guard let picture = ImageProbe(facts.head) else { return "is not a picture (\(facts.bytes) bytes)" }
        guard let width = picture.width, let height = picture.height, width > 0, height > 0 else {
            return "is a \(picture.format.rawValue) file without a size"
        }
        return picture.format.isCut(tail: facts.tail)
            ? "is a \(picture.format.rawValue) file that was cut off after \(facts.bytes) bytes" : nil
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

    /// When a signed link dies: its `Expires`, in seconds of the epoch. Only for people: our own clock may be off.
    private static func expiry(of url: String) -> Date? {
        guard let query = url.firstIndex(of: "?") else { return nil }
        for item in url[query...].dropFirst().split(separator: "&") where item.hasPrefix("Expires=") {
            return Int(item.dropFirst(8)).map { Date(timeIntervalSince1970: Double(min($0, 253_402_300_799))) }
        }
        return nil
    }

    private func discard(_ key: String) async {
        // A staged file that cannot be thrown away now is begun anew by the next download.
        if let staged = try? await parts.outbox.stage(key) { await staged.discard() }
    }

    private func publish(
        _ output: RenderResult.Output, key: String, _ facts: StagedFacts, _ render: RenderRecord,
        _ result: RenderResult, job: JobRecord, folder: String, renders: Int
    ) async throws {
        let picture = ImageProbe(facts.head)
        let wanted = OutputNaming.output(
            template: render.plan.outputName ?? parts.configuration.delivery.outputName, job: job.name,
            render: render.id.number, of: renders, index: output.index, seed: render.plan.seed,
            model: render.plan.model,
            // Of the result, not of now: after a crash the same file must get the same name.
            date: String(Timestamp.text(result.learnedAt).prefix(10)),
            fileExtension: picture?.format.fileExtension ?? "bin")
        let name = try await insistence.insist(until: .stopping, about: job) { [parts] in
            try await parts.outbox.publish(key, facts: facts, into: folder, as: wanted)
        }
        let record = OutputRecord(
            render: render.id, index: output.index, file: name, bytes: facts.bytes, sha256: facts.sha256,
            mediaType: picture?.format.mediaType ?? "application/octet-stream", width: picture?.width,
            height: picture?.height, source: String(output.url.prefix { $0 != "?" }), publishedAt: parts.now(),
            expiresAt: Self.expiry(of: output.url))
        let step = Step(
            render: render.id, from: .rendered, to: render.state, facts: [.output(record)], at: parts.now())
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .downloaded(file: folder + "/" + name, bytes: facts.bytes)))
    }
}
