import RenderCore

/// The provider's list of one model's tasks, page by page.
struct TaskList: Sendable {
    /// Most pages that are read; further tasks of the model are not searched.
    private static let pagesMax = 200

    var tasks: [TaskListing]
    /// Whether every page was read, and none but the last was empty.
    var isComplete: Bool

    static func read(of model: String, _ lister: any TaskLister, _ budget: RequestBudget) async throws -> TaskList {
        var found: [TaskID: TaskListing] = [:]
        var isComplete = false
        for page in 1...pagesMax {
            try await budget.turn()
            // Without a start: a window that the provider reads in another zone would look like an empty list.
            let answer = try await lister.list(model: model, since: nil, page: page)
            for task in answer.tasks where task.model == model || task.model.isEmpty { found[task.task] = task }
            isComplete = page >= answer.pages
            if isComplete || answer.tasks.isEmpty { break }
        }
        return TaskList(tasks: Array(found.values), isComplete: isComplete)
    }
}
