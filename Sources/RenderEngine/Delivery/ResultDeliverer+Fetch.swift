import HTTPTypes
import RenderCore

/// Downloads from the provider to staging or to the spool.
extension ResultDeliverer {
    /// One try to download it, going on where a former one stopped: into the outbox's staging, or into the spool while the outbox takes
    /// nothing. A download has its slot only while it runs: what fails does not stand in the way of what would come.
    ///
    /// - Parameter isPatient: false in a batch that has waited for the provider for long enough.
    /// - Returns: nil where it is to be tried again after `tries.delay`: it did not come, or not whole, or not as what was asked for.
    /// - Throws: `Failure` where trying again does not help: `link_expired`, also of one that never brought it while it lived; a host
    ///   that is not trusted; the trouble itself where nobody is patient.
    func fetch(
        _ output: RenderResult.Output, _ order: Order, _ tries: inout Tries, isPatient: Bool
    ) async throws -> Parcel? {
        if let parcel = try await kept(output, order) { return parcel }
        let job = order.job
        let key = ResultKey(order.render.id, output.index)
        let trouble: Failure
        let began = parts.uptime()
        do {
            let parcel = try await outages.insist(until: .stopping, about: job, isTold: true) {
                try await slots.within(until: order.life.expiresAt) { try await bring(output, key, job) }
            }
            guard let problem = parcel.problem else {
                await results.arrived(key, isKept: parcel.isKept)
                return parcel
            }
            await discard(parcel)
            // Paid for, and perhaps only behind a proxy's log-in page: fetched again for as long as its link lives.
            trouble = Failure(
                .outputNotWhole, .resultNotWhole(output: output.index, problem: problem), fault: .provider,
                retryable: true)
        } catch let failure as Failure
            where failure.retryable && failure.fault != .job && !failure.has(.linkExpired)
            && !failure.isFolderOutOfOrder
        {
            trouble = failure
        } catch let error as TransportError {
            trouble = Failure(
                code: error.code.rawValue, .downloadBroke(detail: error.message), fault: .provider, retryable: true)
        }
        // Only now: a link that was got anew for an old result has had its one try.
        if order.life.isOver(at: parts.now()) { throw Self.expired(output, trouble) }
        tries.count += 1
        if tries.count == 1 {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(trouble)))
        }
        guard isPatient else { throw trouble }
        // What comes whole and wrong will hardly be another a minute later, and is as long again.
        let isWhole = trouble.has(.outputNotWhole, .answerTooLarge)
        tries.delay = Backoff(first: .seconds(1), longest: .seconds(isWhole ? 900 : 10)).delay(
            after: tries.count, jitter: parts.jitter(),
            floor: trouble.retryAfterSeconds.map { .seconds(min($0, 3600)) })
        // What was waited for in vain is a part of the pause.
        if trouble.has(.timedOut) { tries.delay = max(.zero, tries.delay - (parts.uptime() - began)) }
        return nil
    }

    /// Downloads an output again that was lost on this machine, until it succeeds.
    func fetchAgain(_ output: RenderResult.Output, _ order: Order) async throws -> Parcel {
        var tries = Tries()
        var waited = Duration.zero
        while true {
            let isPatient = outages.patience.map { waited < $0 } ?? true
            if let parcel = try await fetch(output, order, &tries, isPatient: isPatient) { return parcel }
            waited += tries.delay
            try await shutdown.pause(for: tries.delay, clock: parts.clock, giveUpAt: .stopping)
        }
    }

    /// A link that returns something else, or nothing, for longer than results are kept counts as expired, like one
    /// that is refused.
    private static func expired(_ output: RenderResult.Output, _ last: Failure) -> Failure {
        Failure(
            .linkExpired, .resultLinkExpired(output: output.index, last: last.message), fault: .provider,
            retryable: true, httpStatus: last.httpStatus, requestID: last.requestID)
    }

    /// A complete result that an earlier attempt left in the spool, possibly in an earlier process.
    func kept(_ output: RenderResult.Output, _ order: Order) async throws -> Parcel? {
        let key = ResultKey(order.render.id, output.index)
        let facts = try await outages.insist(until: .stopping, about: order.job) { [parts] in
            try await parts.spool.kept(key.description)
        }
        guard let facts else { return nil }
        await results.arrived(key, isKept: true)
        return Parcel(output, key, facts, isKept: true)
    }

    /// A second copy of a file that is in the staging of an outbox that became unavailable. One attempt: if it fails,
    /// the first copy is waited for.
    func secured(_ parcel: Parcel, _ order: Order) async throws -> Parcel {
        do {
            let facts = try await slots.within(until: order.life.expiresAt) {
                try await download(parcel.output, to: try await parts.spool.stage(parcel.key.description))
            }
            let copy = Parcel(parcel.output, parcel.key, facts, isKept: true)
            guard copy.problem == nil else { return parcel }
            try await keep(copy, order.job)
            await results.arrived(copy.key, isKept: true)
            return copy
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return parcel  // as said above
        }
    }

    private func keep(_ parcel: Parcel, _ job: JobRecord) async throws {
        try await parts.spool.keep(parcel.key.description, facts: parcel.facts)
        await results.spoolWorks()
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: parcel.key.render.number,
                kind: .kept(bytes: parcel.facts.bytes)))
    }

    /// One attempt: to the outbox if it is available, otherwise to the spool.
    ///
    /// - Throws: `Failure` of the spool if neither is available.
    private func bring(_ output: RenderResult.Output, _ key: ResultKey, _ job: JobRecord) async throws -> Parcel {
        if await results.mayUseOutbox {
            do {
                let facts = try await download(output, to: try await parts.outbox.stage(key.description))
                return Parcel(output, key, facts, isKept: false)
            } catch let failure as Failure where failure.isFolderOutOfOrder {
                await results.outboxFailed(failure, job)
            }
        }
        do {
            let facts = try await download(output, to: try await parts.spool.stage(key.description))
            let parcel = Parcel(output, key, facts, isKept: true)
            if parcel.problem == nil { try await keep(parcel, job) }
            return parcel
        } catch let failure as Failure where failure.isFolderOutOfOrder {
            await results.spoolFailed(failure, job)
            throw failure
        }
    }

    private func download(_ output: RenderResult.Output, to staged: any StagedFile) async throws -> StagedFacts {
        let offset = await staged.offset
        let stream = try await parts.service.download(output, from: offset, tag: await staged.tag)
        if stream.head.status != 206 || offset == 0 {
            try await staged.restart(tag: stream.head.headers[.eTag])
        }
        while let chunk = try await stream.next() {
            try await staged.append(chunk)
            try shutdown.check()
        }
        return try await staged.finish()
    }

    private func discard(_ parcel: Parcel) async {
        let key = parcel.key.description
        // What cannot be thrown away now is begun anew by the next download.
        let staged = parcel.isKept ? try? await parts.spool.stage(key) : try? await parts.outbox.stage(key)
        await staged?.discard()
    }
}
