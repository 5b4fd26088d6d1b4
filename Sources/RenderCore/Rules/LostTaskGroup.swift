import Foundation

/// Submits and candidates that are connected by links and must be decided together.
struct LostTaskGroup: Sendable {
    /// Why a task may belong to a submit.
    enum Link: Sendable, Equatable {
        /// It has the submit's prompt; or the account is ours alone.
        case same
        /// It is finished; what it was asked for was not read yet.
        case unasked
        /// Its request can be read only when it ends.
        case running
        /// The prompt is almost the same.
        case unclear
        /// The provider does not say what it was asked for.
        case silent
        /// It has the submit's prompt, but may have been made at any time.
        case undated
        case gone
    }

    private struct Pair: Hashable {
        var submit: LostSubmit.ID
        var task: TaskID
    }

    /// In order of intent.
    private(set) var submits: [LostSubmit]
    /// In order of creation.
    private(set) var candidates: [LostCandidate]
    private var links: [Pair: Link]

    /// Every submit is in one group; a candidate that belongs to no submit is in none.
    static func all(
        _ submits: [LostSubmit], _ candidates: [LostCandidate], search: LostTaskSearch
    ) -> [LostTaskGroup] {
        let echoes = candidates.map { $0.echo.map(PromptEcho.init) }
        var groups: [LostTaskGroup] = []
        for submit in submits.sorted(by: isEarlier) {
            let prompt = PromptEcho(submit.prompt)
            var group = LostTaskGroup(submits: [submit], candidates: [], links: [:])
            for (candidate, echo) in zip(candidates, echoes) {
                guard let link = search.link(submit, prompt, candidate, echo) else { continue }
                group.candidates.append(candidate)
                group.links[Pair(submit: submit.id, task: candidate.task)] = link
            }
            let tasks = Set(group.candidates.map(\.task))
            let joined = groups.filter { $0.candidates.contains { tasks.contains($0.task) } }
            groups.removeAll { $0.candidates.contains { tasks.contains($0.task) } }
            groups.append(joined.reduce(into: group) { $0.take($1) })
        }
        return groups.map { group in
            var group = group
            group.submits.sort(by: isEarlier)
            group.candidates.sort(by: isEarlier)
            return group
        }
    }

    private mutating func take(_ other: LostTaskGroup) {
        let mine = Set(candidates.map(\.task))
        submits += other.submits
        candidates += other.candidates.filter { !mine.contains($0.task) }
        links.merge(other.links) { first, _ in first }
    }

    func has(_ link: Link) -> Bool { links.values.contains(link) }

    func tasks(with link: Link) -> [TaskID] {
        let found = Set(links.filter { $0.value == link }.map(\.key.task))
        return candidates.map(\.task).filter(found.contains)
    }

    func ask(_ question: LostTaskDecision.Question) -> LostTaskDecision {
        .ask(question, candidates: candidates.map(\.task))
    }

    /// The first task to the first submit, and so on; nil where a pair does not fit.
    func inOrder(_ asking: [LostSubmit]) -> [LostSubmit.ID: TaskID]? {
        var pairs: [LostSubmit.ID: TaskID] = [:]
        for (submit, candidate) in zip(asking, candidates) {
            guard links[Pair(submit: submit.id, task: candidate.task)] != nil else { return nil }
            pairs[submit.id] = candidate.task
        }
        return pairs
    }

    private static func isEarlier(_ left: LostSubmit, _ right: LostSubmit) -> Bool {
        (left.intentAt, left.id.render, left.id.attempt) < (right.intentAt, right.id.render, right.id.attempt)
    }

    private static func isEarlier(_ left: LostCandidate, _ right: LostCandidate) -> Bool {
        (left.listing.created ?? .distantPast, left.task.text) < (
            right.listing.created ?? .distantPast, right.task.text
        )
    }
}

extension LostTaskSearch {
    /// Nil: the task is not this submit's.
    fileprivate func link(
        _ submit: LostSubmit, _ prompt: PromptEcho, _ candidate: LostCandidate, _ echo: PromptEcho?
    ) -> LostTaskGroup.Link? {
        guard isInTime(submit, candidate) else { return nil }
        let unproven: LostTaskGroup.Link = accountExclusive ? .same : .silent
        let link: LostTaskGroup.Link
        if candidate.progress == .gone {
            link = .gone
        } else if !echoes || prompt.text.isEmpty {
            link = unproven
        } else if let echo {
            switch prompt.likeness(to: echo, limit: submit.promptLimit) {
            case .same: link = .same
            case .perhaps: link = .unclear
            case .different: return nil
            }
        } else if candidate.progress == .open {
            link = .running
        } else {
            link = candidate.state == nil ? .unasked : unproven
        }
        return link == .same && candidate.listing.created == nil ? .undated : link
    }

    private func isInTime(_ submit: LostSubmit, _ candidate: LostCandidate) -> Bool {
        guard let created = candidate.listing.created else { return true }
        guard let over = submit.overSince else { return created >= submit.intentAt - slack.seconds }
        // In whichever order: the clock may have been set in between, and each of the two may be the right one.
        return created >= min(submit.intentAt, over) - slack.seconds
            && created <= max(submit.intentAt, over) + slack.seconds
    }
}
