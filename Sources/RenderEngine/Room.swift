import Foundation
import RenderCore

/// Whether there is room for what may still be bought: below the reserve nothing paid is started.
actor Room {
    /// Free space is asked for no oftener than this, in seconds.
    static let interval: Double = 5

    private let parts: EngineParts
    private let events: EngineEvents
    private var last: Date?
    private var out: (failure: Failure, since: Date)?

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
    }

    /// What stops submits, as last seen, and since when.
    var lack: (failure: Failure, since: Date)? { out }

    /// Looks, if the last look is old; why nothing may be submitted, nil where there is room.
    func look() async -> Failure? {
        let now = parts.now()
        if let last, abs(now.timeIntervalSince(last)) < Self.interval { return out?.failure }
        last = now
        let reserve = parts.configuration.limits.diskReserveBytes
        guard reserve > 0 else { return nil }
        let failure = await trouble(reserve)
        if let failure {
            if out == nil { events.send(EngineEvent(at: now, kind: .paused(failure))) }
            out = (failure, out?.since ?? now)
        } else if out != nil {
            out = nil
            events.send(EngineEvent(at: now, kind: .resumed))
        }
        return failure
    }

    /// The results go to the outbox, or to the local disk while it is away; the ledger always lies on the latter.
    private func trouble(_ reserve: Int) async -> Failure? {
        let folders = parts.configuration.folders
        let expected = await expectedBytes()
        var wanted = reserve
        do {
            if try await parts.outbox.freeBytes() < reserve + expected { return Self.lack(reserve, folders.outbox) }
        } catch {
            wanted += expected  // away, or it does not say: what comes is kept here
        }
        // A disk that does not say how full it is stops nothing: where it is full the ledger's own writes find out.
        guard let free = try? await parts.workspace.freeBytes(), free < wanted else { return nil }
        return Self.lack(reserve, folders.state)
    }

    /// A bound on what is paid for and still to come.
    private func expectedBytes() async -> Int {
        // The ledger out of order stops every submit by itself.
        let open = try? await parts.ledger.renders(in: [.sending, .following, .rendered], limit: nil)
        return (open ?? []).reduce(0) { $0 + $1.plan.family.resultBytes * max(1, $1.plan.count) }
    }

    /// The same words every time, so that they are told once.
    private static func lack(_ reserve: Int, _ path: String) -> Failure {
        Failure(
            code: "disk_full",
            message: "nothing is submitted: the disk of \(path) has less free than the reserve of "
                + "\(ByteCount.words(reserve)) and the room for what is at work",
            advice: "make room, or lower limits.disk_reserve in watch.yaml; it goes on by itself", fault: .folder,
            retryable: true)
    }
}

extension BodyFamily {
    /// What one result takes at most, as a rule; how much it really is is known when it comes. A picture of 2048 x 2048 pixels; a film of
    /// thirty seconds at 70 Mbit/s.
    var resultBytes: Int { makesFilms ? 256 << 20 : 8 << 20 }
}
