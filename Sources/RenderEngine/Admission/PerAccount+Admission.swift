import Foundation
import RenderCore

/// What is asked of the admission of all accounts together. With one account it is that one's answer.
extension PerAccount where Value == AdmissionControl {
    /// What stops every account, and since when.
    var paused: (failure: Failure, since: Date)? {
        get async {
            var first: (failure: Failure, since: Date)?
            for one in all {
                guard let paused = await one.paused else { return nil }
                if first.map({ paused.since < $0.since }) ?? true { first = paused }
            }
            return first
        }
    }

    /// Models that wait on their own, and accounts that wait while others work.
    var heldModels: [(model: String, failure: Failure, since: Date)] {
        get async {
            var held: [(model: String, failure: Failure, since: Date)] = []
            for one in all { held += await one.heldModels }
            return held
        }
    }

    /// What a batch does not wait for.
    var hopeless: [Failure] {
        get async {
            var failures: [Failure] = []
            for one in all {
                failures += await one.hopeless
                if !isSingle, await one.isStuck, let paused = await one.paused { failures.append(paused.failure) }
            }
            return failures
        }
    }

    func isHopeless(_ plan: RenderPlan) async -> Bool {
        let one = self[plan]
        if await one.isHopeless(plan) { return true }
        guard !isSingle else { return false }
        return await one.isStuck
    }

    func isHeld(_ plan: RenderPlan) async -> Bool {
        let one = self[plan]
        if await one.isHeld(plan) { return true }
        guard !isSingle else { return false }
        return await one.paused != nil
    }

    /// Reserved money is free again. The caps are shared, so each account may have waited for it.
    func budgetFreed() async { for one in all { await one.budgetFreed() } }

    /// What stops the submits of an account until a budget opens again. Others may still submit something cheaper.
    var overBudget: Failure? {
        get async {
            for one in all { if let failure = await one.overBudget { return failure } }
            return nil
        }
    }

    /// The lanes of every account.
    var laneStates: [EngineSnapshot.Lane] {
        get async {
            var lanes: [EngineSnapshot.Lane] = []
            for one in all { lanes += await one.laneStates }
            return lanes.sorted { $0.limit.group < $1.limit.group }
        }
    }

    /// How many synchronous calls hold a slot.
    var syncCalls: Int {
        get async {
            var count = 0
            for one in all { count += await one.syncCalls }
            return count
        }
    }

    func admit(_ render: RenderID, _ plan: RenderPlan) async -> AdmissionControl.Answer {
        await self[plan].admit(render, plan)
    }

    func occupy(_ render: RenderID, _ plan: RenderPlan) async { await self[plan].occupy(render, plan) }
    func release(_ render: RenderID) async { for one in all { await one.release(render) } }
    func succeeded(_ plan: RenderPlan) async { await self[plan].succeeded(plan) }
}
