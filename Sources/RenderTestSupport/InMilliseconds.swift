import RenderCore

import struct Foundation.Date

/// What a ledger gives back: every time to the millisecond, as the port says.
protocol InMilliseconds {
    var inMilliseconds: Self { get }
}

extension InMilliseconds {
    fileprivate func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Date: InMilliseconds {
    var inMilliseconds: Date { Date(epochMilliseconds: epochMilliseconds) }
}

extension JobRecord: InMilliseconds {
    var inMilliseconds: JobRecord {
        with {
            $0.droppedAt = droppedAt.inMilliseconds
            $0.claimedAt = claimedAt.inMilliseconds
            $0.finishedAt = finishedAt?.inMilliseconds
            $0.queueClosedAt = queueClosedAt?.inMilliseconds
            $0.outputRemadeAt = outputRemadeAt?.inMilliseconds
        }
    }
}

extension RenderRecord: InMilliseconds {
    var inMilliseconds: RenderRecord {
        with {
            $0.plan.notBefore = plan.notBefore?.inMilliseconds
            $0.state = state.inMilliseconds
            $0.giveUpAt = giveUpAt?.inMilliseconds
            $0.since = since.inMilliseconds
            $0.result = result?.withoutLinks.inMilliseconds
        }
    }
}

extension RenderMachine.State: InMilliseconds {
    var inMilliseconds: RenderMachine.State {
        switch self {
        case .rendered(let result): .rendered(result.inMilliseconds)
        case .queued, .sending, .following, .delivered, .failed, .undecided, .canceled: self
        }
    }
}

extension RenderResult: InMilliseconds {
    var inMilliseconds: RenderResult { with { $0.learnedAt = learnedAt.inMilliseconds } }
}

extension AttemptRecord: InMilliseconds {
    var inMilliseconds: AttemptRecord {
        with {
            $0.intentAt = intentAt.inMilliseconds
            $0.answeredAt = answeredAt?.inMilliseconds
        }
    }
}

extension TaskRecord: InMilliseconds {
    var inMilliseconds: TaskRecord {
        with {
            $0.acceptedAt = acceptedAt.inMilliseconds
            $0.lastQueryAt = lastQueryAt?.inMilliseconds
            $0.endedAt = endedAt?.inMilliseconds
        }
    }
}

extension OutputRecord: InMilliseconds {
    var inMilliseconds: OutputRecord {
        with {
            $0.publishedAt = publishedAt.inMilliseconds
            $0.expiresAt = expiresAt?.inMilliseconds
            $0.durationSeconds = durationSeconds.map { ($0 * 1000).rounded() / 1000 }
        }
    }
}

extension SpendRecord: InMilliseconds {
    var inMilliseconds: SpendRecord { with { $0.at = at.inMilliseconds } }
}

extension UploadRecord: InMilliseconds {
    var inMilliseconds: UploadRecord { with { $0.uploadedAt = uploadedAt.inMilliseconds } }
}

extension OperatorCommand: InMilliseconds {
    var inMilliseconds: OperatorCommand { with { $0.at = at.inMilliseconds } }
}

extension OperatorCommandAnswer: InMilliseconds {
    var inMilliseconds: OperatorCommandAnswer { with { $0.at = at.inMilliseconds } }
}
