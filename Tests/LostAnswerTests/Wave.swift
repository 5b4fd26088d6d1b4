import Foundation
import RenderCore
import Synchronization

/// The provider, but that submits are held back until so many are on their way, and then go out together: as when a line
/// breaks under all of them at once. One after the other, each loss would make the lane wait longer for the next.
final class Wave: ForwardingService {
    private struct State {
        var missing = 0
        var line: [CheckedContinuation<Void, Never>] = []
    }

    let service: any RenderService
    private let line: OneByOne?
    private let state = Mutex(State())
    /// Done when all have gathered, just before they go out.
    private let atCrest: @Sendable () async -> Void

    /// - Parameters:
    ///   - count: none are held back for 0 or 1.
    ///   - isInLine: each goes when the one before has come to its end.
    init(
        _ service: any RenderService, gathers count: Int, isInLine: Bool = false,
        atCrest: @escaping @Sendable () async -> Void = {}
    ) {
        self.service = service
        line = isInLine ? OneByOne() : nil
        self.atCrest = atCrest
        state.withLock { $0.missing = count }
    }

    func submit(_ request: PreparedSubmit, plan: RenderPlan) async throws -> SubmitOutcome {
        await gather()
        await line?.enter()
        let result: Result<SubmitOutcome, any Error>
        do {
            result = .success(try await service.submit(request, plan: plan))
        } catch {
            result = .failure(error)
        }
        await line?.leave()
        return try result.get()
    }

    private func gather() async {
        let isLast = state.withLock { state in
            guard state.missing > 0 else { return false }
            state.missing -= 1
            return state.missing == 0
        }
        if isLast {
            await atCrest()
            let line = state.withLock { state in
                defer { state.line = [] }
                return state.line
            }
            for waiting in line { waiting.resume() }
            return
        }
        await withCheckedContinuation { waiting in
            let isOver = state.withLock { state in
                // Who comes later is not held back.
                if state.missing == 0 { return true }
                state.line.append(waiting)
                return false
            }
            if isOver { waiting.resume() }
        }
    }
}

private actor OneByOne {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
