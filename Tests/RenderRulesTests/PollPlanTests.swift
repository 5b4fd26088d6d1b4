import RenderCore
import Testing

@Suite struct PollPlanTests {
    private func task(_ number: Int) -> TaskID { TaskID("t\(number)") }

    /// Everything that is asked until that moment, if each answer comes at once.
    private func asked(
        _ plan: inout PollPlan, from start: Double, until end: Double,
        answer: (inout PollPlan, PollPlan.Question, Double) -> Void
    ) -> [(at: Double, question: PollPlan.Question)] {
        var all: [(Double, PollPlan.Question)] = []
        var now = start
        while now <= end, all.count < 10_000 {
            switch plan.next(at: now) {
            case .ask(let question):
                all.append((now, question))
                answer(&plan, question, now)
            case .wait(let until): now = max(now + 1e-3, until ?? end + 1)
            }
        }
        return all
    }

    private func atWork(_ plan: inout PollPlan, _ question: PollPlan.Question, _ now: Double) {
        if case .task(let task) = question { plan.isAtWork(task, at: now) }
    }

    private func learned(_ seconds: [Double], lists: PollPlan.Lists = .byStage) -> PollPlan {
        var plan = PollPlan(polls: .common, lists: lists)
        for (index, seconds) in seconds.enumerated() {
            plan.follow(TaskID("past\(index)"), model: "m", age: 0, at: 0)
            plan.ended(TaskID("past\(index)"), seconds: seconds, at: 1000)
        }
        return plan
    }

    @Test func `nobody to ask for means nothing to wake up for`() {
        var plan = PollPlan(polls: .common, lists: .byStage)
        #expect(plan.next(at: 0) == .wait(until: nil))
        plan.follow(task(1), model: "m", age: 0, at: 0)
        #expect(plan.next(at: 0) == .wait(until: 1))
        plan.letGo(task(1))
        #expect(plan.next(at: 0) == .wait(until: nil))
        #expect(plan.due(at: 0) == nil)
    }

    @Test func `while an answer is out, the same is not asked again`() {
        var plan = PollPlan(polls: .common, lists: .byStage)
        plan.follow(task(1), model: "m", age: 0, at: 0)
        #expect(plan.next(at: 1) == .ask(.task(task(1))))
        #expect(plan.next(at: 500) == .wait(until: nil))
    }

    @Test func `a model that is not known yet is asked for as the provider's schedule says`() {
        var plan = PollPlan(polls: .common, lists: .byStage)
        plan.follow(task(1), model: "m", age: 0, at: 0)
        let moments = asked(&plan, from: 0, until: 13, answer: atWork).map(\.at)
        #expect(moments.map { ($0 * 10).rounded() / 10 } == [1, 2, 3, 4, 5.3, 7.1, 9.5, 12.6])
    }

    @Test func `the first question comes when the task is likely done, and then they tighten`() {
        var plan = learned((0..<20).map { 20 + Double($0) / 2 })
        plan.follow(task(1), model: "m", age: 0, at: 2000)
        let moments = asked(&plan, from: 2000, until: 2029, answer: atWork).map { $0.at - 2000 }
        #expect(moments.count > 1)
        #expect(moments.allSatisfy { $0 > 20 })
        let gaps = zip(moments.dropFirst(), moments).map { $0 - $1 }
        #expect(gaps == gaps.sorted(by: >))
    }

    @Test func `where a place is waited for each second counts`() {
        var calm = learned((0..<20).map { 20 + Double($0) / 2 })
        var tight = calm
        tight.setTight(true, model: "m")
        for index in 0..<30 { calm.follow(TaskID("busy\(index)"), model: "n", age: 0, at: 1990) }
        for index in 0..<30 { calm.ended(TaskID("busy\(index)"), seconds: 1, at: 2000) }
        calm.follow(task(1), model: "m", age: 0, at: 2000)
        tight.follow(task(1), model: "m", age: 0, at: 2000)
        let few = asked(&calm, from: 2000, until: 2030, answer: atWork).count
        let many = asked(&tight, from: 2000, until: 2030, answer: atWork).count
        #expect(many > 2 * few)
    }

    @Test func `a failure that comes early is not noticed at the end only`() throws {
        var plan = learned([0.1, 0.1] + (0..<20).map { 200 + Double($0) })
        plan.follow(task(1), model: "m", age: 0, at: 2000)
        let first = try #require(asked(&plan, from: 2000, until: 2200, answer: atWork).first).at
        #expect(first < 2031)
    }

    @Test func `many whose end nobody knows are looked for in the list, and few of them are asked for before`() {
        var plan = PollPlan(polls: .common, lists: .byStage)
        for number in 1...50 { plan.follow(task(number), model: "m", age: 60, at: 100) }
        let all = asked(&plan, from: 100, until: 130) { plan, question, now in
            switch question {
            case .task(self.task(7)): plan.ended(self.task(7), seconds: 65, at: now)
            case .task(let task): plan.isAtWork(task, at: now)
            case .list(let page):
                let done: [(TaskID, TaskStage, Double?)] =
                    page.stage == .succeeded && now > 110 ? [(self.task(7), .succeeded, 40)] : []
                plan.listed(page, done, pages: 1, at: now)
            }
        }
        let tasks = all.compactMap { if case .task(let task) = $0.question { task } else { nil } }
        #expect(tasks.contains(task(7)) && tasks.count <= 9)
        let stages = Set(all.compactMap { if case .list(let page) = $0.question { page.stage } else { nil } })
        #expect(stages == [.succeeded, .failed, .canceled])
        #expect((4...50).contains(all.count))
    }

    @Test func `three are asked for one by one, and all where there is no list`() {
        for (count, lists) in [(3, PollPlan.Lists.byStage), (50, .none)] {
            var plan = PollPlan(polls: .common, lists: lists)
            for number in 1...count { plan.follow(task(number), model: "m", age: 60, at: 100) }
            let all = asked(&plan, from: 100, until: 105, answer: atWork)
            #expect(all.count == count)
            #expect(all.allSatisfy { if case .task = $0.question { true } else { false } })
        }
    }

    @Test func `a list that does not answer is left alone for a while`() {
        var plan = PollPlan(polls: .common, lists: .all)
        for number in 1...5 { plan.follow(task(number), model: "m", age: 60, at: 100) }
        let all = asked(&plan, from: 100, until: 108) { plan, question, now in
            switch question {
            case .task(let task): plan.isAtWork(task, at: now)
            case .list(let page): plan.listFailed(page, at: now)
            }
        }
        #expect(all.count { if case .list = $0.question { true } else { false } } == 1)
    }

    @Test func `a list that does not show what has ended is soon not read any more`() {
        var plan = PollPlan(polls: .common, lists: .all)
        for number in 1...6 { plan.follow(task(number), model: "m", age: 60, at: 100) }
        var first: Double?
        _ = asked(&plan, from: 100, until: 125) { plan, question, now in
            switch question {
            case .task(let task):
                first = first ?? now
                plan.ended(task, seconds: nil, at: now)
            case .list(let page): plan.listed(page, [], pages: 1, at: now)
            }
        }
        #expect(first.map { $0 >= 110 && $0 < 111 } == true, "\(first ?? 0)")
        #expect(plan.count == 0)
    }

    @Test func `short and even durations are cheaper to ask for than to list`() {
        var plan = learned((0..<40).map { 5 + Double($0) / 40 })
        for number in 1...8 { plan.follow(task(number), model: "m", age: 0, at: 1001) }
        let all = asked(&plan, from: 1001, until: 1020) { plan, question, now in
            if case .task(let task) = question { plan.ended(task, seconds: 5.5, at: now) }
        }
        #expect(all.count == 8)
    }
}
