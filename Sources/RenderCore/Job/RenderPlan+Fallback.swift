public import struct Foundation.Date

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
