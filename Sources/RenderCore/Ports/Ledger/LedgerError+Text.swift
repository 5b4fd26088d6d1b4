extension LedgerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noSuchJob(let text): "no job is called \(text)"
        case .noSuchRender(let id): "there is no render \(id)"
        case .cancelAsked(let id): "render \(id) is about to be canceled"
        case .conflict(let id, let stands): "render \(id) was moved by somebody else: it is \(stands.rawValue)"
        case .notOurs(let job): "job \(job) is another watcher's"
        case .termIsOver: "another watcher has begun on this ledger"
        case .cursorMoved(let job, let last): "job \(job) has renders up to \(last) by now"
        case .attemptExists(let id, let number): "attempt \(number) of render \(id) was begun before"
        case .taskTaken(let task, let owner): "task \(task) belongs to render \(owner)"
        case .overBudget(let scope, let cap, let committed, let wanted):
            "\(wanted) more would pass the \(scope)'s budget of \(cap), of which \(committed) is committed"
        case .unusable(let words), .storage(let words): words
        }
    }
}
