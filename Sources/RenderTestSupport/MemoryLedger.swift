public import RenderCore

public import struct Foundation.Date

/// The ledger as dictionaries: for tests of whoever uses one. `LedgerContractTests` holds it to what the real ones do.
public actor MemoryLedger: Ledger {
    private struct AttemptKey: Hashable {
        var render: RenderID
        var attempt: Int
    }

    private var jobs: [JobID: JobRecord] = [:]
    private var renders: [RenderID: RenderRecord] = [:]
    private var attempts: [AttemptKey: AttemptRecord] = [:]
    private var tasks: [TaskID: TaskRecord] = [:]
    private var outputs: [AttemptKey: OutputRecord] = [:]
    private var spend: [AttemptKey: SpendRecord] = [:]
    private var uploads: [UploadKey: UploadRecord] = [:]
    private var keyIDs: [String: String] = [:]
    private var pictures: Set<LeftPicture> = []
    private var wishes: [(wish: Wish, answer: WishAnswer?)] = []

    public init() {}

    public func add(_ job: JobRecord, renders: [RenderRecord]) {
        guard jobs[job.id] == nil else { return }
        jobs[job.id] = job.inMilliseconds
        for render in renders {
            self.renders[render.id] = render.inMilliseconds
            if let task = render.taskAtProvider { tasks[task.id] = task.inMilliseconds }
        }
    }

    public func restore(_ restored: RestoredJob) throws {
        guard jobs[restored.job.id] == nil else { return }
        let before = (jobs, renders, attempts, tasks, outputs, spend)
        add(restored.job, renders: restored.renders.map(\.render))
        do {
            for history in restored.renders {
                let facts =
                    history.attempts.map { Fact.attemptEnded($0) } + history.tasks.map { .task($0) }
                    + history.outputs.map { .output($0) } + history.spend.map { .spend($0) }
                for fact in facts { try apply(fact, to: history.render.id) }
            }
        } catch {
            (jobs, renders, attempts, tasks, outputs, spend) = before
            throw error
        }
    }

    public func update(_ job: JobRecord) throws {
        guard let before = jobs[job.id] else { throw LedgerError.noSuchJob(job.id.text) }
        var job = job.inMilliseconds
        job.queueClosedAt = before.queueClosedAt
        job.leftInPlace = job.leftInPlace ?? before.leftInPlace
        if before.state != .active { (job.state, job.finishedAt) = (before.state, before.finishedAt) }
        jobs[job.id] = job
    }

    public func close(_ job: JobRecord) throws -> Bool {
        guard !hasOpenRenders(job.id) else { return false }
        try update(job)
        return true
    }

    private func hasOpenRenders(_ job: JobID) -> Bool {
        renders.values.contains { $0.id.job == job && !$0.state.name.isFinal }
    }

    public func closeQueue(of id: JobID, at now: Date, leaving wish: Wish?) throws -> Int? {
        guard let job = jobs[id] else { throw LedgerError.noSuchJob(id.text) }
        guard job.state == .active else { return nil }
        jobs[id]?.queueClosedAt = job.queueClosedAt ?? now.inMilliseconds
        for render in renders.values where render.id.job == id && render.state == .queued {
            renders[render.id]?.state = .canceled
            renders[render.id]?.since = now.inMilliseconds
        }
        return wish.map { add($0) }
    }

    public func reopen(_ reopening: Reopening) throws {
        guard let job = jobs[reopening.job] else { throw LedgerError.noSuchJob(reopening.job.text) }
        let isClosing = job.state == .active && reopening.wish != nil && !hasOpenRenders(job.id)
        guard job.state == reopening.from, !isClosing else {
            throw LedgerError.conflict(RenderID(job: job.id, number: 0), stands: .failed)
        }
        jobs[reopening.job]?.state = .active
        jobs[reopening.job]?.finishedAt = nil
        jobs[reopening.job]?.queueClosedAt = nil
        for render in reopening.renders {
            let id = RenderID(job: reopening.job, number: render.number)
            guard var row = renders[id], row.state.name == .failed || row.state.name == .canceled else { continue }
            row.state = .queued
            row.attemptsBefore = row.attempts
            row.giveUpAt = render.giveUpAt?.inMilliseconds
            row.since = reopening.at.inMilliseconds
            renders[id] = row
        }
        if let wish = reopening.wish, let said = reopening.answer { answer(wish: wish, said) }
    }

    public func jobs(retrying id: JobID) -> [JobRecord] {
        jobs.values.filter { $0.retryOf == id }.sorted { $0.id < $1.id }
    }

    public func spend(of job: JobID) -> [SpendRecord] {
        spend.values.filter { $0.render.job == job }.sorted { ($0.render, $0.attempt) < ($1.render, $1.attempt) }
    }

    public func job(_ id: JobID) -> JobRecord? { jobs[id] }

    public func jobs(_ filter: JobFilter) -> [JobRecord] {
        let found = jobs.values.filter {
            guard let namesake = filter.atWorkNamed else {
                return filter.states.contains($0.state) && (!filter.leftInPlace || $0.leftInPlace == true)
            }
            return JobFilter.Namesake($0) == namesake && $0.state == .active
        }.sorted { $0.id > $1.id }
        return Array(found.prefix(filter.limit ?? .max))
    }

    public func jobs(matching text: String) -> [JobRecord] {
        let key = text.lowercased()
        guard !key.isEmpty else { return [] }
        let tail = JobID.tail(in: key)
        return jobs.values.filter { job in
            job.id.text.hasPrefix(key) || job.name.lowercased() == key || job.source.lowercased() == key
                || tail != nil && job.id.tail == tail || job.outputFolder == text
        }.sorted { $0.id > $1.id }
    }

    public func renders(of job: JobID) -> [RenderRecord] {
        renders.values.filter { $0.id.job == job }.sorted { $0.id < $1.id }
    }

    public func history(of id: RenderID) -> RenderHistory? {
        guard let render = renders[id] else { return nil }
        return RenderHistory(
            render: render,
            attempts: attempts.values.filter { $0.render == id }.sorted { $0.number < $1.number },
            tasks: tasks.values.filter { $0.render == id }.sorted {
                ($0.attempt, $0.acceptedAt, $0.id.text) < ($1.attempt, $1.acceptedAt, $1.id.text)
            },
            outputs: outputs.values.filter { $0.render == id }.sorted { $0.index < $1.index },
            spend: spend.values.filter { $0.render == id }.sorted { $0.attempt < $1.attempt })
    }

    public func openSubmits() -> [OpenSubmit] {
        renders(in: [.sending, .following, .rendered, .undecided], limit: nil).compactMap { render in
            guard let attempt = attempts[AttemptKey(render: render.id, attempt: render.attempts)] else { return nil }
            var task = attempt.task
            if case .following(let followed) = render.state { task = followed }
            return OpenSubmit(
                render: render.id, state: render.state.name, task: task, origin: attempt.origin,
                sentAt: attempt.intentAt,
                estimate: render.plan.estimate)
        }.sorted { $0.render < $1.render }
    }

    public func recordRoot(_ root: String) {
        for submit in openSubmits() where submit.origin.apiRoot == nil {
            let key = AttemptKey(render: submit.render, attempt: renders[submit.render]?.attempts ?? 0)
            attempts[key]?.apiRoot = root
        }
    }

    public func renders(in states: [RenderMachine.State.Name], limit: Int?) -> [RenderRecord] {
        let found = renders.values.filter { states.contains($0.state.name) && jobs[$0.id.job]?.state == .active }
            .sorted { ($0.plan.priority.rank, $0.id) < ($1.plan.priority.rank, $1.id) }
        return Array(found.prefix(limit ?? .max))
    }

    public func due(perLane limit: Int, at now: Date) -> [RenderRecord] {
        var places: [String: Int] = [:]
        return renders(in: [.queued], limit: nil).filter { render in
            if let start = render.plan.notBefore, start.epochMilliseconds > now.epochMilliseconds { return false }
            places[render.plan.lane.group, default: 0] += 1
            return places[render.plan.lane.group, default: 0] <= limit
        }
    }

    public func overdue(at now: Date) -> [RenderRecord] {
        renders(in: [.queued], limit: nil).filter { ($0.giveUpAt?.epochMilliseconds ?? .max) < now.epochMilliseconds }
    }

    public func nextChange(after now: Date) -> Date? {
        let now = now.epochMilliseconds
        let times = renders(in: [.queued], limit: nil).flatMap { render in
            [
                render.plan.notBefore.map(\.epochMilliseconds).flatMap { $0 > now ? $0 : nil },
                render.giveUpAt.map(\.epochMilliseconds).flatMap { $0 >= now ? $0 : nil },
            ].compactMap { $0 }
        }
        return times.min().map { Date(epochMilliseconds: $0) }
    }

    public func counts() -> [RenderMachine.State.Name: Int] {
        var counts = Dictionary(uniqueKeysWithValues: RenderMachine.State.Name.allCases.map { ($0, 0) })
        for render in renders.values where jobs[render.id.job]?.state == .active {
            counts[render.state.name, default: 0] += 1
        }
        return counts
    }

    public func record(_ step: Step) throws {
        guard let render = renders[step.render] else { throw LedgerError.noSuchRender(step.render) }
        guard render.state.name == step.from, step.attempts ?? render.attempts == render.attempts else {
            throw LedgerError.conflict(step.render, stands: render.state.name)
        }
        let before = (renders, attempts, tasks, outputs, spend)
        do {
            for fact in step.facts { try apply(fact, to: step.render) }
        } catch {
            (renders, attempts, tasks, outputs, spend) = before
            throw error
        }
        let isClosed = jobs[step.render.job]?.queueClosedAt != nil
        renders[step.render]?.state = (isClosed ? step.to.inClosedQueue : step.to).inMilliseconds
        renders[step.render]?.since = step.at.inMilliseconds
    }

    public func committed(day: String, month: String) -> (day: [Money], month: [Money]) {
        (sums { $0.day == day }, sums { $0.month == month })
    }

    public func committed(from first: String, through last: String) -> [DaySpend] {
        let days = Set(spend(from: first, through: last).filter { $0.committed != nil }.map(\.day))
        return days.sorted().map { day in DaySpend(day: day, committed: sums { $0.day == day }) }
    }

    public func spend(from first: String, through last: String) -> [SpendRecord] {
        spend.values.filter { first <= $0.day && $0.day <= last }
            .sorted { ($0.at, $0.render, $0.attempt) < ($1.at, $1.render, $1.attempt) }
    }

    public func upload(_ key: UploadKey) -> UploadRecord? { uploads[key] }

    public func forgetUploads(sha256: String, model: String, until moment: Date) {
        uploads = uploads.filter { key, upload in
            key.sha256 != sha256 || key.model != model || upload.uploadedAt > moment
        }
    }

    public func add(_ upload: UploadRecord) {
        uploads[upload.key] = upload.inMilliseconds
    }

    public func lostTaskFacts(model: String, listed: [TaskID], since start: Date) -> LostTaskFacts {
        let listed = Set(listed)
        let known = tasks.values.filter { task in
            listed.contains(task.id)
                || task.model == model && task.acceptedAt.epochMilliseconds >= start.epochMilliseconds
        }.sorted { ($0.acceptedAt, $0.id.text) < ($1.acceptedAt, $1.id.text) }
        let begun = attempts.values.filter { $0.outcome == nil || $0.outcome == .unknown }
            .sorted { ($0.intentAt, $0.render, $0.number) < ($1.intentAt, $1.render, $1.number) }
        var open = begun.compactMap { attempt in
            renders[attempt.render].map { LostTaskFacts.Open(render: $0, attempt: attempt) }
        }
        open += renders.values.sorted { $0.id < $1.id }.filter { render in
            [.undecided, .sending].contains(render.state.name)
                && attempts[AttemptKey(render: render.id, attempt: render.attempts)] == nil
        }.map { LostTaskFacts.Open(render: $0, attempt: nil) }
        return LostTaskFacts(
            known: known.map { task in
                LostTaskFacts.Known(
                    task: task, keyMark: attempts[AttemptKey(render: task.render, attempt: task.attempt)]?.keyMark)
            }, open: open.filter { $0.render.plan.model == model }, keyIDs: keyIDs)
    }

    public func learn(keyID: String, ofMark mark: String) { keyIDs[mark] = keyID }

    public func add(_ wish: Wish) -> Int {
        wishes.append((wish.inMilliseconds, nil))
        return wishes.count
    }

    public func leave(_ picture: LeftPicture) { pictures.insert(picture) }
    public func leftPictures() -> [LeftPicture] { Array(pictures) }
    public func forget(_ pictures: [LeftPicture]) { self.pictures.subtract(pictures) }

    public func openWishes() -> [NumberedWish] {
        wishes.enumerated().filter { $0.element.answer == nil }
            .map { NumberedWish(number: $0.offset + 1, wish: $0.element.wish) }
    }

    public func answer(toWish number: Int) -> WishAnswer? {
        wishes.indices.contains(number - 1) ? wishes[number - 1].answer : nil
    }

    public func answer(wish number: Int, _ answer: WishAnswer) {
        guard wishes.indices.contains(number - 1), wishes[number - 1].answer == nil else { return }
        wishes[number - 1].answer = answer.inMilliseconds
    }

    private func apply(_ fact: Fact, to id: RenderID) throws {
        switch fact {
        case .attemptBegan(let attempt):
            guard let begun = renders[attempt.render]?.attempts, begun < attempt.number else {
                throw LedgerError.attemptExists(attempt.render, number: attempt.number)
            }
            renders[attempt.render]?.attempts = attempt.number
            put(attempt)
        case .attemptEnded(let attempt): put(attempt)
        case .task(let task): try put(task)
        case .output(let output):
            outputs[AttemptKey(render: output.render, attempt: output.index)] = output.inMilliseconds
        case .reserve(let record, let caps):
            if let wanted = record.estimate {
                try keep(caps.day, "day", wanted, record) { $0.day == record.day }
                try keep(caps.month, "month", wanted, record) { $0.month == record.month }
            }
            put(record)
        case .spend(let record): put(record)
        case .result(let result): renders[id]?.result = result.withoutLinks.inMilliseconds
        }
    }

    private func put(_ attempt: AttemptRecord) {
        attempts[AttemptKey(render: attempt.render, attempt: attempt.number)] = attempt.inMilliseconds
    }

    private func put(_ record: SpendRecord) {
        spend[AttemptKey(render: record.render, attempt: record.attempt)] = record.inMilliseconds
    }

    private func put(_ task: TaskRecord) throws {
        if let owner = tasks[task.id]?.render, owner != task.render {
            throw LedgerError.taskTaken(task.id, by: owner)
        }
        tasks[task.id] = task.inMilliseconds
    }

    private func keep(
        _ cap: Money?, _ scope: String, _ wanted: Money, _ record: SpendRecord, counts: (SpendRecord) -> Bool
    ) throws {
        guard let cap else { return }
        let committed = spend.values.filter {
            counts($0) && !($0.render == record.render && $0.attempt == record.attempt)
        }.compactMap(\.committed).filter { $0.currency == wanted.currency }.reduce(0) { $0 + $1.micros }
        guard cap.currency == wanted.currency, committed + wanted.micros <= cap.micros else {
            throw LedgerError.overBudget(
                scope: scope, cap: cap, committed: Money(micros: committed, currency: wanted.currency), wanted: wanted)
        }
    }

    private func sums(_ counts: (SpendRecord) -> Bool) -> [Money] {
        let committed = spend.values.filter(counts).compactMap(\.committed)
        return Dictionary(grouping: committed, by: \.currency)
            .map { currency, parts in Money(micros: parts.reduce(0) { $0 + $1.micros }, currency: currency) }
            .sorted { $0.currency < $1.currency }
    }
}
