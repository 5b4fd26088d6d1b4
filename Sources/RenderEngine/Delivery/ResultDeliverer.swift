import RenderCore

/// Delivers results: download to staging, check, publish, sidecar last. Every step recognizes what it did before a
/// crash.
///
/// Links expire and folders may be unavailable: while the outbox cannot be written, results go to the spool beside the
/// ledger, and to the outbox when it is back.
struct ResultDeliverer: Sendable {
    let parts: EngineParts
    let events: EngineEvents
    let shutdown: Shutdown
    let outages: OutageRetry
    let jobs: JobFinisher
    let results: DeliveryTracker
    /// Slots for downloads, and for copies from the spool: a share that hangs must not delay results that can expire.
    let slots: Slots
    let copies: Slots
    /// Problems that keep a batch from ending, although nothing can be lost.
    let stuck: Troubles
    let wake: WakeSignal

    /// One complete output on this machine.
    struct Parcel: Sendable {
        var output: RenderResult.Output
        var key: ResultKey
        /// They lack the sample, which was already checked: many parcels may wait for an unavailable outbox.
        var facts: StagedFacts
        /// Nil: unknown format.
        var probe: MediaProbe?
        /// Why the file does not match its declared type; nil if it does.
        var problem: String?
        /// True: in the spool; false: in the outbox's staging.
        var isKept: Bool

        init(_ output: RenderResult.Output, _ key: ResultKey, _ facts: StagedFacts, isKept: Bool) {
            self.output = output
            self.key = key
            self.facts = facts
            self.facts.sample = MediaSample(head: [], bytes: facts.bytes)
            probe = MediaProbe(facts.sample)
            problem = output.medium.problem(facts.sample, probe)
            self.isKept = isKept
        }
    }

    /// The facts about a render that every step of its delivery needs.
    struct Order: Sendable {
        var result: RenderResult
        var render: RenderRecord
        var book: RenderBook
        var job: JobRecord
        /// Number of renders in the job.
        var renders: Int

        var life: ResultLife { ResultLife(of: result) }
    }

    /// An output that has its name in the outbox, and no row yet.
    struct Unrecorded: Sendable {
        var parcel: Parcel
        var order: Order
        var record: OutputRecord
    }

    /// The failed attempts for one output.
    struct Tries: Sendable {
        var count = 0
        /// Delay before the next attempt.
        var delay = Duration.zero
        /// Time of the next attempt, by the monotonic clock.
        var due: Duration?
    }

    /// Publishes every output that is not published yet, and records each.
    ///
    /// - Parameter onWaiting: called once, when nothing is left to do but wait for the outbox.
    /// - Returns: the only output of a render, if it is not recorded yet: that is done with the sidecar.
    /// - Throws: `Failure` with code `link_expired`, or one that waiting cannot resolve; `CancellationError` at a
    ///   shutdown.
    func deliver(
        _ result: RenderResult, of render: RenderRecord, _ book: RenderBook, job: JobRecord,
        onWaiting: @Sendable () async -> Void = {}
    ) async throws -> Unrecorded? {
        let done = Set(try await book.history.outputs.map(\.index))
        let outputs = result.outputs.filter { !done.contains($0.index) }
        if parts.transform != nil {
            // A crash between the row and the removal may have left them.
            for index in done { await discardReceived(ResultKey(render.id, index)) }
        }
        await results.begin(render.id, of: job, result, missing: outputs.map(\.index))
        guard !outputs.isEmpty else { return nil }
        let order = Order(
            result: result, render: render, book: book, job: job, renders: try await jobs.renderCount(of: job.id))
        var unrecorded: Unrecorded?
        var waiting: [Parcel] = []
        var late: Failure?
        var rest = outputs
        var tries: [Int: Tries] = [:]
        var waited = Duration.zero
        while true {
            var again: [RenderResult.Output] = []
            let now = parts.uptime()
            for output in rest {
                if let due = tries[output.index]?.due, now < due {
                    again.append(output)
                    continue
                }
                let parcel: Parcel
                do {
                    let isPatient = outages.patience.map { waited < $0 } ?? true
                    var own = tries[output.index] ?? Tries()
                    let fetched = try await fetch(output, order, &own, isPatient: isPatient)
                    tries[output.index] = own
                    guard let fetched else {
                        tries[output.index]?.due = parts.uptime() + own.delay
                        again.append(output)
                        continue
                    }
                    parcel = fetched
                } catch let failure as Failure
                    where failure.has(.linkExpired) && order.life.isOver(at: parts.now())
                {
                    // Each has its one try: what still comes of an old result must not be lost with what does not.
                    late = late ?? failure
                    continue
                }
                // What lies in the spool is removed once it is recorded.
                let isLater = result.outputs.count == 1 && !parcel.isKept && parts.transform == nil
                switch try await publishNow(parcel, order, isRecorded: !isLater) {
                case .published(let record, let isRecorded):
                    if !isRecorded { unrecorded = Unrecorded(parcel: parcel, order: order, record: record) }
                case .waits(let parcel): waiting.append(parcel)
                }
            }
            rest = again
            // One that does not come holds up none of the others.
            guard let due = rest.compactMap({ tries[$0.index]?.due }).min() else { break }
            let delay = max(.milliseconds(10), due - parts.uptime())
            waited += delay
            try await shutdown.pause(for: delay, clock: parts.clock, giveUpAt: .stopping)
        }
        if let late { throw late }
        guard !waiting.isEmpty else { return unrecorded }
        await onWaiting()
        for parcel in waiting { _ = try await publish(parcel, order, isInsisting: true) }
        return nil
    }

    private enum Attempt {
        case published(OutputRecord, isRecorded: Bool)
        /// The outbox or the ledger is unavailable.
        case waits(Parcel)
    }

    private func publishNow(_ parcel: Parcel, _ order: Order, isRecorded: Bool) async throws -> Attempt {
        do {
            let record = try await publish(parcel, order, isInsisting: false, isRecorded: isRecorded)
            return .published(record, isRecorded: isRecorded)
        } catch let failure as Failure where failure.isFolderOutOfOrder {
            await results.outboxFailed(failure, order.job)
            // What lies in the outbox's staging may be gone for good, and a link does not wait to see it.
            return .waits(parcel.isKept ? parcel : try await secured(parcel, order))
        } catch LedgerError.storage {
            return .waits(parcel)
        }
    }

    /// Records an output that was published, and makes sure that it is still there: the sidecar cannot be written now, and may have to
    /// wait for longer than the links live.
    func record(_ unrecorded: Unrecorded) async throws {
        let order = unrecorded.order
        guard case .waits(let parcel) = try await publishNow(unrecorded.parcel, order, isRecorded: true) else { return }
        _ = try await publish(parcel, order, isInsisting: true)
    }

    /// Publishes the files in the spool that belong to a result whose links have expired and whose task is gone.
    ///
    /// - Returns: how many outputs are published in total.
    func salvage(
        _ result: RenderResult, of render: RenderRecord, _ book: RenderBook, job: JobRecord
    ) async throws -> Int {
        let done = Set(try await book.history.outputs.map(\.index))
        let order = Order(
            result: result, render: render, book: book, job: job, renders: try await jobs.renderCount(of: job.id))
        var saved = done.count
        for output in result.outputs where !done.contains(output.index) {
            guard let parcel = try await kept(output, order) else {
                // Half a file that nobody will complete; what stays is swept at the next start.
                try? await parts.spool.remove(ResultKey(render.id, output.index).description)
                continue
            }
            _ = try await publish(parcel, order, isInsisting: true)
            saved += 1
        }
        // The text was paid for as well, and lies in the ledger: what pictures it lacks, the sidecar says.
        _ = try await writeArticle(result, book.history, job: job, of: order.renders)
        return saved
    }

    /// - Returns: the file's name; nil if the answer is not an article.
    private func writeArticle(
        _ result: RenderResult, _ history: RenderHistory, job: JobRecord, of total: Int, isInsisting: Bool = true
    ) async throws -> String? {
        let files = Dictionary(history.outputs.map { ($0.index, $0.file) }, uniquingKeysWith: { $1 })
        guard let article = result.markdown(files: files) else { return nil }
        let folder = try await jobs.outputFolder(of: job.id, apart: history.render.plan.apart)
        let name = OutputNaming.article(job: job.name, render: history.render.id.number, of: total)
        try await put(Array(article.utf8), into: folder, as: name, job, isInsisting: isInsisting)
        return name
    }

    /// Writes the article, if the answer is one, and then the sidecar, after every output: if the sidecar is there,
    /// everything is complete.
    ///
    /// - Parameter output: published, and not recorded yet: then nothing is waited for.
    /// - Returns: the files of this render (outputs, article, the sidecar last), and what is to be recorded with its end.
    func seal(
        _ render: RenderRecord, _ book: RenderBook, job: JobRecord, result: RenderResult, cost: Money?,
        publishing output: OutputRecord?
    ) async throws -> (files: [String], facts: [Fact]) {
        // After an output that was published a moment ago its folder is where it was.
        if output == nil {
            try await outages.insist(until: .stopping, about: job) { [jobs] in try await jobs.keepOutput(of: job.id) }
        }
        let folder = try await jobs.outputFolder(of: job.id, apart: render.plan.apart)
        let current = try await jobs.job(job.id)
        var history = try await book.history
        var facts: [Fact] = []
        if let output {
            history.outputs.append(output)
            facts.append(.output(output))
        }
        facts.append(.result(result.withoutLinks))
        history.render.result = result.withoutLinks
        history.render.state = .rendered(result)
        if var spend = history.spend.popLast() {
            spend.state = .settled
            spend.actual = cost
            history.spend.append(spend)
            facts.append(.spend(spend))
        }
        let total = try await jobs.renderCount(of: job.id)
        var names = history.outputs.map(\.file)
        let isInsisting = output == nil
        if let article = try await writeArticle(result, history, job: job, of: total, isInsisting: isInsisting) {
            names.append(article)
        }
        let sidecar = Sidecar(
            job: current, history: history, renders: total, provider: parts.providerFacts, version: parts.version)
        let text = Array((sidecar?.json ?? "").utf8)  // nil only for a render that is not at its end, which this one is
        let name = OutputNaming.sidecar(job: job.name, render: render.id.number, of: total)
        try await put(text, into: folder, as: name, job, isInsisting: isInsisting)
        return (names + [name], facts)
    }

    private func put(
        _ bytes: [UInt8], into folder: String, as name: String, _ job: JobRecord, isInsisting: Bool
    ) async throws {
        guard isInsisting else { return try await parts.outbox.write(bytes, into: folder, as: name) }
        try await outages.insist(until: .stopping, about: job) { [parts] in
            try await parts.outbox.write(bytes, into: folder, as: name)
        }
    }
}
