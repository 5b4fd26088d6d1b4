import RenderCore

/// Lets one call at a time work on a job's folder, in the order in which they came. No thread waits.
actor JobTurns {
    /// Jobs with a running call, and who waits for its end.
    private var lines: [JobID: [CheckedContinuation<Void, Never>]] = [:]

    /// How many calls run or wait that move the job's folder.
    private var moves: [JobID: Int] = [:]

    /// Runs `work` when every earlier call about the job has ended.
    ///
    /// - Parameter isMove: it moves the job's folder.
    /// - Throws: what `work` throws. A wait is not ended by a cancellation: neither is a call.
    nonisolated func within<Value: Sendable>(
        _ job: JobID, isMove: Bool = false, _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        await begin(job, isMove)
        do {
            let value = try await work()
            await end(job, isMove)
            return value
        } catch {
            await end(job, isMove)
            throw error
        }
    }

    /// Whether a call runs or waits that moves the job's folder.
    func isMoving(_ job: JobID) -> Bool { moves[job] != nil }

    private func begin(_ job: JobID, _ isMove: Bool) async {
        if isMove { moves[job, default: 0] += 1 }
        guard lines[job] != nil else {
            lines[job] = []
            return
        }
        await withCheckedContinuation { lines[job, default: []].append($0) }
    }

    private func end(_ job: JobID, _ isMove: Bool) {
        if isMove {
            let rest = (moves[job] ?? 1) - 1
            moves[job] = rest > 0 ? rest : nil
        }
        guard var line = lines[job] else { return }
        guard !line.isEmpty else {
            lines[job] = nil
            return
        }
        let next = line.removeFirst()
        lines[job] = line
        next.resume()
    }
}
