import RenderCore

/// Asks the provider how fast the account may use a model, once a lane needs to know. It is done beside everything else: no submit
/// waits for it, and without an answer the catalogue's figures stay.
struct QuotaDesk: Sendable {
    /// Of whose quota is asked, and for which lane.
    struct Question: Sendable, Hashable {
        /// As it goes on the wire.
        var model: String
        var group: String
        /// Calls that answer directly know no running limit.
        var isSync: Bool
    }

    let parts: EngineParts
    let budget: RequestBudget
    let events: EngineEvents
    let lanes: Lanes

    /// Runs until it is cancelled.
    func run() async {
        for await question in lanes.questions {
            do {
                try await budget.turn()
                guard let quota = try await parts.service.quota(of: question.model),
                    let limit = await lanes.learn(quota, for: question)
                else { continue }
                send(.paced(model: question.model, limit))
            } catch let failure as Failure {
                send(.notPaced(model: question.model, failure))
            } catch {
                return  // only a cancelled task comes here
            }
        }
    }

    private func send(_ kind: EngineEvent.Kind) { events.send(EngineEvent(at: parts.now(), kind: kind)) }
}
