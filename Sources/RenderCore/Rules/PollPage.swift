/// A page of the provider's list of one model's tasks.
public struct PollPage: Sendable, Hashable {
    public var model: String
    /// Nil where the provider cannot leave out the tasks of other stages.
    public var stage: TaskStage?
    /// From one.
    public var page: Int
    /// How long ago the oldest followed task of the model was accepted. No part of what it is.
    public var ageSeconds = 0.0

    public static func == (left: PollPage, right: PollPage) -> Bool {
        left.page == right.page && left.stage == right.stage && left.model == right.model
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(model)
        hasher.combine(stage)
        hasher.combine(page)
    }
}
