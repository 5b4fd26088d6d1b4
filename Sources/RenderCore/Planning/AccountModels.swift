/// The models of one account, or of a provider that has none, and what plans them.
struct AccountModels: Sendable {
    let account: PlanningAccount
    /// Of this account alone.
    let planner: JobPlanner

    private init(_ account: PlanningAccount, _ planner: JobPlanner) {
        self.account = account
        var own = planner
        own.accounts = []
        own.catalogue = account.catalogue
        own.configuration.provider.region = account.region
        own.configuration.provider.account = account.name
        self.planner = own
    }

    /// Those that the job's `provider` and `account` allow; nil: none, and the planner says why.
    static func all(for specs: [JobSpec], _ planner: JobPlanner) -> [AccountModels]? {
        let only = PlanningAccount(
            name: planner.configuration.provider.account, region: planner.configuration.provider.region,
            catalogue: planner.catalogue)
        guard !planner.accounts.isEmpty else { return [AccountModels(only, planner)] }
        let allowed = planner.accounts.filter { account in
            specs.allSatisfy { spec in
                spec.provider.map { $0.value.foldedName == account.provider } ?? true
                    && spec.account.map { $0.value.foldedName == account.name.foldedName } ?? true
            }
        }
        return allowed.isEmpty ? nil : allowed.map { AccountModels($0, planner) }
    }

    /// Each model of each provider once, at the first account whose region offers it, or else at the first.
    static func candidates(_ all: [AccountModels]) -> [(models: AccountModels, model: Model)] {
        var places: [String: Int] = [:]
        var found: [(models: AccountModels, model: Model)] = []
        for one in all {
            for model in one.account.catalogue.models {
                let key = "\(one.account.provider) \(model.id)"
                guard let place = places[key] else {
                    places[key] = found.count
                    found.append((one, model))
                    continue
                }
                if !model.isOffered(in: found[place].models.account.region), model.isOffered(in: one.account.region) {
                    found[place] = (one, model)
                }
            }
        }
        return found
    }
}
