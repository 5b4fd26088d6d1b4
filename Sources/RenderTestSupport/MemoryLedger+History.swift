import Foundation
public import RenderCore

extension MemoryLedger {
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
        let key = text.foldedName
        guard !key.isEmpty else { return [] }
        let tail = JobID.tail(in: key)
        return jobs.values.filter { job in
            job.id.text.hasPrefix(key) || job.name.foldedName == key || job.source.foldedName == key
                || tail != nil && job.id.tail == tail || job.outputFolder?.foldedName == key
                || !job.folder.isEmpty && (job.folder + "/" + job.name).foldedName == key
        }.sorted { $0.id > $1.id }
    }

    public func renders(of job: JobID) -> [RenderRecord] {
        renders.values.filter { $0.id.job == job }.sorted { $0.id < $1.id }
    }

    public func renderCount(of job: JobID) -> Int { renders.values.count { $0.id.job == job } }

    public func ended(_ job: JobID) -> EndedJob? {
        guard let record = jobs[job], !hasOpenRenders(job) else { return nil }
        return EndedJob(job: record, renders: renders(of: job).compactMap { history(of: $0.id) })
    }

    public func queuedEstimates() -> [Money] {
        Money.sums(renders(in: [.queued], limit: nil).compactMap(\.plan.estimate))
    }

    public func expectedOutputs() -> [RenderResult.Medium: Int] {
        Dictionary(
            renders(in: [.sending, .following, .rendered], limit: nil).map { ($0.plan.medium, max(1, $0.plan.count)) },
            uniquingKeysWith: +)
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

    public func jobs(retrying id: JobID) -> [JobRecord] {
        jobs.values.filter { $0.retryOf == id }.sorted { $0.id < $1.id }
    }

    public func renders(in states: [RenderMachine.State.Name], limit: Int?) -> [RenderRecord] {
        let found = renders.values.filter { states.contains($0.state.name) && jobs[$0.id.job]?.state == .active }
            .sorted { ($0.plan.priority.rank, $0.id) < ($1.plan.priority.rank, $1.id) }
        return Array(found.prefix(limit ?? .max))
    }

    public func counts() -> [RenderMachine.State.Name: Int] {
        var counts = Dictionary(uniqueKeysWithValues: RenderMachine.State.Name.allCases.map { ($0, 0) })
        for render in renders.values where jobs[render.id.job]?.state == .active {
            counts[render.state.name, default: 0] += 1
        }
        return counts
    }

    public func jobs(below folder: String, limit: Int) -> [JobRecord] {
        let wanted = folder.foldedName
        return jobs.values.filter { ($0.folder.foldedName + "/").hasPrefix(wanted + "/") }
            .sorted { $0.id > $1.id }.prefix(limit).map { $0 }
    }

    public func outputs(named file: String, limit: Int) -> [OutputRecord] {
        let wanted = file.foldedName
        return outputs.values.filter { $0.file.foldedName == wanted }
            .sorted { ($1.render.job, $0.render, $0.index) < ($0.render.job, $1.render, $1.index) }.prefix(limit).map {
                $0
            }
    }

    public func outputs(of job: JobID) -> [OutputRecord] {
        outputs.values.filter { $0.render.job == job }.sorted { ($0.render, $0.index) < ($1.render, $1.index) }
    }

    public func tally() -> LedgerTally {
        LedgerTally(
            jobs: Dictionary(grouping: jobs.values, by: \.state).mapValues(\.count),
            renders: Dictionary(grouping: renders.values, by: \.state.name).mapValues(\.count))
    }

    public func taskSeconds(newest limit: Int) -> [String: [Double]] {
        let newest = tasks.values.sorted { $0.acceptedAt > $1.acceptedAt }.prefix(limit)
        return newest.reduce(into: [:]) { seconds, task in
            guard let ended = task.endedAt else { return }
            seconds[task.model, default: []].append(ended.timeIntervalSince(task.acceptedAt))
        }
    }
}
