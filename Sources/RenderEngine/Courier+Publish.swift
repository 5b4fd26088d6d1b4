import Foundation
import RenderCore

/// From staging or the depot into the job's own folder.
extension Courier {
    /// How often staged bytes that somebody took away are fetched again.
    private static let tries = 5

    /// - Parameter isInsisting: waits for an outbox that is out of reach; else its failure is thrown at once.
    func publish(_ parcel: Parcel, _ order: Order, isInsisting: Bool) async throws {
        var parcel = parcel
        var tries = 0
        while true {
            do {
                let shown = parcel
                guard isInsisting else { return try await hand(shown, order) }
                // Whoever comes late to an outbox that is long away need not wait as long again.
                let since = await results.outboxOut?.since ?? parts.now()
                return try await insistence.insist(
                    until: .stopping, about: order.job, isTold: true,
                    waited: .seconds(max(0, parts.now().timeIntervalSince(since)))
                ) { try await hand(shown, order) }
            } catch let failure as Failure where failure.code == "file_gone" || failure.code == "file_changed" {
                // Somebody took the staged bytes away, perhaps with the whole outbox: they are fetched once more.
                tries += 1
                if tries >= Self.tries { throw failure }
                parcel = try await fetchAgain(parcel.output, order)
            }
        }
    }

    private func hand(_ parcel: Parcel, _ order: Order) async throws {
        let (render, job) = (order.render, order.job)
        // It may lie elsewhere afterwards.
        try await jobs.keepOutput(of: job.id)
        let folder = try await jobs.outputFolder(of: job.id, apart: render.plan.apart)
        if parcel.isKept { try await copies.within { try await carry(parcel) } }
        let probe = parcel.probe
        let wanted = OutputNaming.output(
            template: render.plan.outputName ?? parts.configuration.delivery.outputName, job: job.name,
            render: render.id.number, of: order.renders, index: parcel.output.index, seed: render.plan.seed,
            model: render.plan.model,
            // Of the result, not of now: after a crash the same file must get the same name.
            date: String(Timestamp.text(order.result.learnedAt).prefix(10)),
            fileExtension: probe?.fileExtension ?? "bin")
        let name = try await parts.outbox.publish(
            parcel.key.description, facts: parcel.facts, into: folder, as: wanted)
        await results.outboxWorks()
        let record = OutputRecord(
            render: render.id, index: parcel.output.index, file: name, bytes: parcel.facts.bytes,
            sha256: parcel.facts.sha256, mediaType: probe?.mediaType ?? "application/octet-stream",
            width: probe?.size?.width, height: probe?.size?.height,
            source: String(parcel.output.url.prefix { $0 != "?" }), publishedAt: parts.now(),
            durationSeconds: probe?.seconds, expiresAt: Self.expiry(of: parcel.output.url))
        let step = Step(
            render: render.id, from: render.state.name, attempts: render.attempts, to: render.state,
            facts: [.output(record)], at: parts.now())
        try await insistence.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
        await results.published(parcel.key)
        if parcel.isKept {
            // What stays is swept at the next start.
            try? await parts.depot.remove(parcel.key.description)
        }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .downloaded(file: folder + "/" + name, bytes: parcel.facts.bytes)))
    }

    /// Copies a whole file from the depot into the outbox's staging: it is worth removing only when the same bytes are there.
    private func carry(_ parcel: Parcel) async throws {
        let staged = try await parts.outbox.stage(parcel.key.description)
        try await staged.restart(tag: nil)
        var offset = 0
        while true {
            let chunk = try await parts.depot.read(parcel.key.description, from: offset)
            if chunk.isEmpty { break }
            try await staged.append(chunk)
            offset += chunk.count
            try stopper.check()
        }
        let facts = try await staged.finish()
        guard facts.bytes == parcel.facts.bytes, facts.sha256 == parcel.facts.sha256 else {
            await staged.discard()
            throw Failure(
                code: "file_changed", message: "result \(parcel.key) was not the same file when it was copied",
                advice: "it is copied again", fault: .folder, retryable: true)
        }
    }

    /// When a signed link dies: its `Expires`, in seconds of the epoch. Only for people: our own clock may be off.
    private static func expiry(of url: String) -> Date? {
        guard let query = url.firstIndex(of: "?") else { return nil }
        for item in url[query...].dropFirst().split(separator: "&") where item.hasPrefix("Expires=") {
            return Int(item.dropFirst(8)).map { Date(timeIntervalSince1970: Double(min($0, 253_402_300_799))) }
        }
        return nil
    }
}
