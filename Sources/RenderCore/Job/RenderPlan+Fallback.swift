public import struct Foundation.Date

/// A model that a render was planned for and did not get.
public struct FormerChoice: Sendable, Codable, Equatable {
    public var model: String
    public var provider: String
    /// Nil: the provider's first.
    public var account: String?
    /// Why: the provider's code, or one of ours.
    public var code: String
    public var message: String
    public var at: Date

    public init(model: String, provider: String, account: String?, code: String, message: String, at: Date) {
        self.model = model
        self.provider = provider
        self.account = account
        self.code = code
        self.message = message
        self.at = at
    }
}

extension RenderPlan {
    /// The next plan of the chain, which keeps its place in the job; nil: there is none.
    ///
    /// - Parameter failure: why this one is not rendered. It must prove that nothing was accepted.
    public func fallingBack(because failure: Failure, at now: Date) -> RenderPlan? {
        guard let rest = fallbacks, var next = rest.first else { return nil }
        next.number = number
        next.apart = apart
        next.warnings = warnings
        next.fallbacks = rest.count > 1 ? Array(rest.dropFirst()) : nil
        let choice = FormerChoice(
            model: model, provider: wire.provider, account: route?.account ?? account, code: failure.code,
            message: failure.message, at: now)
        next.formerly = (formerly ?? []) + [choice]
        return next
    }

    /// The same with a change of it and of all that it may fall back to.
    public func changed(_ change: (inout RenderPlan) -> Void) -> RenderPlan {
        var plan = self
        change(&plan)
        plan.fallbacks = fallbacks?.map { $0.changed(change) }
        return plan
    }
}

extension QueueReason {
    /// Why a render that may fall back to another model should do so now; nil: it waits. A model or an account that needs a person has
    /// refused before it accepted anything; what a wait mends is waited for.
    public var fallbackCause: Failure? {
        switch self {
        case .modelHeld(_, let failure): failure
        case .paused(let failure): failure.fault == .account && failure.scope != .provider ? failure : nil
        case .accountChanged, .overBudget, .diskReserve, .slowed, .paced, .laneFull, .callsFull, .journalUnread: nil
        }
    }
}
