/// The models of one provider: which there are, and how a request for one is checked and planned.
///
/// The built-in catalogue plans every model that no planner knows.
public protocol ModelPlanner: Sendable {
    /// Whether it plans requests for a model of this name.
    func knows(_ model: String) -> Bool

    /// The renders of one request, numbered zero: one a seed. What is wrong is in the diagnostics; with an error there are no plans.
    ///
    /// - Parameter find: looks up a local file that the request names.
    func plan(_ spec: JobSpec, find: (String) -> ReferenceFinding) -> ModelPlanning
}

/// What came of planning one request.
public struct ModelPlanning: Sendable {
    public var plans: [RenderPlan]
    public var diagnostics: [Diagnostic]

    public init(plans: [RenderPlan] = [], diagnostics: [Diagnostic] = []) {
        self.plans = plans
        self.diagnostics = diagnostics
    }
}
