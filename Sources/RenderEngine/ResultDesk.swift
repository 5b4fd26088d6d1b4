import Foundation
import RenderCore

/// What is rendered and not delivered yet: how long it still lives, what waits in the depot, and whether the outbox takes it.
actor ResultDesk {
    /// What stands where, for people.
    struct Overview: Sendable, Equatable {
        /// Jobs with a result that is not fetched twelve hours after it was there, the first to expire first.
        var endangered: [(name: String, expires: Date)] = []
        /// Results that lie in the depot.
        var kept = 0

        static func == (left: Overview, right: Overview) -> Bool {
            left.kept == right.kept && left.endangered.elementsEqual(right.endangered) { $0 == $1 }
        }
    }

    private struct Entry {
        var name: String
        var life: ResultLife
        /// Indexes of outputs that are nowhere with us.
        var missing: Set<Int>
        var kept: Set<Int> = []
    }

    private let parts: EngineParts
    private let events: EngineEvents
    private var entries: [RenderID: Entry] = [:]
    /// How many warnings were given; kept while a render is tried again.
    private var warned: [RenderID: Int] = [:]
    private var out: (failure: Failure, since: Date)?
    private var isDepotOut = false

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
    }

    // MARK: - News from the courier

    func begin(_ render: RenderID, of job: JobRecord, _ result: RenderResult, missing: [Int]) {
        var entry = Entry(
            name: job.name, life: ResultLife(learnedAt: result.learnedAt), missing: Set(missing))
        entry.kept = entries[render]?.kept.intersection(entry.missing) ?? []
        entry.missing.subtract(entry.kept)
        entries[render] = entry
        warn()
    }

    /// Its bytes are whole and with us.
    func arrived(_ key: ResultKey, isKept: Bool) {
        entries[key.render]?.missing.remove(key.index)
        if isKept { entries[key.render]?.kept.insert(key.index) }
    }

    func published(_ key: ResultKey) {
        entries[key.render]?.missing.remove(key.index)
        entries[key.render]?.kept.remove(key.index)
    }

    /// Nothing more is done for this render.
    func end(_ render: RenderID) {
        entries[render] = nil
        warned[render] = nil
    }

    /// Whether all that the provider made for it is with us.
    func isLocal(_ render: RenderID) -> Bool { entries[render].map { $0.missing.isEmpty } ?? true }

    // MARK: - Outbox and depot

    /// Why the outbox takes nothing, and since when; nil where it does, as far as is known.
    var outboxOut: (failure: Failure, since: Date)? { out }

    /// Told once for as long as it stays so.
    func outboxFailed(_ failure: Failure, _ job: JobRecord) {
        if out == nil {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        }
        out = (failure, out?.since ?? parts.now())
    }

    func outboxWorks() { out = nil }

    /// Not tried for every result while it is known to take nothing: those that wait for it find out when it is back. Where
    /// the depot takes nothing either, none may be waiting.
    var mayUseOutbox: Bool { out == nil || isDepotOut }

    /// Told once for as long as it stays so.
    func depotFailed(_ failure: Failure, _ job: JobRecord) {
        if !isDepotOut {
            events.send(EngineEvent(at: parts.now(), job: job.id, name: job.name, kind: .trouble(failure)))
        }
        isDepotOut = true
    }

    func depotWorks() { isDepotOut = false }

    // MARK: - For people

    /// Says what is in danger: twelve and twenty hours after a task's end, once each.
    func warn() {
        let now = parts.now()
        for (render, entry) in entries.sorted(by: { $0.key < $1.key }) where !entry.missing.isEmpty {
            let due = entry.life.warningsDue(at: now)
            guard due > warned[render] ?? 0 else { continue }
            warned[render] = due
            let what = entry.missing.count == 1 ? "a result" : "\(entry.missing.count) results"
            events.send(
                EngineEvent(
                    at: now, job: render.job, name: entry.name, render: render.number,
                    kind: .warning(
                        "\(what) that was paid for is not fetched yet, and its link \(entry.life.words(at: now))")))
        }
    }

    var overview: Overview {
        let now = parts.now()
        let endangered = entries.values.filter { !$0.missing.isEmpty && $0.life.warningsDue(at: now) > 0 }
        return Overview(
            endangered: endangered.map { ($0.name, $0.life.expiresAt) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) },
            kept: entries.values.reduce(0) { $0 + $1.kept.count })
    }

    /// Jobs with a render whose words change with time.
    var jobs: Set<JobID> { Set(entries.keys.map(\.job)) }

    /// How a rendered one stands.
    func standing(of render: RenderID) -> String? {
        guard let entry = entries[render] else { return nil }
        var words: [String] = []
        if !entry.missing.isEmpty { words.append(entry.life.words(at: parts.now())) }
        if !entry.kept.isEmpty {
            words.append("\(entry.kept.count) kept here until the outbox is back")
        }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    // MARK: - The depot

    /// Removes what nobody will ask for: of jobs that ended or never were, and what is published.
    func sweep() async {
        do {
            var working: Set<JobID>?
            for text in try await parts.depot.keys() {
                guard let key = ResultKey(text) else { continue }  // not ours
                if let history = try await parts.ledger.history(of: key.render) {
                    let isOpen = !history.render.state.name.isFinal
                    if isOpen, !history.outputs.contains(where: { $0.index == key.index }) { continue }
                } else {
                    // Where only the ledger was lost, the job goes on from its journal and will look for its results.
                    if working == nil { working = Set(try await parts.workspace.leftovers().map(\.id)) }
                    if working?.contains(key.render.job) == true { continue }
                }
                try await parts.depot.remove(text)
            }
        } catch {
            // What could not be looked at stays, and is looked at again at the next start.
        }
    }
}
