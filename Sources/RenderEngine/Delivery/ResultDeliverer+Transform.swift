import RenderCore

/// The seam between a complete download and its publication, where a transform may rewrite the result.
extension ResultDeliverer {
    /// A file in the outbox's staging that is ready to be published.
    struct Package: Sendable {
        /// Its key in the staging: that of the result, or a key of its own if it was rewritten.
        var key: String
        var facts: StagedFacts
        var probe: MediaProbe?
        var isRewritten: Bool
    }

    /// The parcel as it came, or what the transform makes of it.
    ///
    /// - Throws: `Failure` of a folder; `CancellationError` at a shutdown. A transform that fails is not an error.
    func package(_ parcel: Parcel, _ order: Order) async throws -> Package {
        let received = Package(
            key: parcel.key.description, facts: parcel.facts, probe: parcel.probe, isRewritten: false)
        let result = ReceivedResult(
            render: order.render, job: order.job, index: parcel.output.index, facts: parcel.facts,
            mediaType: parcel.probe?.mediaType)
        guard let transform = parts.transform, transform.rewrites(result) else { return received }
        let key = received.key + Self.rewrittenSuffix
        let target = try await parts.outbox.stage(key)
        do {
            try await target.restart(tag: nil)
            try await transform.rewrite(
                result,
                read: { [parts, shutdown] offset in
                    try shutdown.check()
                    return try await parts.outbox.read(received.key, from: offset)
                }, into: target)
            let facts = try await target.finish()
            let probe = MediaProbe(facts.sample)
            if let problem = parcel.output.medium.problem(facts.sample, probe) {
                return await unchanged(received, target, transform, order, parcel, "the rewritten file \(problem)")
            }
            return Package(key: key, facts: facts, probe: probe, isRewritten: true)
        } catch let failure as Failure where failure.fault == .folder {
            await target.discard()
            throw failure
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return await unchanged(received, target, transform, order, parcel, "\(error)")
        }
    }

    /// Removes the bytes as received, whose rewritten file is published.
    func discardReceived(_ key: ResultKey) async {
        // If they cannot be removed, they only take space; `doctor` reports them.
        try? await parts.outbox.stage(key.description).discard()
    }

    private static let rewrittenSuffix = "-rewritten"

    private func unchanged(
        _ received: Package, _ target: any StagedFile, _ transform: any DeliveryTransform, _ order: Order,
        _ parcel: Parcel, _ reason: String
    ) async -> Package {
        await target.discard()
        let message = Message.resultNotRewritten(
            output: parcel.output.index, transform: transform.name, reason: reason)
        events.send(
            EngineEvent(
                at: parts.now(), job: order.job.id, name: order.job.name, render: order.render.id.number,
                kind: .warning(message.line)))
        return received
    }
}
