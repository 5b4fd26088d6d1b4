import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// `JobHistory`: jobs, renders and files come back as they were written, and are found by what people name.
@Suite struct JobHistoryContract {
    private static func job(_ index: Int, folder: String) -> JobRecord {
        var job = Fixtures.job(Fixtures.jobID(index), name: "same")
        job.folder = folder
        job.source = folder.isEmpty ? "same.yaml" : folder + "/same.yaml"
        return job
    }

    static func everyState(of job: JobID) -> [RenderRecord] {
        let states: [RenderMachine.State] = [
            .queued, .sending(attempt: 2), .following(TaskID("t/1")), .rendered(Fixtures.result()), .delivered,
            .failed(Fixtures.failure), .undecided(Fixtures.failure), .canceled,
        ]
        return states.enumerated().map { index, state in
            var render = Fixtures.render(job, index + 1, state: state, priority: .low)
            render.attempts = index
            render.giveUpAt = Fixtures.start.addingTimeInterval(1800)
            render.plan.notBefore = Fixtures.start.addingTimeInterval(60)
            render.plan.metadata = ["deep": ["list": [1, 0.5, nil, "x"]]]
            render.plan.references = [
                PlannedReference(name: "a.png", source: .file(name: "a.png"), sha256: "ab", bytes: 3),
                PlannedReference(name: "u", source: .url("https://example.com/u.png?token=1")),
            ]
            if state == .delivered { render.result = Fixtures.result(outputs: 2).withoutLinks }
            return render
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job and its renders come back as they were`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var job = Fixtures.job()
            job.retryOf = Fixtures.jobID(9)
            job.failure = Fixtures.failure
            job.outputFolder = "cats/orange-cat-2"
            job.finishedAt = Fixtures.start
            let renders = Self.everyState(of: job.id)
            try await ledger.add(job, renders: renders)
            #expect(try await ledger.job(job.id) == job)
            #expect(try await ledger.renders(of: job.id) == renders)
            #expect(try await ledger.job(Fixtures.jobID(2)) == nil)
            #expect(try await ledger.renders(of: Fixtures.jobID(2)) == [])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job's renders are counted, and one that has not ended is found`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let open = Fixtures.job()
            let all = Self.everyState(of: open.id)
            try await ledger.add(open, renders: all)
            for (index, render) in all.enumerated() {
                let job = Fixtures.job(Fixtures.jobID(index + 2), name: "one-\(index)")
                let isFollowing = render.state.name == .following
                // No two renders have one task.
                let state = isFollowing ? .following(TaskID("t/2")) : render.state
                try await ledger.add(job, renders: [Fixtures.render(job.id, 1, state: state)])
                let ended = try await ledger.ended(job.id)
                #expect((ended != nil) == state.name.isFinal)
                if let ended {
                    #expect(ended.job.id == job.id)
                    #expect(try await ended.renders == [ledger.history(of: RenderID(job: job.id, number: 1))])
                }
            }
            #expect(try await ledger.renderCount(of: open.id) == 8)
            #expect(try await ledger.ended(open.id) == nil)
            #expect(try await ledger.renderCount(of: Fixtures.jobID(99)) == 0)
            #expect(try await ledger.ended(Fixtures.jobID(99)) == nil)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `the queue's price and what will come are summed`(backend: LedgerBackend) async throws {
        func render(
            _ job: JobRecord, _ number: Int, _ state: RenderMachine.State, _ micros: Int?, _ currency: String = "CNY",
            medium: RenderResult.Medium = .picture, count: Int = 1
        ) -> RenderRecord {
            var render = Fixtures.render(job.id, number, state: state)
            render.plan.estimate = micros.map { Money(micros: $0, currency: currency) }
            render.plan.medium = medium
            render.plan.count = count
            return render
        }
        try await backend.with { ledger in
            #expect(try await ledger.queuedEstimates().isEmpty)
            #expect(try await ledger.expectedOutputs().isEmpty)
            let job = Fixtures.job()
            try await ledger.add(
                job,
                renders: [
                    render(job, 1, .queued, 500_000), render(job, 2, .queued, 200_000, "USD"),
                    render(job, 3, .queued, 100_000), render(job, 4, .queued, nil),
                    render(job, 5, .following(TaskID("t")), 700_000, count: 4),
                    render(job, 6, .sending(attempt: 1), 700_000, medium: .film),
                    render(job, 7, .rendered(Fixtures.result()), 700_000, count: 0),
                    render(job, 8, .delivered, 700_000, count: 9),
                    render(job, 9, .undecided(Fixtures.failure), 1, count: 9),
                ])
            var ended = Fixtures.job(Fixtures.jobID(2), name: "ended")
            ended.state = .canceled
            try await ledger.add(ended, renders: [render(ended, 1, .queued, 900_000)])
            #expect(
                try await ledger.queuedEstimates() == [
                    Money(micros: 600_000, currency: "CNY"), Money(micros: 200_000, currency: "USD"),
                ])
            #expect(try await ledger.expectedOutputs() == [.picture: 5, .film: 1])
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(RenderID(job: job.id, number: 1)), render: RenderID(job: job.id, number: 1),
                    from: .queued, to: .canceled, facts: [], at: Fixtures.start))
            #expect(try await ledger.queuedEstimates().first == Money(micros: 100_000, currency: "CNY"))
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `times are kept to the millisecond`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var job = Fixtures.job()
            job.droppedAt = Date(timeIntervalSince1970: 1_795_269_600.123_456)
            try await ledger.add(job, renders: [])
            let kept = try #require(try await ledger.job(job.id))
            #expect(kept.droppedAt == Date(epochMilliseconds: 1_795_269_600_123))
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `jobs are listed newest first, by state, up to a limit`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            for index in [2, 1, 3] {
                var job = Fixtures.job(Fixtures.jobID(index), name: "job-\(index)")
                job.state = index == 2 ? .done : .active
                try await ledger.add(job, renders: [])
            }
            #expect(try await ledger.jobs(JobFilter()).map(\.name) == ["job-3", "job-2", "job-1"])
            #expect(try await ledger.jobs(JobFilter(states: [.active])).map(\.name) == ["job-3", "job-1"])
            #expect(try await ledger.jobs(JobFilter(limit: 1)).map(\.name) == ["job-3"])
            #expect(try await ledger.jobs(JobFilter(states: [])) == [])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job is found by the beginning of its id, its name and its source`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let old = Fixtures.job(Fixtures.jobID(1), name: "Orange-Cat")
            let new = Fixtures.job(Fixtures.jobID(300), name: "orange-cat")
            let other = Fixtures.job(Fixtures.jobID(5000), name: "100%_dog{")
            for job in [old, new, other] { try await ledger.add(job, renders: []) }
            #expect(try await ledger.jobs(matching: "ORANGE-cat").map(\.id) == [new.id, old.id])
            #expect(try await ledger.jobs(matching: "orange").isEmpty)
            #expect(try await ledger.jobs(matching: "100%_dog{") == [other])
            #expect(try await ledger.jobs(matching: "cats/orange-cat.yaml").count == 2)
            // As `status` prints it.
            #expect(try await ledger.jobs(matching: "Cats/orange-cat").count == 2)
            #expect(try await ledger.jobs(matching: "dogs/orange-cat").isEmpty)
            #expect(try await ledger.jobs(matching: new.id.text.uppercased()) == [new])
            #expect(try await ledger.jobs(matching: String(new.id.text.prefix(6))).count == 3)
            for text in ["", "%", "_", "0%", "'; --", "{"] { #expect(try await ledger.jobs(matching: text).isEmpty) }
        }
    }

    /// As a Mac (NFD), Windows (any case) and a person write a name.
    @Test(arguments: LedgerBackend.allCases, ["Été", "E\u{301}te\u{301}", "ÉTÉ", "e\u{301}TE\u{301}", "été"])
    func `a job and its files are found however their names are written`(
        backend: LedgerBackend, spelling: String
    ) async throws {
        try await backend.with { ledger in
            var kept = Fixtures.job(name: "Été")
            (kept.folder, kept.source, kept.outputFolder) = ("Été", "Été/Été.yaml", "Été/Été-2")
            try await ledger.add(kept, renders: [Fixtures.render()])
            let other = Fixtures.job(Fixtures.jobID(2), name: "Ete")
            try await ledger.add(other, renders: [])
            let id = RenderID(job: kept.id, number: 1)
            var output = Fixtures.output(id)
            output.file = "Été-1.png"
            try await ledger.record(
                Step(
                    lease: Fixtures.lease(id), render: id, from: .queued, to: .delivered, facts: [.output(output)],
                    at: Fixtures.start))

            for text in ["", ".yaml", "-2"].map({ $0.isEmpty ? spelling : "\(spelling)/\(spelling)\($0)" })
                + ["\(spelling)/\(spelling)"]
            {
                #expect(try await ledger.jobs(matching: text).map(\.id) == [kept.id], "\(text)")
            }
            #expect(try await ledger.jobs(below: spelling, limit: 9).map(\.id) == [kept.id])
            let namesake = JobFilter.Namesake(name: spelling, folder: spelling)
            #expect(try await ledger.jobs(JobFilter(atWorkNamed: namesake)).map(\.id) == [kept.id])
            #expect(try await ledger.outputs(named: spelling + "-1.PNG", limit: 9).map(\.file) == ["Été-1.png"])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job is found under the name that its letters have in the other case`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let names = [("Straße", "STRASSE"), ("ΟΔΟΣ", "οδος"), ("İzmir", "izmir"), ("300 \u{212A}", "300 k")]
            for (index, (name, asked)) in names.enumerated() {
                let job = Fixtures.job(Fixtures.jobID(index + 1), name: name)
                try await ledger.add(job, renders: [])
                #expect(try await ledger.jobs(matching: asked).map(\.id) == [job.id], "\(asked)")
                #expect(try await ledger.jobs(matching: "cats/\(asked).YAML").map(\.id) == [job.id], "\(asked)")
            }
            // A change of the row changes its keys, too.
            var renamed = Fixtures.job(name: "Maß")
            renamed.outputFolder = "Größe"
            try await ledger.update(renamed)
            #expect(try await ledger.jobs(matching: "MASS").map(\.id) == [renamed.id])
            #expect(try await ledger.jobs(matching: "GRÖSSE").map(\.id) == [renamed.id])
            #expect(try await ledger.jobs(matching: "strasse").isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `due renders come by priority, then job, then number, of active jobs only`(backend: LedgerBackend) async throws
    {
        try await backend.with { ledger in
            let (first, second, closed) = (Fixtures.jobID(1), Fixtures.jobID(2), Fixtures.jobID(3))
            try await ledger.add(
                Fixtures.job(second),
                renders: [Fixtures.render(second, 1), Fixtures.render(second, 2, priority: .high)])
            try await ledger.add(
                Fixtures.job(first),
                renders: [
                    Fixtures.render(first, 10), Fixtures.render(first, 2), Fixtures.render(first, 3, priority: .low),
                    Fixtures.render(first, 4, state: .delivered),
                    Fixtures.render(first, 5, state: .following(TaskID("t"))),
                ])
            var done = Fixtures.job(closed)
            done.state = .done
            try await ledger.add(done, renders: [Fixtures.render(closed, 1, priority: .high)])

            let due = try await ledger.renders(in: [.queued], limit: nil).map(\.id)
            let expected = [(second, 2), (first, 2), (first, 10), (second, 1), (first, 3)]
            #expect(due == expected.map { RenderID(job: $0.0, number: $0.1) })
            #expect(try await ledger.renders(in: [.queued], limit: 2).map(\.id) == Array(due.prefix(2)))
            #expect(try await ledger.renders(in: [.following, .delivered], limit: nil).map(\.id.number) == [4, 5])
            #expect(try await ledger.renders(in: [], limit: nil).isEmpty)

            let counts = try await ledger.counts()
            #expect(Set(counts.keys) == Set(RenderMachine.State.Name.allCases))
            #expect(counts.filter { $0.value > 0 } == [.queued: 5, .following: 1, .delivered: 1])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `jobs at work are found by their name, in any case`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let first = Fixtures.job()
            try await ledger.add(first, renders: [])
            var ended = Fixtures.job(Fixtures.jobID(2))
            ended.state = .done
            try await ledger.add(ended, renders: [])
            let second = Fixtures.job(Fixtures.jobID(3))
            try await ledger.add(second, renders: [])
            var third = Fixtures.job(Fixtures.jobID(4))
            (third.name, third.source) = (first.name.uppercased(), "other.yml")
            try await ledger.add(third, renders: [])
            var apart = Fixtures.job(Fixtures.jobID(5))
            apart.folder = "elsewhere"
            try await ledger.add(apart, renders: [])
            let found = try await ledger.jobs(JobFilter(atWorkNamed: .init(first)))
            #expect(found.map(\.id) == [third.id, second.id, first.id])
            #expect(try await ledger.jobs(JobFilter(atWorkNamed: .init(name: "other", folder: first.folder))).isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `jobs are found by the end of their id, their output folder, and what they try again`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            var old = Fixtures.job()
            old.outputFolder = "campaign/four"
            try await ledger.add(old, renders: [])
            var again = Fixtures.job(Fixtures.jobID(2))
            again.retryOf = old.id
            try await ledger.add(again, renders: [])
            #expect(try await ledger.jobs(matching: "four~" + old.id.tail).map(\.id) == [old.id])
            #expect(try await ledger.jobs(matching: again.id.tail.uppercased()).map(\.id) == [again.id])
            #expect(try await ledger.jobs(matching: "campaign/four").map(\.id) == [old.id])
            #expect(try await ledger.jobs(retrying: old.id).map(\.id) == [again.id])
            #expect(try await ledger.jobs(retrying: again.id).isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a folder names the jobs in it and below it, the newest first`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            for (index, folder) in ["", "A", "A/inner", "AB", "B", "A b"].enumerated() {
                let job = Self.job(index + 1, folder: folder)
                try await ledger.add(job, renders: [Fixtures.render(job.id)])
            }
            func found(_ folder: String, _ limit: Int = 9) async throws -> [String] {
                try await ledger.jobs(below: folder, limit: limit).map(\.folder)
            }
            #expect(try await found("A") == ["A/inner", "A"])
            #expect(try await found("a") == ["A/inner", "A"])
            #expect(try await found("A", 1) == ["A/inner"])
            #expect(try await found("A/inner") == ["A/inner"])
            #expect(try await found("C").isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a file is found by its name, and with its job`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            for index in 1...2 {
                let job = Self.job(index, folder: "A")
                let id = RenderID(job: job.id, number: 1)
                try await ledger.add(job, renders: [Fixtures.render(job.id), Fixtures.render(job.id, 2)])
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(id), render: id, from: .queued, to: .delivered,
                        facts: [.output(Fixtures.output(id, 2)), .output(Fixtures.output(id, 1))], at: Fixtures.start))
            }
            let found = try await ledger.outputs(named: "orange-cat-2.png", limit: 9)
            #expect(found.map(\.render.job) == [Fixtures.jobID(2), Fixtures.jobID(1)])
            #expect(try await ledger.outputs(named: "orange-cat-2.png", limit: 1).count == 1)
            #expect(try await ledger.outputs(named: "orange-cat-3.png", limit: 9).isEmpty)
            #expect(try await ledger.outputs(of: Fixtures.jobID(1)).map(\.index) == [1, 2])
            let tally = try await ledger.tally()
            #expect(tally.jobs == [.active: 2])
            #expect(tally.renders == [.queued: 2, .delivered: 2])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `how long the newest tasks took is told by model, and not of those that have not ended`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            try await ledger.add(Fixtures.job(), renders: (1...4).map { Fixtures.render(Fixtures.jobID(), $0) })
            for (number, model, seconds) in [(1, "old", 9.0), (2, "a", 3.5), (3, "b", 20), (4, "a", nil)] {
                let id = RenderID(job: Fixtures.jobID(), number: number)
                var task = Fixtures.task(id, "task-\(number)")
                task.model = model
                task.acceptedAt = Fixtures.start + Double(number)
                task.endedAt = seconds.map { task.acceptedAt + $0 }
                try await ledger.record(
                    Step(
                        lease: Fixtures.lease(id), render: id, from: .queued, to: .following(task.id),
                        facts: [.task(task)],
                        at: Fixtures.start))
            }
            #expect(try await ledger.taskSeconds(newest: 9) == ["old": [9], "a": [3.5], "b": [20]])
            #expect(try await ledger.taskSeconds(newest: 3) == ["a": [3.5], "b": [20]])
            #expect(try await ledger.taskSeconds(newest: 1).isEmpty)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `renders that ask for the same are found by their digest`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var other = Fixtures.render(Fixtures.jobID(), 2)
            other.plan.prompt += " and a scarf"
            try await ledger.add(Fixtures.job(), renders: [Fixtures.render(), other])
            let later = Fixtures.jobID(2)
            try await ledger.add(Fixtures.job(later), renders: [Fixtures.render(later)])
            let digest = try #require(Fixtures.render().plan.requestDigest)
            let found = try await ledger.renders(requesting: digest, limit: 9).map(\.id)
            #expect(found == [RenderID(job: later, number: 1), RenderID(job: Fixtures.jobID(), number: 1)])
            #expect(try await ledger.renders(requesting: digest, limit: 1).count == 1)
            #expect(try await ledger.renders(requesting: "none", limit: 9).isEmpty)
        }
    }
}
