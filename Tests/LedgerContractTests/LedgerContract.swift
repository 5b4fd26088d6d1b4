import Foundation
import RenderCore
import RenderTestSupport
import Testing

/// What every ledger does, the one in memory included.
@Suite struct LedgerContract {
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
    func `adding a job again changes nothing`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let job = Fixtures.job()
            try await ledger.add(job, renders: [Fixtures.render()])
            var other = job
            other.name = "other"
            try await ledger.add(
                other, renders: [Fixtures.render(job.id, 1, state: .delivered), Fixtures.render(job.id, 2)])
            #expect(try await ledger.job(job.id) == job)
            #expect(try await ledger.renders(of: job.id) == [Fixtures.render()])
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a drop that was left in the inbox stays known`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var left = Fixtures.job()
            left.leftInPlace = true
            try await ledger.add(left, renders: [])
            var other = Fixtures.job()
            other.id = Fixtures.jobID(2)
            try await ledger.add(other, renders: [])
            #expect(try await ledger.jobs(JobFilter(leftInPlace: true)) == [left])
            // A writer that does not know of it takes nothing back.
            var ended = left
            ended.leftInPlace = nil
            ended.state = .done
            try await ledger.update(ended)
            other.leftInPlace = true
            try await ledger.update(other)
            let found = try await ledger.jobs(JobFilter(leftInPlace: true))
            #expect(found.map(\.id) == [other.id, left.id] && found[1].state == .done)
        }
    }

    @Test(arguments: LedgerBackend.allCases)
    func `a job's row is written as it is now`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var job = Fixtures.job()
            await #expect(throws: LedgerError.noSuchJob(job.id.text)) { try await ledger.update(job) }
            try await ledger.add(job, renders: [])
            job.state = .failed
            job.failure = Fixtures.failure
            job.outputFolder = "x"
            job.finishedAt = Fixtures.start
            try await ledger.update(job)
            #expect(try await ledger.job(job.id) == job)
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
            #expect(try await ledger.jobs(matching: new.id.text.uppercased()) == [new])
            #expect(try await ledger.jobs(matching: String(new.id.text.prefix(6))).count == 3)
            for text in ["", "%", "_", "0%", "'; --", "{"] { #expect(try await ledger.jobs(matching: text).isEmpty) }
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
    func `uploads are known by all that they are bound to, and forgotten by file and model`(
        backend: LedgerBackend
    ) async throws {
        try await backend.with { ledger in
            let key = UploadKey(
                sha256: "ab", model: "m", account: "a", keyMark: "k", host: "https://h:443", region: "beijing")
            var upload = UploadRecord(key: key, url: "oss://one", uploadedAt: Fixtures.start)
            try await ledger.add(upload)
            #expect(try await ledger.upload(key) == upload)
            for change: (inout UploadKey) -> Void in [
                { $0.sha256 = "cd" }, { $0.model = "n" }, { $0.account = "b" }, { $0.keyMark = "l" },
                { $0.host = "https://i:443" }, { $0.region = "singapore" },
            ] {
                var other = key
                change(&other)
                #expect(try await ledger.upload(other) == nil)
            }
            upload.url = "oss://two"
            try await ledger.add(upload)
            #expect(try await ledger.upload(key) == upload)
            var other = upload
            other.key.keyMark = "l"
            other.uploadedAt += 60
            try await ledger.add(other)
            try await ledger.forgetUploads(sha256: "ab", model: "n", until: .distantFuture)
            try await ledger.forgetUploads(sha256: "ab", model: "m", until: Fixtures.start + 1)
            #expect(try await ledger.upload(key) == nil)
            #expect(try await ledger.upload(other.key) == other)
        }
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
}
