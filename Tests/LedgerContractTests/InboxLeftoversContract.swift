import Foundation
import RenderTestSupport
import Testing

@testable import RenderCore

/// `InboxLeftovers`: files that stay in the inbox although a job has a copy of them.
@Suite struct InboxLeftoversContract {
    @Test(arguments: LedgerBackend.allCases)
    func `pictures that were left are remembered until they are forgotten`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            let one = LeftPicture(job: Fixtures.job().id, path: "a/IMG_0000.JPG", name: "IMG_0000.JPG")
            let other = LeftPicture(job: Fixtures.job().id, path: "b.png", name: "b.png")
            #expect(try await ledger.leftPictures() == [])
            for picture in [one, other, one] { try await ledger.leave(picture) }
            #expect(try await Set(ledger.leftPictures()) == [one, other])
            try await ledger.forget([other])
            try await ledger.forget([])
            #expect(try await ledger.leftPictures() == [one])
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
    func `a drop is left without a lease, also of a job that has ended`(backend: LedgerBackend) async throws {
        try await backend.with { ledger in
            var job = Fixtures.job()
            job.state = .done
            try await ledger.add(job, renders: [])
            try await ledger.leaveDrop(of: job.id)
            #expect(try await ledger.jobs(JobFilter(leftInPlace: true)).map(\.id) == [job.id])
            #expect(try await ledger.job(job.id)?.state == .done)
            let other = Fixtures.jobID(2)
            await #expect(throws: LedgerError.noSuchJob(other.text)) { try await ledger.leaveDrop(of: other) }
        }
    }
}
