import RenderCore

/// Asks the provider for the account's rate limit of a model when a lane first needs it. This runs in the background:
/// no submit waits for it, and without an answer the catalogue's limits stay.
struct QuotaReader: Sendable {
    /// The model and account to ask about, and the lane that needs the answer.
    struct Question: Sendable, Hashable {
        /// The model's name in requests.
        var model: String
        var group: String
        /// Synchronous calls have no running limit.
        var isSync: Bool
    }

    let parts: EngineParts
    let budget: RequestBudget
    let events: EngineEvents
    let admission: AdmissionControl

    /// Runs until it is cancelled.
    func run() async {
        for await question in admission.questions {
            do {
                guard let teller = parts.service.quotaTeller else { continue }
                try await budget.turn()
                guard let quota = try await teller.quota(of: question.model),
                    let limit = await admission.learn(quota, for: question)
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
