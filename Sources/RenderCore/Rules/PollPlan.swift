/// Decides what is asked of one account's tasks, and when. A value without a clock: whoever carries it out says what time it is.
///
/// One rule decides everything: **a question is asked when what it would find has probably waited for `price` seconds**. For a
/// single task that follows from how long its model's tasks took before (`LearnedDurations`); for a page of the provider's list
/// from how many ended tasks the page brought before. The busier the account, the higher the price, because the provider
/// limits the questions, not the tasks.
///
/// Of a model whose durations are not known yet, tasks are asked for as `PollSchedule` says. Times are seconds of a clock
/// that only goes forward.
public struct PollPlan: Sendable {
    public enum Question: Sendable, Equatable {
        case task(TaskID)
        case list(PollPage)
    }

    public enum Step: Sendable, Equatable {
        case ask(Question)
        /// Nil: nothing is to be asked until a task is followed.
        case wait(until: Double?)
    }

    /// What the provider's list can do.
    public enum Lists: Sendable { case none, all, byStage }

    enum Cause: Sendable { case young, schedule, likely, told, postponed, doubtful, reserved }

    struct Follower: Sendable {
        var model: String
        var accepted: Double
        /// When it was last asked for itself.
        var asked: Double
        var due: Double
        var cause: Cause
        var version: Int
    }

    /// From this many tasks of a model that would be asked for together, the list is read instead.
    public static let sweepFrom = 4
    /// Seconds for which the list alone counts while no task of the model has been seen to end.
    static let listTrial = 10.0
    /// After so many ended tasks that the list did not show it is not read for `listAgain` seconds.
    static let missedMax = 3
    static let listAgain = 60.0
    /// The list alone counts as news of a task for no longer than this, in seconds: it may have stopped being updated.
    static let listBelieved = 600.0
    /// Seconds between two questions about tasks that the list should have shown as ended by now.
    static let doubtEvery = 3.0
    /// Seconds of waiting that a question is worth while a place at the provider is waited for.
    public static let tightPrice = 0.11

    let polls: PollSchedule
    let lists: Lists
    var followers: [TaskID: Follower] = [:]
    var models: [String: ModelWatch] = [:]
    var agenda = PollAgenda()
    var ends = EventRate()
    var versions = 0

    public init(polls: PollSchedule, lists: Lists) {
        self.polls = polls
        self.lists = lists
    }

    public var count: Int { followers.count }

    /// How many requests a second of waiting is worth: few while little happens, when nobody is near a limit.
    ///
    /// | tasks that end in a second | price |
    /// | --- | --- |
    /// | none | 0.2 s |
    /// | 0.5 | 1.2 s |
    /// | 1 and more | 2.2 s |
    func price(of model: ModelWatch, at now: Double) -> Double {
        if model.isTight { return Self.tightPrice }
        return 0.2 + 1.95 * min(1, ends.perSecond(at: now))
    }

    public func durations(of model: String) -> LearnedDurations? { models[model]?.durations }

    // MARK: - Tasks

    /// - Parameter age: seconds since it was accepted.
    public mutating func follow(_ task: TaskID, model name: String, age: Double, at now: Double) {
        letGo(task)
        // In place: a copy of thousands of ids for each of them would cost more than all questions.
        models[name, default: ModelWatch()].tasks.insert(task)
        guard let model = models[name] else { return }
        var follower = Follower(
            model: name, accepted: now - age, asked: now, due: now, cause: .young, version: 0)
        let price = price(of: model, at: now)
        if let sweeps = model.sweeps, age <= 5 {
            (follower.due, follower.cause) = sweeps.doubt(follower, model.durations)
        } else if age > 5 {
            // Of a run before this one, which may have ended long ago: at once.
        } else if let next = model.durations.nextQuestion(after: age, price: price) {
            (follower.due, follower.cause) = (follower.accepted + next, .likely)
        } else {
            follower.due = now + max(0, 1 - age)
        }
        put(task, follower)
    }

    public mutating func letGo(_ task: TaskID) {
        guard let follower = followers.removeValue(forKey: task) else { return }
        models[follower.model]?.tasks.remove(task)
    }

    /// Another task of that model is sent only when one ends: each second counts.
    public mutating func setTight(_ isTight: Bool, model: String) {
        models[model, default: ModelWatch()].isTight = isTight
    }

    /// When the next question is due; nil: nothing is to be asked until a task is followed.
    public mutating func due(at now: Double) -> Double? {
        while let entry = agenda.first {
            guard isCurrent(entry) else {
                agenda.removeFirst()
                continue
            }
            return entry.at
        }
        return nil
    }

    /// What is to be asked now. Until the answer is told, the same is not asked again.
    public mutating func next(at now: Double) -> Step {
        while let entry = agenda.first {
            guard isCurrent(entry) else {
                agenda.removeFirst()
                continue
            }
            guard RequestWindow.isNow(entry.at, at: now) else { return .wait(until: entry.at) }
            agenda.removeFirst()
            switch entry.item {
            case .task(let task):
                guard var follower = followers[task] else { continue }
                if isForList(follower, at: now) {
                    beginSweeps(of: follower.model, at: now)
                    continue
                }
                if follower.cause == .doubtful, let later = models[follower.model]?.sweeps?.takeDoubt(at: now) {
                    (follower.due, follower.cause) = (later, .reserved)
                    put(task, follower)
                    continue
                }
                follower.asked = now
                follower.version = newVersion()
                followers[task] = follower
                return .ask(.task(task))
            case .list(var page):
                page.ageSeconds = models[page.model]?.sweeps?.oldest.map { now - $0 } ?? 0
                let version = newVersion()
                models[page.model]?.sweeps?.pages[page]?.version = version
                return .ask(.list(page))
            }
        }
        return .wait(until: nil)
    }

    /// It has not ended.
    public mutating func isAtWork(_ task: TaskID, at now: Double) {
        guard var follower = followers[task], let model = models[follower.model] else { return }
        if let sweeps = model.sweeps {
            (follower.due, follower.cause) = sweeps.doubt(follower, model.durations)
        } else {
            (follower.due, follower.cause) = due(follower, model, at: now)
        }
        put(task, follower)
    }

    /// It is asked for again at that moment, whatever else is known.
    public mutating func postpone(_ task: TaskID, until moment: Double) {
        guard var follower = followers[task] else { return }
        (follower.due, follower.cause) = (moment, .postponed)
        put(task, follower)
    }

    /// It has ended.
    ///
    /// - Parameter seconds: from submit to end, as the provider says; nil: it does not say.
    public mutating func ended(_ task: TaskID, seconds: Double?, at now: Double) {
        guard let follower = followers.removeValue(forKey: task) else { return }
        ends.add(at: now)
        let age = now - follower.accepted
        models[follower.model]?.tasks.remove(task)
        // Without the provider's word: between the last moment at which it was at work and now.
        models[follower.model]?.durations.add(min(seconds ?? age, age))
        models[follower.model]?.ends.add(at: now)
        guard models[follower.model]?.sweeps != nil else { return }
        if follower.cause == .doubtful || follower.cause == .reserved { models[follower.model]?.sweeps?.missed += 1 }
        if models[follower.model]?.sweeps?.missed ?? 0 >= Self.missedMax {
            // The list does not show what has ended.
            models[follower.model]?.noListUntil = now + Self.listAgain
            endSweeps(of: follower.model, at: now)
        } else if models[follower.model]?.tasks.count ?? 0 < Self.sweepFrom {
            endSweeps(of: follower.model, at: now)
        }
    }

    // MARK: - Parts

    private func due(_ follower: Follower, _ model: ModelWatch, at now: Double) -> (Double, Cause) {
        let age = max(0, now - follower.accepted)
        let price = price(of: model, at: now)
        guard let next = model.durations.nextQuestion(after: age, price: price) else {
            return (now + polls.delay(age: .seconds(age)).seconds, .schedule)
        }
        // A failure comes early, and a model may have become faster.
        let longest = max(60, (model.durations.quantile(0.5) ?? 0) / 2)
        return (now + min(longest, max(0.25, next - age)), .likely)
    }

    mutating func put(_ task: TaskID, _ follower: Follower) {
        var follower = follower
        follower.version = newVersion()
        followers[task] = follower
        agenda.add(.task(task), at: follower.due, version: follower.version)
    }

    mutating func newVersion() -> Int {
        versions += 1
        return versions
    }

    private func isCurrent(_ entry: PollAgenda.Entry) -> Bool {
        switch entry.item {
        case .task(let task): followers[task]?.version == entry.version
        case .list(let page): models[page.model]?.sweeps?.pages[page]?.version == entry.version
        }
    }

    /// Whether so many of the model would be asked for beside this one that the list is cheaper.
    private func isForList(_ follower: Follower, at now: Double) -> Bool {
        guard lists != .none, let model = models[follower.model], model.sweeps == nil, !model.isTight,
            model.noListUntil <= now, model.tasks.count >= Self.sweepFrom
        else { return false }
        switch follower.cause {
        case .told, .postponed, .doubtful, .reserved: return false
        case .young, .schedule, .likely: break
        }
        var count = 0
        for task in model.tasks where count < Self.sweepFrom {
            guard let other = followers[task], other.due <= now + 2, other.cause != .postponed else { continue }
            count += 1
        }
        return count >= Self.sweepFrom && isListCheaper(model, at: now, than: 1)
    }

    /// Whether the list takes fewer requests than single questions, compared with a part of those.
    ///
    /// A page that is read when its finds have waited for the price brings `√(2 · price · rate)` of them.
    func isListCheaper(_ model: ModelWatch, at now: Double, than part: Double) -> Bool {
        let price = price(of: model, at: now)
        // The first to end are the shortest: a few of them promise more than the others keep.
        guard model.durations.count >= 16, let longest = model.durations.longest,
            let single = model.durations.questions(price: price)
        else { return true }
        // Of tasks that take longer than any before, the durations say nothing.
        let late = model.tasks.count { task in followers[task].map { now - $0.accepted > 1.2 * longest + 5 } ?? false }
        if late * 5 > model.tasks.count + 5 { return true }
        let finds = (2 * price * max(0.01, model.ends.perSecond(at: now))).squareRoot()
        return 1 + 1 / finds < single * part
    }

    /// Puts the other tasks of a model back to single questions.
    mutating func endSweeps(of name: String, at now: Double) {
        guard var model = models[name] else { return }
        model.sweeps = nil
        models[name] = model
        for task in model.tasks {
            guard var follower = followers[task], follower.cause != .told, follower.cause != .postponed else {
                continue
            }
            (follower.due, follower.cause) = due(follower, model, at: now)
            put(task, follower)
        }
    }
}
