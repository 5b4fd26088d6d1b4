import Foundation
import RenderCore

/// Moves results from staging or the spool into the job's output folder.
extension ResultDeliverer {
    /// How often staged bytes are downloaded again after somebody removed them.
    private static let tries = 5

    /// - Parameters:
    ///   - isInsisting: true: waits for an unavailable outbox; false: throws its failure at once.
    ///   - isRecorded: false: the caller records it with the sidecar.
    func publish(
        _ parcel: Parcel, _ order: Order, isInsisting: Bool, isRecorded: Bool = true
    ) async throws -> OutputRecord {
        var parcel = parcel
        var tries = 0
        while true {
            do {
                let shown = parcel
                guard isInsisting else { return try await hand(shown, order, isRecorded: isRecorded) }
                // Whoever comes late to an outbox that is long away need not wait as long again.
                let since = await results.outboxOut?.since ?? parts.now()
                return try await outages.insist(
                    until: .stopping, about: order.job, isTold: true,
                    waited: .seconds(max(0, parts.now().timeIntervalSince(since)))
                ) { try await hand(shown, order, isRecorded: isRecorded) }
            } catch let failure as Failure where failure.has(.fileGone, .fileChanged) {
                // Somebody took the staged bytes away, perhaps with the whole outbox: they are fetched once more.
                tries += 1
                if tries >= Self.tries { throw failure }
                parcel = try await fetchAgain(parcel.output, order)
            }
        }
    }

    private func hand(_ parcel: Parcel, _ order: Order, isRecorded: Bool) async throws -> OutputRecord {
        let (render, job) = (order.render, order.job)
        // It may lie elsewhere afterwards.
        try await jobs.keepOutput(of: job.id)
        let folder = try await jobs.outputFolder(of: job.id, apart: render.plan.apart)
        if parcel.isKept { try await copies.within { try await carry(parcel) } }
        let package = try await package(parcel, order)
        let wanted = OutputNaming.output(
            template: render.plan.outputName ?? parts.configuration.delivery.outputName, job: job.name,
            render: render.id.number, of: order.renders, index: parcel.output.index, seed: render.plan.seed,
            model: render.plan.model,
            // The result's date, not today's: after a crash the same file must get the same name.
            date: String(Timestamp.text(order.result.learnedAt).prefix(10)),
            fileExtension: package.probe?.fileExtension ?? "bin")
        let name = try await parts.outbox.publish(
            package.key, facts: package.facts, into: folder, as: wanted, isRecorded ? .now : .soon)
        await results.outboxWorks()
        let record = OutputRecord(
            render: render.id, index: parcel.output.index, file: name, bytes: package.facts.bytes,
            sha256: package.facts.sha256, mediaType: package.probe?.mediaType ?? "application/octet-stream",
            width: package.probe?.size?.width, height: package.probe?.size?.height,
            source: String(parcel.output.url.prefix { $0 != "?" }), publishedAt: parts.now(),
            receivedSHA256: package.isRewritten ? parcel.facts.sha256 : nil,
            durationSeconds: package.probe?.seconds, expiresAt: Self.expiry(of: parcel.output.url))
        if isRecorded {
            guard case .step(let step) = try parts.outcome(of: render, on: .outputPublished, facts: [.output(record)])
            else { throw LedgerError.conflict(render.id, stands: render.state.name) }
            try await outages.insist(until: .aborting, about: job) { [parts] in try await parts.ledger.record(step) }
            order.book.add(step)
        }
        await results.published(parcel.key)
        // The only other copy goes: its row must be on the disk by then.
        if package.isRewritten || parcel.isKept { try await parts.ledger.flush() }
        if package.isRewritten { await discardReceived(parcel.key) }
        if parcel.isKept {
            // What stays is swept at the next start.
            try? await parts.spool.remove(parcel.key.description)
        }
        events.send(
            EngineEvent(
                at: parts.now(), job: job.id, name: job.name, render: render.id.number,
                kind: .downloaded(file: folder + "/" + name, bytes: package.facts.bytes)))
        return record
    }

    /// Copies a complete file from the spool into the outbox's staging. The file may be removed only when the same
    /// bytes are there.
    private func carry(_ parcel: Parcel) async throws {
        let staged = try await parts.outbox.stage(parcel.key.description)
        try await staged.restart(tag: nil)
        var offset = 0
        while true {
            let chunk = try await parts.spool.read(parcel.key.description, from: offset)
            if chunk.isEmpty { break }
            try await staged.append(chunk)
            offset += chunk.count
            try shutdown.check()
        }
        let facts = try await staged.finish()
        guard facts.bytes == parcel.facts.bytes, facts.sha256 == parcel.facts.sha256 else {
            await staged.discard()
            throw Failure(
                .fileChanged, .resultChangedMeanwhile("\(parcel.key)"), fault: .folder, retryable: true)
        }
    }

    /// When a signed link expires: its `Expires`, in seconds since 1970. Only for people: our own clock may be wrong.
    private static func expiry(of url: String) -> Date? {
        guard let query = url.firstIndex(of: "?") else { return nil }
        for item in url[query...].dropFirst().split(separator: "&") where item.hasPrefix("Expires=") {
            return Int(item.dropFirst(8)).map { Date(timeIntervalSince1970: Double(min($0, 253_402_300_799))) }
        }
        return nil
    }
}
