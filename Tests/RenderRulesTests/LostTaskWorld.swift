import Foundation
import RenderCore

/// One provider, our submits and strangers', made up from a seed. It knows the truth that the search has to guess.
struct LostTaskWorld {
    /// SplitMix64, so that a seed means the same world everywhere.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
        mutating func number(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }
        mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: 0..<items.count, using: &self)] }
    }

    struct Rules {
        /// Every prompt of ours is ours alone, our key is known, and tasks repeat their prompt.
        var easy = false
    }

    struct Task {
        var id: TaskID
        var prompt: String
        var key: String
        var created: Double
        /// In the list from then on.
        var listed: Double
        var ended: Double
        var fails: Bool
        /// Nil: a stranger's.
        var owner: Int?
        var requestID: String
        var queried = false
    }

    struct Submit {
        var number: Int
        var attempt = 1
        var prompt: String
        var seed: Int?
        var intent: Double
        /// When it was answered or parked.
        var over: Double
        var answered: Bool
        var requestID: String?
        var settled = false
        var abandoned = false
    }

    struct Tally {
        var adopted = 0
        var resent = 0
        var asked = 0
        var undecided = 0
        var mistakes: [String] = []

        static func += (left: inout Tally, right: Tally) {
            left.adopted += right.adopted
            left.resent += right.resent
            left.asked += right.asked
            left.undecided += right.undecided
            left.mistakes += right.mistakes
        }
    }

    private var dice: Dice
    private let rules: Rules
    private let search: LostTaskSearch
    private let skew: Double
    private let echoes: Bool
    private var tasks: [Task] = []
    private var submits: [Submit] = []
    private var known: Set<TaskID> = []
    private var asked: Set<LostSubmit.ID> = []
    private var tally = Tally()

    init(seed: UInt64, _ rules: Rules = Rules()) {
        var dice = Dice(state: seed)
        self.rules = rules
        skew = dice.number(-120...120)
        echoes = dice.chance(75) || rules.easy
        let alone = dice.chance(25) && !rules.easy
        let keyKnown = dice.chance(75) || rules.easy
        self.dice = dice
        search = LostTaskFixtures.search(echoes: echoes, exclusive: alone, key: keyKnown ? "ours" : nil)
        for number in 1...Int.random(in: 1...6, using: &self.dice) {
            begin(number, at: self.dice.number(0...(self.dice.chance(50) ? 30 : 900)))
        }
        if !alone { for _ in 0..<Int.random(in: 0...8, using: &self.dice) { stranger() } }
    }

    private mutating func begin(_ number: Int, at intent: Double) {
        let before = submits.first { $0.number == number }
        var submit = Submit(
            number: number, attempt: submits.count { $0.number == number } + 1,
            prompt: before?.prompt ?? (rules.easy ? "prompt \(number)" : dice.pick(["a cat", "a dog", "a cow"])),
            seed: before.map(\.seed) ?? (dice.chance(40) ? dice.pick([1, 2]) : nil), intent: intent,
            over: intent + dice.number(0.5...60), answered: dice.chance(before == nil ? 30 : 80))
        let requestID = "request \(submits.count)"
        // Late arrival, list lag and all: less than the quiet period after parking.
        let arrival = submit.answered ? dice.number(intent...submit.over) : dice.number(intent...submit.over + 30)
        if submit.answered || dice.chance(60) {
            add(submit.prompt, key: "ours", at: arrival, owner: submits.count, requestID: requestID)
            if !submit.answered, dice.chance(10) { submit.requestID = requestID }
        } else if dice.chance(20) {
            submit.requestID = "gateway \(submits.count)"
        }
        submits.append(submit)
    }

    private mutating func add(_ prompt: String, key: String, at created: Double, owner: Int?, requestID: String) {
        tasks.append(
            Task(
                id: TaskID("t\(tasks.count)"), prompt: prompt, key: key, created: created,
                listed: created + (dice.chance(80) ? dice.number(0...2) : dice.number(0...60)),
                ended: created + dice.number(3...300), fails: dice.chance(12), owner: owner, requestID: requestID))
    }

    /// With our key a stranger never has exactly our prompt: that is what the document asks of the user.
    private mutating func stranger() {
        let ours = rules.easy ? "prompt 1" : dice.pick(["a cat", "a dog", "a cow"])
        let key = dice.pick(["ours", "other"])
        let prompt: String
        if key == "ours" {
            prompt = dice.chance(rules.easy ? 0 : 30) ? ours.uppercased() + "!" : "something else"
        } else {
            prompt = dice.chance(60) ? ours : "something else"
        }
        add(prompt, key: key, at: dice.number(-400...1_300), owner: nil, requestID: "stranger \(tasks.count)")
    }

    /// Looks until all is decided or a person would have to.
    mutating func run() -> Tally {
        var looks = LostTaskLooks()
        var now = 0.0
        for _ in 0..<2_000 {
            let listed = tasks.filter { $0.listed <= now }
            for submit in submits.indices where submits[submit].answered && submits[submit].over <= now {
                for task in tasks where task.owner == submit { known.insert(task.id) }
            }
            let ours = standing(at: now)
            let candidates = listed.filter { !known.contains($0.id) }.map { candidate($0, at: now) }
            let decisions = search.decide(ours, candidates: candidates, looks: looks, at: LostTaskFixtures.at(now))
            looks.note(decisions, at: LostTaskFixtures.at(now))
            var next = now + 60
            for id in decisions.keys.sorted(by: { ($0.render, $0.attempt) < ($1.render, $1.attempt) }) {
                guard let decision = decisions[id] else { continue }
                switch decision {
                case .look(let again, _): next = min(next, again.timeIntervalSince(LostTaskFixtures.start))
                case .query(let asked):
                    for index in tasks.indices where asked.contains(tasks[index].id) { tasks[index].queried = true }
                    next = min(next, now + 0.5)
                case .adopt(let task): adopt(task, id)
                case .sendAgain: sendAgain(id, at: now, byPerson: false)
                case .ask:
                    if asked.insert(id).inserted { tally.asked += 1 } else if dice.chance(5) { answer(id, at: now) }
                }
            }
            if now > 1_400, submits.allSatisfy({ $0.settled || $0.abandoned || $0.answered }) { break }
            now = max(next, now + 0.5)
        }
        tally.undecided = submits.count { !$0.settled && !$0.abandoned && !$0.answered }
        return tally
    }

    private func standing(at now: Double) -> [LostSubmit] {
        submits.compactMap { submit in
            guard submit.intent <= now, !submit.settled, !(submit.answered && submit.over <= now) else { return nil }
            let standing: LostSubmit.Standing =
                if submit.over > now { .sending } else if submit.abandoned {
                    .abandoned(since: LostTaskFixtures.at(submit.over))
                } else { .parked(since: LostTaskFixtures.at(submit.over)) }
            return LostTaskFixtures.submit(
                submit.number, attempt: submit.attempt, prompt: submit.prompt, seed: submit.seed,
                intent: submit.intent, standing: standing, requestID: submit.over > now ? nil : submit.requestID)
        }
    }

    private func candidate(_ task: Task, at now: Double) -> LostCandidate {
        let word = task.ended > now ? "RUNNING" : task.fails ? "FAILED" : "SUCCEEDED"
        let state = LostTaskFixtures.finished(task.id.text, echo: echoes ? task.prompt : nil)
        return LostTaskFixtures.task(
            task.id.text, word, key: task.key, created: task.created + skew, requestID: task.requestID,
            state: task.queried && word == "SUCCEEDED" ? state : nil)
    }

    private func index(_ id: LostSubmit.ID) -> Int? {
        submits.firstIndex { $0.number == id.render.number && $0.attempt == id.attempt }
    }

    private mutating func adopt(_ id: TaskID, _ submit: LostSubmit.ID) {
        guard let index = index(submit), let task = tasks.first(where: { $0.id == id }) else { return }
        let owner = task.owner.map { submits[$0] }
        if owner?.prompt != submits[index].prompt || owner?.seed != submits[index].seed || known.contains(id) {
            tally.mistakes.append("\(submit) was given \(id)")
        }
        known.insert(id)
        submits[index].settled = true
        tally.adopted += 1
    }

    private mutating func sendAgain(_ submit: LostSubmit.ID, at now: Double, byPerson: Bool) {
        guard let index = index(submit) else { return }
        if !byPerson {
            tally.resent += 1
            // A task that was given to an equal render of ours is no loss.
            if let task = tasks.first(where: { $0.owner == index }), !task.fails, !known.contains(task.id) {
                tally.mistakes.append("\(submit) was sent again, but \(task.id) is its own")
            }
        }
        submits[index].abandoned = true
        begin(submit.render.number, at: now)
    }

    /// A person looks into the console, and is wrong now and then about what never arrived.
    private mutating func answer(_ submit: LostSubmit.ID, at now: Double) {
        guard let index = index(submit) else { return }
        if let task = tasks.first(where: { $0.owner == index && !known.contains($0.id) && !$0.fails }), dice.chance(80)
        {
            known.insert(task.id)
            submits[index].settled = true
        } else {
            sendAgain(submit, at: now, byPerson: true)
        }
    }
}
