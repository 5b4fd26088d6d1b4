import Foundation
import RenderCore

/// Tracks results that are rendered but not delivered: how long they remain available, what waits in the spool, and
/// whether the outbox is available.
actor DeliveryTracker {
    private struct Entry {
        var name: String
        var life: ResultLife
        /// Indexes of outputs that are not on this machine.
        var missing: Set<Int>
        var kept: Set<Int> = []
    }

    private let parts: EngineParts
    private let events: EngineEvents
    private var entries: [RenderID: Entry] = [:]
    /// How many warnings were given; kept while a render is retried.
    private var warned: [RenderID: Int] = [:]
    private var out: (failure: Failure, since: Date)?
    private var isSpoolOut = false

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
    }

    // MARK: - News from the deliverer

    func begin(_ render: RenderID, of job: JobRecord, _ result: RenderResult, missing: [Int]) {
        var entry = Entry(
            name: job.name, life: ResultLife(of: result), missing: Set(missing))
        entry.kept = entries[render]?.kept.intersection(entry.missing) ?? []
        entry.missing.subtract(entry.kept)
        entries[render] = entry
        warn()
    }

    /// The output is complete and on this machine.
    func arrived(_ key: ResultKey, isKept: Bool) {
        entries[key.render]?.missing.remove(key.index)
        if isKept { entries[key.render]?.kept.insert(key.index) }
    }

    func published(_ key: ResultKey) {
        entries[key.render]?.missing.remove(key.index)
        entries[key.render]?.kept.remove(key.index)
    }

    /// The render has ended; it is no longer tracked.
    func end(_ render: RenderID) {
        entries[render] = nil
        warned[render] = nil
    }

    /// Whether all outputs of the render are on this machine.
    func isLocal(_ render: RenderID) -> Bool { entries[render].map { $0.missing.isEmpty } ?? true }

    /// Results that are being fetched, or copied into an outbox that takes them.
    var onTheWay: Int {
        entries.values.reduce(0) { $0 + $1.missing.count + (out == nil ? $1.kept.count : 0) }
    }

    // MARK: - Outbox and spool

    /// Why the outbox is unavailable, and since when; nil if it is available, as far as is known.
    var outboxOut: (failure: Failure, since: Date)? { out }

    /// Reported once until it changes.
    func outboxFailed(_ failure: Failure, _ job: JobRecord) {
        if out == nil {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        }
        out = (failure, out?.since ?? parts.now())
    }

    func outboxWorks() { out = nil }

    /// While the outbox is known to be unavailable, not every result tries it: those that wait for it notice when it is
    /// back. If the spool is unavailable too, nobody may be waiting, so results try it.
    var mayUseOutbox: Bool { out == nil || isSpoolOut }

    /// Reported once until it changes.
    func spoolFailed(_ failure: Failure, _ job: JobRecord) {
        if !isSpoolOut {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        }
        isSpoolOut = true
    }

    func spoolWorks() { isSpoolOut = false }

    // MARK: - For people

    /// Warns about results in danger: twelve and twenty hours after a task's end, once each.
    func warn() {
        let now = parts.now()
        for (render, entry) in entries.sorted(by: { $0.key < $1.key }) where !entry.missing.isEmpty {
            let due = entry.life.warningsDue(at: now)
            guard due > warned[render] ?? 0 else { continue }
            warned[render] = due
            events.send(
                EngineEvent(
                    at: now, job: render.job, name: entry.name, render: render.number,
                    kind: .warning(
                        Message.resultsInDanger(entry.missing.count, life: entry.life.words(at: now)).line)))
        }
    }

    var overview: EngineSnapshot.Results {
        let now = parts.now()
        let endangered = entries.values.filter { !$0.missing.isEmpty && $0.life.warningsDue(at: now) > 0 }
            .map { (name: $0.name, expires: $0.life.expiresAt) }.sorted {
                ($0.expires, $0.name) < ($1.expires, $1.name)
            }
        return EngineSnapshot.Results(
            kept: entries.values.reduce(0) { $0 + $1.kept.count },
            endangered: endangered.prefix(EngineSnapshot.endangeredMax).map {
                .init(job: $0.name, expires: $0.expires)
            },
            endangeredCount: endangered.count)
    }

    /// Jobs with a render whose status text changes with time.
    var jobs: Set<JobID> { Set(entries.keys.map(\.job)) }

    /// How a rendered but undelivered render stands.
    func standing(of render: RenderID) -> ResultStanding? {
        entries[render].map { ResultStanding(life: $0.missing.isEmpty ? nil : $0.life, kept: $0.kept.count) }
    }

    // MARK: - The spool

    /// Removes files that nobody needs: those of ended or unknown jobs, and published ones.
    func sweep() async {
        do {
            var working: Set<JobID>?
            for text in try await parts.spool.keys() {
                guard let key = ResultKey(text) else { continue }  // not ours
                if let history = try await parts.ledger.history(of: key.render) {
                    let isOpen = !history.render.state.name.isFinal
                    if isOpen, !history.outputs.contains(where: { $0.index == key.index }) { continue }
                } else {
                    // Where only the ledger was lost, the job goes on from its journal and will look for its results.
                    if working == nil { working = Set(try await parts.workspace.leftovers().map(\.id)) }
                    if working?.contains(key.render.job) == true { continue }
                }
                try await parts.spool.remove(text)
            }
        } catch {
            // What could not be looked at stays, and is looked at again at the next start.
        }
    }
}
