/// Reading the provider's list, page by page, where that is cheaper than asking for each task.
extension PollPlan {
    /// What is known of one model's tasks together.
    struct ModelWatch: Sendable {
        var tasks: Set<TaskID> = []
        var durations = LearnedDurations()
        var ends = EventRate()
        var isTight = false
        /// Nil: its tasks are asked for one by one.
        var sweeps: Sweeps?
        /// The list did not answer.
        var noListUntil = 0.0
    }

    struct PageWatch: Sendable {
        var version: Int
        var readAt: Double?
        /// Ended tasks that it brings in a second.
        var rate = 0.0
    }

    struct Sweeps: Sendable {
        var pages: [PollPage: PageWatch] = [:]
        let began: Double
        /// How many ended tasks were found only because they were asked for themselves.
        var missed = 0
        /// When the next task may be asked for that the list should have shown as ended.
        var doubtAt = 0.0
        /// The provider's time less ours, from tasks that both have seen.
        var offset: Double?
        /// When the oldest followed task was accepted, and how many tasks will end in a second (nil: it cannot be said). All
        /// tasks are looked at for these, so they are renewed only now and then.
        var oldest: Double?
        var expected: Double?
        var surveyedAt = -Double.infinity

        /// When a task is asked for itself although the list is read.
        func doubt(_ follower: Follower, _ durations: LearnedDurations) -> (Double, Cause) {
            // Nothing is known of the model, nor whether the list shows its tasks: the first few are asked for soon.
            guard let longest = durations.longest else { return (follower.asked + PollPlan.listTrial, .doubtful) }
            let stale = follower.asked + PollPlan.listBelieved
            let late = follower.accepted + longest * 1.2 + 10
            return (late > follower.asked ? min(stale, late) : stale, .doubtful)
        }

        /// - Returns: nil if it may be asked now.
        mutating func takeDoubt(at now: Double) -> Double? {
            if doubtAt <= now {
                doubtAt = now + PollPlan.doubtEvery
                return nil
            }
            defer { doubtAt += PollPlan.doubtEvery }
            return doubtAt
        }
    }

    /// Seconds between two reads of the same page, at least: the list lags behind by that much anyway.
    private static let readEvery = 0.7
    private static let pagesMax = 50
    private static let surveyEvery = 2.0
    /// Seconds for which a page's reads are remembered.
    private static let fading = 20.0

    mutating func beginSweeps(of name: String, at now: Double) {
        guard var model = models[name] else { return }
        var sweeps = Sweeps(began: now)
        let stages: [TaskStage?] = lists == .byStage ? [.succeeded, .failed, .canceled] : [nil]
        for (index, stage) in stages.enumerated() {
            let page = PollPage(model: name, stage: stage, page: 1)
            sweeps.pages[page] = PageWatch(version: newVersion())
            agenda.add(.list(page), at: now + Double(index * index), version: versions)
        }
        model.sweeps = sweeps
        models[name] = model
        sweeps.oldest = model.tasks.compactMap { followers[$0]?.accepted }.min()
        models[name]?.sweeps?.oldest = sweeps.oldest
        for task in model.tasks {
            guard var follower = followers[task], follower.cause != .told, follower.cause != .postponed else {
                continue
            }
            (follower.due, follower.cause) = sweeps.doubt(follower, model.durations)
            put(task, follower)
        }
    }

    /// The list does not answer: its tasks are asked for one by one for a while.
    public mutating func listFailed(_ page: PollPage, at now: Double) {
        models[page.model]?.noListUntil = now + 10
        endSweeps(of: page.model, at: now)
    }

    /// What a page of the list said.
    ///
    /// - Parameters:
    ///   - tasks: also those of others. `created` is by the clock of `now`.
    ///   - pages: how many there are.
    public mutating func listed(
        _ page: PollPage, _ tasks: [(task: TaskID, stage: TaskStage, created: Double?)], pages: Int, at now: Double
    ) {
        let found = mark(tasks, at: now)
        guard var model = models[page.model], var sweeps = model.sweeps, var watch = sweeps.pages[page] else { return }
        if let readAt = watch.readAt {
            let elapsed = max(0.1, now - readAt)
            let weight = min(1, elapsed / Self.fading)
            watch.rate += weight * (Double(found.count) / elapsed - watch.rate)
        } else {
            // What has gathered before is no sign of what will come.
            watch.rate = Double(found.count) / Self.fading
        }
        let isFirst = watch.readAt == nil
        watch.readAt = now
        watch.version = newVersion()
        sweeps.pages[page] = watch
        for (task, _, created) in tasks {
            if let created, let follower = followers[task] { sweeps.offset = created - follower.accepted }
        }
        if now >= sweeps.surveyedAt + Self.surveyEvery {
            sweeps.surveyedAt = now
            sweeps.oldest = model.tasks.compactMap { followers[$0]?.accepted }.min()
            sweeps.expected = expectedEnds(model, at: now)
        }
        let wait = pause(page, watch, model, sweeps, at: now)
        agenda.add(.list(page), at: now + wait, version: watch.version)

        var next = page
        next.page += 1
        if page.page >= pages || page.page >= Self.pagesMax || isBehind(tasks.last?.created, sweeps) {
            for other in sweeps.pages.keys where other.stage == page.stage && other.page > page.page {
                sweeps.pages[other] = nil
            }
        } else if sweeps.pages[next] == nil {
            sweeps.pages[next] = PageWatch(version: newVersion())
            agenda.add(.list(next), at: isFirst || found.count > 0 ? now : now + wait, version: versions)
        }
        model.sweeps = sweeps
        models[page.model] = model
        if page.page == 1, now >= sweeps.began + Self.fading, !isListCheaper(model, at: now, than: 1.25) {
            endSweeps(of: page.model, at: now)
        }
    }

    /// Asks next for those that have ended.
    private mutating func mark(
        _ tasks: [(task: TaskID, stage: TaskStage, created: Double?)], at now: Double
    ) -> [TaskID] {
        var found: [TaskID] = []
        for (task, stage, _) in tasks {
            guard var follower = followers[task], follower.cause != .told, follower.cause != .postponed else {
                continue
            }
            switch stage {
            case .succeeded, .failed, .canceled: break
            // Not of the list alone: it may lag, or have a word that is not ours.
            case .pending, .running, .unknown, .other: continue
            }
            (follower.due, follower.cause) = (now - Self.listBelieved, .told)
            put(task, follower)
            found.append(task)
        }
        return found
    }

    /// Seconds until a page is read again.
    private func pause(
        _ page: PollPage, _ watch: PageWatch, _ model: ModelWatch, _ sweeps: Sweeps, at now: Double
    ) -> Double {
        let total = sweeps.pages.values.reduce(0) { $0 + $1.rate }
        var rate = watch.rate
        // Ends that are expected, and did not show in the reads before.
        if page.stage == nil || page.stage == .succeeded, let expected = sweeps.expected, expected > total {
            rate = total > 0 ? rate * expected / total : page.page == 1 ? expected : 0
        }
        let busy = max(0.3, ends.perSecond(at: now))
        let longest = page.stage == .canceled ? 60 : min(60, max(page.stage == .failed ? 20 : 10, 20 / busy))
        // Where several pages bring ended tasks, each read should bring as many as any other: half of them are seen sooner than
        // if each waited as long as any other.
        let weighted = sweeps.pages.values.reduce(0) { $0 + $1.rate * $1.rate } / max(0.0001, total)
        let typical = max(rate, weighted, 0.0001)
        let wait = (2 * price(of: model, at: now) * typical).squareRoot() / max(rate, 0.0001)
        if !model.durations.isEnough, page.page == 1, page.stage != .canceled {
            // Nothing has ended yet: as often as a single task of that age.
            let age = sweeps.oldest.map { now - $0 } ?? 0
            return min(max(Self.readEvery, wait), max(Self.readEvery, polls.delay(age: .seconds(age)).seconds))
        }
        return min(longest, max(Self.readEvery, wait))
    }

    /// How many tasks will end in a second, by the durations of those before; nil: too many took longer than any before.
    private func expectedEnds(_ model: ModelWatch, at now: Double) -> Double? {
        guard let longest = model.durations.longest else { return nil }
        let horizon = 2.0
        var (expected, late, count) = (0.0, 0, 0)
        for task in model.tasks {
            guard let follower = followers[task], follower.cause != .told else { continue }
            let age = now - follower.accepted
            count += 1
            if age > longest { late += 1 }
            expected += model.durations.chance(ofEndWithin: horizon, age: age)
        }
        return late * 5 > count + 5 ? nil : expected / horizon
    }

    /// Whether everything behind the last entry of a page is older than every task that is followed.
    private func isBehind(_ created: Double?, _ sweeps: Sweeps) -> Bool {
        guard let created, let offset = sweeps.offset, let oldest = sweeps.oldest else { return false }
        return created < oldest + offset - 2
    }
}
