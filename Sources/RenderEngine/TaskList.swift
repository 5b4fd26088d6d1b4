import RenderCore

/// The provider's list of one model's tasks, page after page.
struct TaskList: Sendable {
    /// Pages that are read at most; more tasks of one model in a day are not looked through.
    private static let pagesMax = 200

    var tasks: [TaskListing]
    /// Whether every page was read, and none but the last was empty.
    var isComplete: Bool

    static func read(of model: String, _ service: any RenderService, _ budget: RequestBudget) async throws -> TaskList {
        var found: [TaskID: TaskListing] = [:]
        var isComplete = false
        for page in 1...pagesMax {
            try await budget.turn()
            // Without a start: a window that the provider reads in another zone would look like an empty list.
            let answer = try await service.list(model: model, since: nil, page: page)
            for task in answer.tasks where task.model == model || task.model.isEmpty { found[task.task] = task }
            isComplete = page >= answer.pages
            if isComplete || answer.tasks.isEmpty { break }
        }
        return TaskList(tasks: Array(found.values), isComplete: isComplete)
    }
}
