import Foundation
import RenderCore

/// Checks that the disk has room for further results: below the reserve nothing is submitted.
actor DiskReserve {
    /// Shortest time between two checks of the free space, in seconds.
    static let interval: Double = 5

    private let parts: EngineParts
    private let events: EngineEvents
    private var last: Date?
    private var out: (failure: Failure, since: Date)?
    /// How long a folder is waited for: submits must not hang with it.
    static let answerLimit = Duration.seconds(5)
    private let outboxCall = LimitedCall<Int>()
    private let stateCall = LimitedCall<Int>()

    init(parts: EngineParts, events: EngineEvents) {
        self.parts = parts
        self.events = events
    }

    /// What stops submits, as of the last check, and since when.
    var lack: (failure: Failure, since: Date)? { out }

    /// Checks the free space if the last check is old. Returns why nothing may be submitted, nil if there is room.
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

    /// Results go to the outbox, or to the local disk while the outbox is unavailable; the ledger is always on the
    /// local disk.
    private func trouble(_ reserve: Int) async -> Failure? {
        let folders = parts.configuration.folders
        let expected = await expectedBytes()
        var wanted = reserve
        do {
            let free = try await outboxCall.value(within: Self.answerLimit, clock: parts.folderClock) { [parts] in
                try await parts.outbox.freeBytes()
            }
            if let free {
                if free < reserve + expected { return Self.lack(reserve, folders.outbox) }
            } else {
                wanted += expected  // it hangs: what comes is kept here
            }
        } catch {
            wanted += expected  // away, or it does not say: what comes is kept here
        }
        // A disk that does not say how full it is stops nothing: where it is full the ledger's own writes find out.
        let local = try? await stateCall.value(within: Self.answerLimit, clock: parts.folderClock) { [parts] in
            try await parts.workspace.freeBytes()
        }
        guard let free = local ?? nil, free < wanted else { return nil }
        return Self.lack(reserve, folders.state)
    }

    /// An upper estimate for results that are paid for and not received yet.
    private func expectedBytes() async -> Int {
        // The ledger out of order stops every submit by itself.
        let outputs = try? await parts.ledger.expectedOutputs()
        return (outputs ?? [:]).reduce(0) { $0 + $1.key.resultBytes * $1.value }
    }

    /// The text is always the same, so that it is reported once.
    private static func lack(_ reserve: Int, _ path: String) -> Failure {
        Failure(
            .diskFull, .noRoomForResults(disk: path, reserveBytes: reserve), fault: .folder, retryable: true)
    }
}

extension RenderResult.Medium {
    /// The usual maximum for one result; the real size is known when it arrives. A picture of 2048 x 2048 pixels; a
    /// film of thirty seconds at 70 Mbit/s.
    var resultBytes: Int {
        switch self {
        case .film: 256 << 20
        case .picture: 8 << 20
        }
    }
}
